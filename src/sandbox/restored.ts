import type { Engine } from '../engine/model.ts';
import type { RestoredServer, RestoreRequest } from './model.ts';
import { openPlace } from './place.ts';
import { identify, identityWord } from './process.ts';
import { files, makeRunFolder, note, sweep } from './run-folder.ts';
import { socketPort, startServer } from './server.ts';

/** Starts a server on a data folder that the caller fills; nothing is left of it when that or the start fails. Throws `sandbox.*` and what the caller throws. */
export async function startRestored(engine: Engine, request: RestoreRequest): Promise<RestoredServer> {
  const place = openPlace(engine.launch.accounts);
  await sweep(place);
  const run = makeRunFolder(place, engine.launch.socketName(socketPort));
  const begun = performance.now();
  let filled = begun;
  const server = await startServer(
    engine,
    {
      ...request,
      async fill(data, own) {
        await request.fill(data, own);
        filled = performance.now();
      },
    },
    place,
    run,
  );
  const up = performance.now();
  const title = `${engine.title} ${server.version}`;
  const url = server.url(request.superuser, request.database);
  let stopped: Promise<void> | undefined;
  return {
    id: run.id,
    provider: server.provider,
    server: title,
    url,
    filledMs: filled - begun,
    recoveredMs: up - filled,
    async keep(seconds) {
      const since = Date.now();
      const kept = {
        id: run.id,
        guard: identityWord(identify(server.guard())!),
        provider: server.provider,
        server: title,
        ownerUrl: url,
        adminUrl: url,
        sockets: run.sockets,
        since: new Date(since).toISOString(),
        until: new Date(since + seconds * 1000).toISOString(),
      };
      note(run, files.kept, kept, place.account);
      server.keep(seconds);
      stopped = server.session.close();
      await stopped;
    },
    stop: () => (stopped ??= server.stop()),
  };
}
