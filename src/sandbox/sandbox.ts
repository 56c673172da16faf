import type { Emit } from '../base/event.ts';
import { step } from '../base/event.ts';
import { setTimeout } from 'node:timers/promises';
import type { Engine, Session } from '../engine/model.ts';
import { createDatabase, createRole, installExtension, type Databases } from './database.ts';
import { startFollower } from './follower.ts';
import { startPool } from './pool.ts';
import type { CopyRequest, Sandbox, SandboxCopy, ServerRequest } from './model.ts';
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
    return describe(engine, server, extensions, {
      write: (kept) => note(run, files.kept, kept, place.account),
      prefix: 'db_',
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Copies a whole sandbox over the wire into one of its own, with other settings. */
async function startCopy(
  engine: Engine,
  server: RunningServer,
  { settings, signal }: CopyRequest,
): Promise<SandboxCopy> {
  const { admin } = engine;
  const place = openPlace(engine.launch.accounts);
  const run = makeRunFolder(place, engine.launch.socketName(socketPort));
  const url = server.url(admin.superuser, admin.maintenance, server.secret);
  const copy = await startServer(
    engine,
    {
      named: server.binaries,
      ...(settings ? { settings } : {}),
      superuser: admin.superuser,
      database: admin.maintenance,
      readyMs: copyReadyMs,
      signal,
      async fill(data) {
        await engine.backups.take(url, { folder: data, format: 'plain', label: 'dbd copy', signal });
        await engine.backups.prepareRecovery(data, undefined, 'sandbox');
      },
      explain: () => undefined,
    },
    place,
    run,
  );
  try {
    const live = { session: copy.session };
    const extensions = await admin.extensions(copy.session);
    const described = describe(engine, { ...copy, provider: server.provider }, extensions, {
      write: (kept) => note(run, files.kept, kept, place.account),
      prefix: 'copy_',
      live,
    });
    return {
      ...described,
      counterpart: ({ name }) => ({
        name,
        ownerUrl: copy.url(ownerName, name),
        adminUrl: copy.url(admin.superuser, name, copy.secret),
      }),
      terminate: (pid) => admin.endSession(live.session, pid),
      async crash(pid) {
        // The server takes a killed session for a corrupted memory: it ends all others and recovers from its log.
        process.kill(pid, 'SIGKILL');
        await live.session.close().catch(() => undefined);
        live.session = await comeBack(engine, copy.url(admin.superuser, admin.maintenance, copy.secret));
      },
      async stop() {
        await live.session.close().catch(() => undefined);
        await described.stop();
      },
    };
  } catch (error) {
    await copy.stop();
    throw error;
  }
}

/** Milliseconds in which a copy must have recovered, and in which a crashed one must be back. */
const copyReadyMs = 60_000;

async function comeBack(engine: Engine, url: string): Promise<Session> {
  const until = Date.now() + copyReadyMs;
  for (;;) {
    try {
      // The postmaster may take one more connection before it notices.
      await setTimeout(20);
      const session = await engine.connect(url, { application: 'dbd sandbox' });
      await setTimeout(20);
      await session.query('SELECT 1');
      return session;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

function describe(
  engine: Engine,
  server: RunningServer,
  extensions: readonly string[],
  own: {
    readonly write: (kept: Kept) => void;
    readonly prefix: string;
    /** The superuser's session of a server that may crash and come back. */
    readonly live?: { readonly session: Session };
  },
): Sandbox {
  const { admin } = engine;
  const { session, run, provider } = server;
  const live = own.live ?? { session };
  const databases: Databases = {
    engine,
    get session() {
      return live.session;
    },
    owner: ownerName,
    prefix: own.prefix,
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
    dropDatabase: (database) => admin.dropDatabase(live.session, database.name),
    createRole: () => createRole(databases),
    dropRole: (role) => admin.dropRole(live.session, role.name),
    installExtension: (database, name, wanted) => installExtension(databases, database, name, wanted),
    durable: (on) => admin.durable(live.session, on),
    pool: (database) => startPool(engine, run, database),
    copy: (request) => startCopy(engine, server, request),
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
      own.write({
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
