import { execFile } from 'node:child_process';
import { appendFileSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DbdError, fail } from '../base/error.ts';
import type { Engine, Session } from '../engine/model.ts';
import { startGuard, type Guard } from './guard.ts';
import { diskError, saysFull, type Place } from './place.ts';
import { chooseServer, type Server } from './provider.ts';
import { destroy, files, note, residueText, type RunFolder } from './run-folder.ts';
import type { RestoreRequest, ServerRequest } from './model.ts';
import { copyTemplate } from './template.ts';

const command = promisify(execFile);

/** Number in the socket's name; every sandbox has its own folder, so all have the same. */
export const socketPort = 5432;

/** Milliseconds in which a fresh server must accept connections. */
const readyMs = 30_000;

/** A server that runs in its own folder, watched by a guard. */
export interface RunningServer extends Server {
  readonly run: RunFolder;
  readonly log: string;
  /** Superuser session on the maintenance database. */
  readonly session: Session;
  /** Superuser's password. */
  readonly secret: string;
  url(user: string, database: string, password?: string): string;
  /** Process number of the guard. */
  guard(): number;
  /** Lets the server live for so many seconds without us. */
  keep(seconds: number): void;
  stop(): Promise<void>;
}

/** Starts a server, fresh or on a restored folder; throws `sandbox.no-server`, `sandbox.disk`, or `sandbox.start` with the tail of its log. */
export async function startServer(
  engine: Engine,
  request: ServerRequest | RestoreRequest,
  place: Place,
  run: RunFolder,
): Promise<RunningServer> {
  const { launch, admin } = engine;
  const guards = new Guards(run, place);
  const url = (user: string, database: string, password?: string): string =>
    launch.url({
      sockets: run.sockets,
      port: socketPort,
      user,
      database,
      ...(password === undefined ? {} : { password }),
    });
  try {
    const server = await chooseServer(launch, request, place, run);
    const restored = 'fill' in request ? request : undefined;
    const secret = restored ? '' : await copyTemplate(launch, server, place, run);
    if (restored) await fillFolder(restored, place, run);
    await configure(engine, server, request, place, run);
    const pid = await guards.serve();
    const address = restored
      ? url(restored.superuser, restored.database)
      : url(admin.superuser, admin.maintenance, secret);
    const session = await ready(engine, address, { server, guards, run, place, restored });
    note(run, files.residue, residueText(await launch.residue({ data: run.data, pid })), place.account);
    return {
      ...server,
      run,
      log: join(run.path, files.log),
      session,
      secret,
      url,
      guard: () => guards.pid,
      keep: (seconds) => guards.keep(seconds),
      async stop() {
        await session.close();
        await guards.stop();
      },
    };
  } catch (error) {
    await guards.stop();
    throw diskError(error, place.cache);
  }
}

async function configure(
  engine: Engine,
  server: Server,
  request: ServerRequest | RestoreRequest,
  place: Place,
  run: RunFolder,
): Promise<void> {
  const { launch } = engine;
  const options = {
    binaries: server.binaries,
    version: server.version,
    data: run.data,
    sockets: run.sockets,
    port: socketPort,
    settings: request.settings ?? {},
  };
  for (const { path, text, append } of await launch.configure(options))
    (append ? appendFileSync : writeFileSync)(join(run.data, path), text);
  // A restored server keeps its own roles, whose passwords nobody here knows.
  if ('fill' in request) writeFileSync(join(run.data, 'pg_hba.conf'), engine.backups.accessRules);
  const { program, args } = launch.serve({ binaries: server.binaries, data: run.data });
  const spread = launch.spread
    .map((folder) => `chattr +T ${quoted(join(run.data, folder))} 2>/dev/null\n`)
    .join('');
  note(run, files.serve, `${spread}exec ${[program, ...args].map(quoted).join(' ')}\n`, place.account);
}

/** Fills the data folder and hands it to the server's account. */
async function fillFolder(request: RestoreRequest, place: Place, run: RunFolder): Promise<void> {
  const { account } = place;
  // The guard works under that account too, and has to be able to remove what is half done.
  const own = (folder: string): void => {
    if (account) chownSync(folder, account.uid, account.gid);
  };
  mkdirSync(run.data, { mode: 0o700 });
  own(run.data);
  await request.fill(run.data, own);
  if (account) await command('chown', ['-R', `${account.uid}:${account.gid}`, run.data], { cwd: '/' });
}

interface Starting {
  readonly server: Server;
  readonly guards: Guards;
  readonly run: RunFolder;
  readonly place: Place;
  readonly restored: RestoreRequest | undefined;
}

async function ready(engine: Engine, url: string, starting: Starting): Promise<Session> {
  const { server, guards, run, place, restored } = starting;
  const deadline = Date.now() + (restored?.readyMs ?? readyMs);
  const socket = join(run.sockets, engine.launch.socketName(socketPort));
  let gone = false;
  void guards.serverGone.then(() => (gone = true));
  let last: unknown;
  while (!gone && Date.now() < deadline) {
    restored?.signal.throwIfAborted();
    try {
      if (existsSync(socket)) return await engine.connect(url, { application: 'dbd sandbox' });
    } catch (error) {
      last = error;
      if (!(error instanceof DbdError) || error.code !== 'connect.refused') break;
    }
    await setTimeout(restored ? 10 : 3);
  }
  const tail = readTail(join(run.path, files.log));
  if (saysFull(tail)) throw diskError(new Error('No space left on device'), place.cache);
  restored?.explain(readFileSync(join(run.path, files.log), 'utf8'));
  return fail(
    'sandbox.start',
    `PostgreSQL ${server.version} (${server.provider}) did not start: ${tail || 'its log is empty'}`,
    {
      hint: 'Run: dbd doctor',
      cause: last,
    },
  );
}

/** Last lines of a server log, without the prefix of process numbers. */
function readTail(log: string): string {
  try {
    return readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .slice(-4)
      .map((line) => line.replace(/^\d+\|/, ''))
      .join(' · ');
  } catch {
    return '';
  }
}

/** The guard in charge; one that is killed is replaced while we live. */
class Guards {
  #current: Guard;
  #stopping = false;
  #server = 0;
  readonly #run: RunFolder;
  readonly #place: Place;
  #serverGone: Promise<void> = Promise.resolve();

  constructor(run: RunFolder, place: Place) {
    this.#run = run;
    this.#place = place;
    this.#current = this.#start();
  }

  get serverGone(): Promise<void> {
    return this.#serverGone;
  }

  async serve(): Promise<number> {
    this.#serverGone = this.#current.serverGone;
    this.#server = await this.#current.serve();
    return this.#server;
  }

  get pid(): number {
    return this.#current.pid;
  }

  keep(seconds: number): void {
    this.#stopping = true;
    this.#current.keep(seconds);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#current.release();
    // Nothing is left of an orderly end; after a killed guard this finds what it could not remove.
    if (existsSync(this.#run.path)) await destroy(this.#run.path);
  }

  #start(): Guard {
    const guard = startGuard({
      run: this.#run.path,
      sockets: this.#run.sockets,
      signal: 'QUIT',
      account: this.#place.account,
    });
    void guard.ended.then(() => {
      if (this.#stopping || !existsSync(this.#run.path)) return;
      this.#current = this.#start();
      if (this.#server) this.#current.watch(this.#server);
    });
    return guard;
  }
}

/** A word as a shell reads it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
