import type { Emit } from '../base/event.ts';
import { step } from '../base/event.ts';
import type { Engine } from '../engine/model.ts';
import { createDatabase, createRole, installExtension, type Databases } from './database.ts';
import { startFollower } from './follower.ts';
import type { Sandbox, ServerRequest } from './model.ts';
import { startOnServer } from './named-server.ts';
import { openPlace } from './place.ts';
import { files, makeRunFolder, note, sweep, type Kept } from './run-folder.ts';
import { identify, identityWord } from './process.ts';
import { socketPort, startServer, type RunningServer } from './server.ts';

/** Name of the unprivileged role on servers that we start. */
const ownerName = 'dbd_owner';

/**
 * Starts a disposable server (or uses the one that was named), with an unprivileged role for everything foreign. Servers and folders that killed
 * commands left are removed first. Throws `sandbox.*` and, for a named server, `connect.*`.
 */
export async function startSandbox(
  engine: Engine,
  request: ServerRequest = {},
  emit: Emit = () => undefined,
): Promise<Sandbox> {
  return step(
    emit,
    'start a sandbox',
    () =>
      request.named !== undefined && /^[a-z]+:\/\//.test(request.named)
        ? startOnServer(engine, request.named)
        : startOwn(engine, request),
    (sandbox) => `${sandbox.server}, ${sandbox.provider}`,
  );
}

async function startOwn(engine: Engine, request: ServerRequest): Promise<Sandbox> {
  const place = openPlace(engine.launch.accounts);
  await sweep(place);
  const run = makeRunFolder(place, engine.launch.socketName(socketPort));
  const server = await startServer(engine, request, place, run);
  try {
    await engine.admin.makeOwner(server.session, ownerName);
    const extensions = await engine.admin.extensions(server.session);
    return describe(engine, server, extensions, (kept) => note(run, files.kept, kept, place.account));
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function describe(
  engine: Engine,
  server: RunningServer,
  extensions: readonly string[],
  write: (kept: Kept) => void,
): Sandbox {
  const { admin } = engine;
  const { session, run, provider } = server;
  const databases: Databases = {
    engine,
    session,
    owner: ownerName,
    prefix: 'db_',
    ownerUrl: (name) => server.url(ownerName, name),
    adminUrl: (name) => server.url(admin.superuser, name, server.secret),
    roleUrl: (role, password, name) => server.url(role, name, password),
  };
  const title = `${engine.title} ${server.version}`;
  let stopped: Promise<void> | undefined;
  return {
    id: run.id,
    provider,
    server: title,
    serverVersion: session.serverVersion,
    log: server.log,
    owner: ownerName,
    extensions,
    createDatabase: (options) => createDatabase(databases, options),
    dropDatabase: (database) => admin.dropDatabase(session, database.name),
    createRole: () => createRole(databases),
    dropRole: (role) => admin.dropRole(session, role.name),
    installExtension: (database, name, wanted) => installExtension(databases, database, name, wanted),
    durable: (on) => admin.durable(session, on),
    follow: ({ delayMs, signal }) =>
      startFollower({
        engine,
        session,
        url: server.url(admin.superuser, admin.maintenance, server.secret),
        superuser: admin.superuser,
        maintenance: admin.maintenance,
        binaries: server.binaries,
        delayMs,
        signal,
      }),
    async keep(seconds, database, holds) {
      const guard = server.guard();
      const since = Date.now();
      write({
        id: run.id,
        guard: identityWord(identify(guard)!),
        provider,
        server: title,
        ownerUrl: database.ownerUrl,
        adminUrl: database.adminUrl,
        sockets: run.sockets,
        since: new Date(since).toISOString(),
        until: new Date(since + seconds * 1000).toISOString(),
        ...(holds === undefined ? {} : { holds }),
      });
      server.keep(seconds);
      stopped = session.close();
      await stopped;
    },
    stop: () => (stopped ??= server.stop()),
  };
}
