/** What experiments must leave as they were. */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { IndexWish, Session } from '../../src/engine/model.ts';

/** A wish for an index that is not unique. */
export function wish(schema: string, name: string, definition: string): IndexWish {
  return { table: { schema, name }, definition, unique: false };
}

/** Lengths and figures of all tables. */
export async function heaps(session: Session): Promise<unknown> {
  const { rows } = await session.query(
    `SELECT oid::regclass::text AS name, pg_relation_size(oid) AS bytes, relpages, reltuples, relallvisible FROM pg_class WHERE relkind IN ('r', 'm') AND oid > 16384 ORDER BY 1`,
  );
  return rows;
}

/** Objects, figures and files of a database, roles and the session's settings. */
export async function everything(session: Session): Promise<unknown> {
  const { rows: counts } = await session.query(`
    SELECT (SELECT count(*) FROM pg_class) AS relations, (SELECT count(*) FROM pg_statistic) AS statistics, (SELECT count(*) FROM pg_statistic_ext) AS extended,
           (SELECT count(*) FROM pg_roles) AS roles, (SELECT json_agg(nspacl::text ORDER BY oid) FROM pg_namespace) AS rights, (SELECT count(*) FROM pg_index WHERE NOT indisvalid) AS off,
           current_user AS who, current_setting('statement_timeout') AS timeout, current_setting('default_transaction_read_only') AS reads, current_setting('lock_timeout') AS locks`);
  await session.query('CHECKPOINT');
  const { rows } = await session.query<{ path: string; files: readonly string[] }>(`
    SELECT current_setting('data_directory') || '/' || pg_relation_filepath('sales.orders') AS path,
           (SELECT array_agg(pg_relation_filenode(oid)::text) FROM pg_class WHERE oid < 16384 AND relkind IN ('r', 'i', 't', 'm')) AS files`);
  const folder = dirname(rows[0]!.path);
  const system = new Set(rows[0]!.files);
  const files = readdirSync(folder)
    .filter((name) => /^\d+(\.\d+)?$/.test(name) && !system.has(name))
    .map((name) => `${name} ${statSync(join(folder, name)).size}`)
    .toSorted();
  return { counts, heaps: await heaps(session), files };
}
