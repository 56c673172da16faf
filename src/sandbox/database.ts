import { randomBytes } from 'node:crypto';
import { fail } from '../base/error.ts';
import type { Engine, Session, WantedExtension } from '../engine/model.ts';
import type { Locale, SandboxDatabase, SandboxRole } from './model.ts';

/** What making databases needs to know of a server, ours or the user's. */
export interface Databases {
  readonly engine: Engine;
  /** Superuser session on the maintenance database. */
  readonly session: Session;
  readonly owner: string;
  /** Put before every name that we choose. */
  readonly prefix: string;
  ownerUrl(database: string): string;
  adminUrl(database: string): string;
  /** URL of another role that signs in with a password. */
  roleUrl(role: string, password: string, database: string): string;
  /** Notes on a server that is not ours whose database or role it is. */
  mark?(name: string, kind: 'role' | 'database'): Promise<void>;
}

const taken = new WeakMap<Databases, number>();
const roles = new WeakMap<Databases, number>();

/** Makes a database owned by the unprivileged role, empty or as a clone; throws `SqlError`. */
export async function createDatabase(
  server: Databases,
  options: { readonly name?: string; readonly from?: SandboxDatabase; readonly locale?: Locale } = {},
): Promise<SandboxDatabase> {
  const { engine, session, owner } = server;
  const number = (taken.get(server) ?? 0) + 1;
  taken.set(server, number);
  const name = options.name ?? `${server.prefix}${number}`;
  if (Buffer.byteLength(name) > engine.quote.maxBytes)
    fail('sql.failed', `The name ${name} of a database is longer than ${engine.quote.maxBytes} bytes.`);
  await engine.admin.createDatabase(session, {
    name,
    owner,
    ...(options.from ? { from: options.from.name } : {}),
    ...(options.locale ? { locale: options.locale } : {}),
  });
  await server.mark?.(name, 'database');
  const database = { name, ownerUrl: server.ownerUrl(name), adminUrl: server.adminUrl(name) };
  if (!options.from && session.serverVersion < 150_000)
    await asAdmin(server, database, (inside) => engine.admin.handOver(inside, owner));
  return database;
}

/** Makes a role without rights that signs in with a random password; throws `SqlError`. */
export async function createRole(server: Databases): Promise<SandboxRole> {
  const number = (roles.get(server) ?? 0) + 1;
  roles.set(server, number);
  const name = `${server.prefix}role_${number}`;
  const password = randomBytes(16).toString('hex');
  await server.engine.admin.makeRole(server.session, name, password);
  await server.mark?.(name, 'role');
  return { name, url: (database) => server.roleUrl(name, password, database.name) };
}

/** Installs an extension of the allow-list; throws `sql.refused` for others. */
export async function installExtension(
  server: Databases,
  database: SandboxDatabase,
  name: string,
  wanted?: WantedExtension,
): Promise<void> {
  if (!server.engine.admin.allowed(name)) {
    fail('sql.refused', `The extension ${name} is not on the list that dbd installs.`, {
      hint: 'Leave it out of the structure for the sandbox.',
    });
  }
  await asAdmin(server, database, (session) => server.engine.admin.installExtension(session, name, wanted));
}

async function asAdmin(
  server: Databases,
  database: SandboxDatabase,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const session = await server.engine.connect(database.adminUrl, { application: 'dbd sandbox' });
  try {
    await work(session);
  } finally {
    await session.close();
  }
}
