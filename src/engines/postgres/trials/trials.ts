/** Trials on rows of PostgreSQL. */
import { setTimeout } from 'node:timers/promises';
import type { Session } from '../../../engine/session/model.ts';
import type { Trials } from '../../../engine/trials/model.ts';
import { quote } from '../quote.ts';
import { promised } from './promised.ts';

/** Share of a page that is used in a table with room for updates: what a table in steady use has after vacuum. */
const roomyFill = 80;

const updatesQuery = `
  SELECT coalesce(sum(pg_stat_get_xact_tuples_updated(t.oid)), 0)::float8 AS "all",
         coalesce(sum(pg_stat_get_xact_tuples_hot_updated(t.oid)), 0)::float8 AS hot
    FROM (SELECT to_regclass($1)::oid AS oid UNION SELECT relid::oid FROM pg_partition_tree(to_regclass($1))) t`;

const leavesQuery = `
  SELECT n.nspname AS schema, c.relname AS name,
         coalesce((SELECT option_value::int FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), 100) AS fill
    FROM (SELECT to_regclass($1)::oid AS oid UNION SELECT relid::oid FROM pg_partition_tree(to_regclass($1)) WHERE isleaf) t
    JOIN pg_class c ON c.oid = t.oid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'r'`;

const upkeepQuery = `
  SELECT coalesce(sum(pg_stat_get_dead_tuples(t.oid)), 0)::float8 AS dead, coalesce(sum(pg_table_size(t.oid)), 0)::float8 AS bytes,
         coalesce(sum(pg_stat_get_autovacuum_count(t.oid)), 0)::float8 AS vacuums
    FROM (SELECT to_regclass($1)::oid AS oid UNION SELECT relid::oid FROM pg_partition_tree(to_regclass($1))) t`;

async function shown(session: Session, names: readonly string[]): Promise<readonly (string | null)[]> {
  const { rows } = await session.query<{ value: string | null }>(
    'SELECT current_setting(name, true) AS value FROM unnest($1::text[]) AS s(name)',
    [names],
  );
  return rows.map(({ value }) => value);
}

/** The server reads its files again when it comes to it; a value that was the same before never shows a change. */
async function reload(session: Session, holds: () => Promise<boolean>): Promise<void> {
  await session.query('SELECT pg_reload_conf()');
  for (let tries = 0; tries < 100; tries += 1) {
    if (await holds()) return;
    await setTimeout(5);
  }
}

/** PostgreSQL's own ways. */
export const trials: Trials = {
  promised,

  checkpoint: (session) => session.run('CHECKPOINT'),

  async written(session, sql, values) {
    const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(
      `EXPLAIN (ANALYZE, WAL, TIMING OFF, FORMAT JSON) ${sql}`,
      values,
    );
    const raw = rows[0]!['QUERY PLAN'];
    const [explained] = (typeof raw === 'string' ? JSON.parse(raw) : raw) as readonly [
      { readonly Plan: Readonly<Record<string, unknown>>; readonly 'Execution Time': number },
    ];
    return {
      ms: explained['Execution Time'],
      walBytes: Number(explained.Plan['WAL Bytes'] ?? 0),
      fullPageImages: Number(explained.Plan['WAL FPI'] ?? 0),
    };
  },

  async updates(session, table) {
    const { rows } = await session.query<{ all: number; hot: number }>(updatesQuery, [quote.full(table)]);
    return rows[0]!;
  },

  updating(table, key, set) {
    const place = (i: number): string => `v${i + 1}`;
    const lists = [...key, ...set].map((_, i) => `$${i + 1}::text[]`).join(', ');
    const values = set.map(
      ({ name, type }, i) => `${quote.identifier(name)} = v.${place(key.length + i)}::${type}`,
    );
    const found = key.map(({ name, type }, i) => `t.${quote.identifier(name)} = v.${place(i)}::${type}`);
    return `UPDATE ${quote.full(table)} AS t SET ${values.join(', ')}
FROM unnest(${lists}) AS v(${[...key, ...set].map((_, i) => place(i)).join(', ')})
WHERE ${found.join(' AND ')}`;
  },

  async makeRoom(session, table, wanted) {
    const { rows } = await session.query<{ schema: string; name: string; fill: number }>(leavesQuery, [
      quote.full(table),
    ]);
    for (const leaf of rows) {
      const fill = wanted ?? Math.min(roomyFill, leaf.fill);
      if (leaf.fill !== fill)
        await session.query(`ALTER TABLE ${quote.full(leaf)} SET (fillfactor = ${fill})`);
      await session.query(`VACUUM (FULL, ANALYZE) ${quote.full(leaf)}`);
    }
  },

  async upkeep(session, table) {
    // A session keeps its own counts back for a while.
    if (session.serverVersion >= 150_000) await session.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await session.query<{ dead: number; bytes: number; vacuums: number }>(upkeepQuery, [
      quote.full(table),
    ]);
    return rows[0]!;
  },

  async checkpoints(session) {
    const source =
      session.serverVersion >= 170_000
        ? 'num_timed AS timed, num_requested AS early FROM pg_stat_checkpointer'
        : 'checkpoints_timed AS timed, checkpoints_req AS early FROM pg_stat_bgwriter';
    const { rows } = await session.query<{ timed: number; early: number }>(`SELECT ${source}`);
    return rows[0]!;
  },

  async serve(session, settings) {
    const names = Object.keys(settings);
    const before = await shown(session, names);
    for (const [name, value] of Object.entries(settings))
      await session.query(`ALTER SYSTEM SET ${quote.identifier(name)} = ${quote.literal(value)}`);
    await reload(session, async () => JSON.stringify(await shown(session, names)) !== JSON.stringify(before));
    return async () => {
      for (const name of names) await session.query(`ALTER SYSTEM RESET ${quote.identifier(name)}`);
      await reload(
        session,
        async () => JSON.stringify(await shown(session, names)) === JSON.stringify(before),
      );
    };
  },

  statistics: (name, table, columns) =>
    `CREATE STATISTICS ${quote.name(name)} ON ${columns.map((column) => quote.identifier(column)).join(', ')} FROM ${quote.name(table)}`,
};
