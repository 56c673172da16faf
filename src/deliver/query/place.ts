/** Where rows are read, and as whom. */
import { randomBytes } from 'node:crypto';
import type { Engine, ReadCaps, Session } from '../../engine/model.ts';

/** A database that rows are read from. */
export interface Place {
  /** As the user calls it. */
  readonly name: string;
  readonly caps: ReadCaps;
  readonly from:
    | { readonly kind: 'configured'; readonly url: string }
    /** A sandbox of dbd, by a superuser's address: a role is made for the call. */
    | { readonly kind: 'sandbox'; readonly adminUrl: string };
}

/** Hands out an address that can do nothing but read, and takes its role away afterwards. */
export async function asReader<T>(
  engine: Engine,
  { from, caps }: Place,
  work: (url: string) => Promise<T>,
): Promise<T> {
  if (from.kind === 'configured') return work(from.url);
  // The database may hold anything: nothing in it answers a superuser in the server's stead.
  const admin = await engine.connect(from.adminUrl, {
    application: 'dbd query',
    settings: { search_path: 'pg_catalog, pg_temp' },
  });
  const role = `dbd_query_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(16).toString('hex');
  try {
    await engine.admin.makeRole(admin, role, password);
    await engine.admin.mark(admin, 'role', role, 'query');
    try {
      await admin.run(
        engine.reading.readerScript({
          role,
          database: await databaseOf(admin),
          tables: await tablesOf(engine, admin),
          timeMs: caps.timeMs,
        }),
      );
      return await work(addressAs(from.adminUrl, role, password));
    } finally {
      await admin.run(engine.rights.forget([{ name: role, note: 'dbd query' }]));
    }
  } finally {
    await admin.close();
  }
}

async function databaseOf(session: Session): Promise<string> {
  const { rows } = await session.query<{ name: string }>('SELECT current_database()::text AS name');
  return rows[0]!.name;
}

async function tablesOf(
  engine: Engine,
  session: Session,
): Promise<Parameters<Engine['reading']['readerScript']>[0]['tables']> {
  const { tables, views } = await engine.inspect(session);
  return [...tables.filter(({ kind }) => kind !== 'foreign'), ...views].map(({ schema, name, columns }) => ({
    schema,
    name,
    columns: columns.map((column) => column.name),
  }));
}

function addressAs(url: string, user: string, password: string): string {
  const address = new URL(url);
  for (const [name, value] of [
    ['user', user],
    ['password', password],
  ] as const)
    if (address.searchParams.has(name)) address.searchParams.set(name, value);
  address.username = user;
  address.password = password;
  return address.href;
}
