import type { Ages } from '../../../engine/model.ts';
import type { Name } from '../../../catalog/model.ts';
import type { Asker } from '../live/ask.ts';

/** Transactions after which the server refuses new ones (2^31 less the reserve of three million). */
const last = 2 ** 31 - 3_000_000;
/** Tables that are named. */
const most = 20;

const databasesQuery = `
  SELECT datname::text AS name, age(datfrozenxid)::float8 AS age, mxid_age(datminmxid)::float8 AS multi, datname = current_database() AS here,
         current_setting('autovacuum_freeze_max_age')::float8 AS "freezeAt"
    FROM pg_database ORDER BY greatest(age(datfrozenxid), mxid_age(datminmxid)) DESC`;

/** A table is as old as what it keeps outside of itself. */
const tablesQuery = `
  SELECT n.nspname::text AS schema, c.relname::text AS name,
         greatest(age(c.relfrozenxid), age(t.relfrozenxid))::float8 AS age, greatest(mxid_age(c.relminmxid), mxid_age(t.relminmxid))::float8 AS multi
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
   WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' ORDER BY greatest(age(c.relfrozenxid), age(t.relfrozenxid)) DESC LIMIT ${most}`;

/** Ages of databases and of the oldest tables. */
export async function agesOf(asker: Asker): Promise<Ages> {
  const everybody = 'everybody may read these';
  type Database = Ages['databases'][number] & { here: boolean; freezeAt: number } & Record<string, unknown>;
  const databases = (await asker.ask<Database>('ages of databases', everybody, databasesQuery)) ?? [];
  const tables =
    (await asker.ask<Name & { age: number; multi: number } & Record<string, unknown>>(
      'ages of tables',
      everybody,
      tablesQuery,
    )) ?? [];
  const here = databases.find((one) => one.here);
  return {
    database: { age: here?.age ?? 0, multi: here?.multi ?? 0 },
    databases: databases.map(({ name, age, multi }) => ({ name, age, multi })),
    tables,
    freezeAt: here?.freezeAt ?? 200_000_000,
    last,
  };
}
