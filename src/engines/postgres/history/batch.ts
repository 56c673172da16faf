/** Walks along a key in ranges: each text reads as many index entries as it names rows, wherever in the table it is. */
import { fail } from '../../../base/error.ts';
import type { BatchSql, KeyWalk, Session } from '../../../engine/model.ts';
import { quote } from '../quote.ts';

const TYPES = `
  SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped`;

async function types(
  session: Session,
  table: KeyWalk['table'],
  key: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await session.query<{ name: string; type: string }>(TYPES, [table.schema, table.name]);
  return key.map(
    (name) =>
      rows.find((row) => row.name === name)?.type ??
      fail(
        'runner.unclear',
        `The backfill walks along \`${name}\` of ${table.schema}.${table.name}, which is not there.`,
        { hint: '`dbd verify` shows what differs from what was recorded.' },
      ),
  );
}

const columns = ({ key }: KeyWalk, alias = ''): readonly string[] =>
  key.map((name) => `${alias}${quote.identifier(name)}`);
const tuple = (parts: readonly string[]): string =>
  parts.length === 1 ? parts[0]! : `(${parts.join(', ')})`;

/** Placeholders of one key's values, cast to its types. */
function placed({ types: all }: KeyWalk, from: number): string {
  return tuple(all.map((type, i) => `$${from + i}::text::${type}`));
}

function rangeOf(walk: KeyWalk, after: readonly string[] | undefined, upTo: readonly string[]) {
  const own = tuple(columns(walk));
  const upper = `${own} <= ${placed(walk, 1)}`;
  return after === undefined
    ? { sql: upper, values: [...upTo] }
    : { sql: `${own} > ${placed(walk, walk.key.length + 1)} AND ${upper}`, values: [...upTo, ...after] };
}

const shown = (walk: KeyWalk): string =>
  walk.key.map((name, i) => `${quote.identifier(name)}::text AS k${i + 1}`).join(', ');

/** Texts of the walk. */
export const batch: BatchSql = {
  types,
  last: (walk) =>
    `SELECT ${shown(walk)} FROM ${quote.full(walk.table)} ORDER BY ${columns(walk)
      .map((column) => `${column} DESC`)
      .join(', ')} LIMIT 1`,
  upper(walk, after, end, size) {
    const { sql, values } = rangeOf(walk, after, end);
    const list = columns(walk).join(', ');
    const reversed = columns(walk)
      .map((column) => `${column} DESC`)
      .join(', ');
    return {
      sql: `SELECT ${shown(walk)}, n FROM (
        SELECT ${list}, row_number() OVER (ORDER BY ${list}) AS n FROM (
          SELECT ${list} FROM ${quote.full(walk.table)} WHERE ${sql} ORDER BY ${list} LIMIT ${Math.max(1, Math.round(size))}) AS next) AS numbered
      ORDER BY ${reversed} LIMIT 1`,
      values,
    };
  },
  change(walk, range, how) {
    const { sql, values } = rangeOf(walk, range.after, range.upTo);
    const name = quote.full(walk.table);
    const where = walk.where === undefined ? '' : ` AND (${walk.where})`;
    if (how === 'all') return { sql: `UPDATE ${name} SET ${walk.set} WHERE ${sql}${where}`, values };
    const list = columns(walk).join(', ');
    // The rows are locked by the inner query, so that the update waits for nobody; one that another session changed meanwhile is found by the next pass.
    return {
      sql: `UPDATE ${name} SET ${walk.set} WHERE ${tuple(columns(walk))} IN (
        SELECT ${list} FROM ${name} WHERE ${sql}${where} ORDER BY ${list} FOR NO KEY UPDATE SKIP LOCKED)${where}`,
      values,
    };
  },
  begin: ({ lockMs, statementMs }) =>
    `BEGIN; SET LOCAL lock_timeout = ${Math.round(lockMs)}; SET LOCAL statement_timeout = ${Math.round(statementMs)}; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off`,
  vacuum: (table) => `VACUUM ${quote.full(table)}`,
};
