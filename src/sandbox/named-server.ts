import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';
import { DbdError, fail, SqlError } from '../base/error.ts';
import type { Engine, Session } from '../engine/model.ts';
import { createDatabase, createRole, installExtension, type Databases } from './database.ts';
import type { Sandbox, SandboxDatabase } from './model.ts';
import { identify, identityWord, isAlive, readIdentity } from './process.ts';

/** Uses a server that the user named by a superuser's URL: databases and role get a prefix of their own and are dropped at the end. */
export async function startOnServer(engine: Engine, given: string, apart = false): Promise<Sandbox> {
  const { admin } = engine;
  // A database can be copied only while nobody is connected to it, ourselves included.
  const url = apart ? withDatabase(given, admin.maintenance, undefined, undefined) : given;
  const session = await engine.connect(url, { application: 'dbd sandbox' });
  const id = randomBytes(4).readUInt32BE().toString(36).padStart(7, '0');
  const owner = `dbd_${id}_owner`;
  const password = randomBytes(16).toString('hex');
  const belongsTo = `${hostname()} ${identityWord(identify(process.pid)!)}`;
  try {
    await sweepServer(engine, session);
    await admin.makeOwner(session, owner, password);
    await admin.mark(session, 'role', owner, belongsTo);
    const extensions = await admin.extensions(session);
    const { rows } = await session.query<{ version: string }>(
      "SELECT split_part(current_setting('server_version'), ' ', 1) AS version",
    );
    const at = (database: string, user?: string, secret = password): string =>
      withDatabase(url, database, user, user === undefined ? undefined : secret);
    const databases: Databases = {
      engine,
      session,
      owner,
      prefix: `dbd_${id}_`,
      ownerUrl: (name) => at(name, owner),
      adminUrl: (name) => at(name),
      roleUrl: (role, secret, name) => at(name, role, secret),
      mark: (name, kind) => admin.mark(session, kind, name, belongsTo),
    };
    const made = new Set<string>();
    const roles = new Set<string>();
    let stopped: Promise<void> | undefined;
    const drop = async (name: string): Promise<void> => {
      await admin.dropDatabase(session, name);
      made.delete(name);
    };
    const stop = async (): Promise<void> => {
      for (const name of made) await drop(name);
      for (const name of roles) await admin.dropRole(session, name);
      await admin.dropRole(session, owner);
      await session.close();
    };
    return {
      id,
      provider: 'named server',
      server: `${engine.title} ${rows[0]!.version}`,
      serverVersion: session.serverVersion,
      log: '',
      owner,
      extensions,
      async createDatabase(options): Promise<SandboxDatabase> {
        // A name that was chosen for our own server might be somebody's database here.
        const database = await createDatabase(
          databases,
          options?.name === undefined
            ? options
            : { ...options, name: `dbd_${id}_${options.name}`.slice(0, 63) },
        );
        made.add(database.name);
        return database;
      },
      dropDatabase: (database) => drop(database.name),
      async createRole() {
        const role = await createRole(databases);
        roles.add(role.name);
        return role;
      },
      async dropRole({ name }) {
        await admin.dropRole(session, name);
        roles.delete(name);
      },
      installExtension: (database, name, wanted) => installExtension(databases, database, name, wanted),
      // Settings of a server that is not ours stay as they are: it is as durable as its owner made it.
      durable: () => Promise.resolve(),
      keep: () =>
        fail('usage.wrong-option', 'A sandbox on a server that you named cannot outlive its command.', {
          hint: 'Leave the URL out to start a server of our own.',
        }),
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Drops databases and roles of commands on this machine that were killed. */
async function sweepServer({ admin }: Engine, session: Session): Promise<void> {
  for (const { kind, name, owner } of await admin.marked(session)) {
    const [host, word = ''] = owner.split(' ');
    const process = readIdentity(word);
    if (host !== hostname() || !process || isAlive(process) !== false) continue;
    await (kind === 'database' ? admin.dropDatabase(session, name) : admin.dropRole(session, name));
  }
}

function withDatabase(
  text: string,
  database: string,
  user: string | undefined,
  password: string | undefined,
): string {
  const url = new URL(text);
  url.pathname = `/${encodeURIComponent(database)}`;
  for (const name of ['dbname', ...(user === undefined ? [] : ['user', 'password'])])
    url.searchParams.delete(name);
  if (user !== undefined) [url.username, url.password] = [user, password ?? ''];
  return url.href;
}

/**
 * Takes a restored copy or a thin clone of production as it is: it is copied once on its own server, and everything happens in copies of that
 * copy, which are dropped at the end like the roles. The database itself is only read, as a template. Throws `connect.*`, and `sandbox.copy` where it cannot be copied.
 */
export async function startOnCopy(
  engine: Engine,
  url: string,
): Promise<{ readonly sandbox: Sandbox; readonly base: SandboxDatabase }> {
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  if (name === '' || name === engine.admin.maintenance)
    fail('usage.wrong-option', 'The address names no database that could be a copy of production.', {
      hint: 'Put the name of the restored database behind the last slash of the URL.',
    });
  const sandbox = await startOnServer(engine, url, true);
  try {
    const base = await sandbox.createDatabase({ from: { name, ownerUrl: url, adminUrl: url } });
    const session = await engine.connect(base.adminUrl, { application: 'dbd sandbox' });
    await engine.admin.adopt(session, sandbox.owner).finally(() => session.close());
    return { sandbox, base };
  } catch (error) {
    await sandbox.stop();
    if (!(error instanceof SqlError)) throw error;
    throw new DbdError(
      'sandbox.copy',
      `The database ${name} cannot be copied on its server: ${error.message}`,
      {
        hint: 'Nobody else may be connected to it, and the role must be a superuser who may make databases.',
        cause: error,
      },
    );
  }
}
