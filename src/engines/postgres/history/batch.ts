/** Walks along a key in ranges: each text reads as many index entries as it names rows, wherever in the table it is. */
import { fail, SqlError } from '../../../base/error.ts';
import type { Batch, BatchSql, BatchText, KeyRange, KeyWalk, Session } from '../../../engine/model.ts';
import { quote } from '../quote.ts';

const TYPES = `
  SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped`;

async function types(session: Session, { table, key }: Batch): Promise<readonly string[]> {
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

const columns = ({ key }: Batch, before = ''): readonly string[] =>
  key.map((name) => `${before}${quote.identifier(name)}`);
const tuple = (parts: readonly string[]): string =>
  parts.length === 1 ? parts[0]! : `(${parts.join(', ')})`;
const reversed = (batch: Batch): string =>
  columns(batch)
    .map((column) => `${column} DESC`)
    .join(', ');
const shown = ({ key }: Batch): string =>
  key.map((name, i) => `${quote.identifier(name)}::text AS k${i + 1}`).join(', ');

/** The condition of a range, its columns behind a name. */
function rangeOf({ batch, types: all }: KeyWalk, { after, upTo }: KeyRange, before = ''): BatchText {
  const own = tuple(columns(batch, before));
  const placed = (from: number): string => tuple(all.map((type, i) => `$${from + i}::text::${type}`));
  const upper = `${own} <= ${placed(1)}`;
  return after === undefined
    ? { sql: upper, values: [...upTo] }
    : { sql: `${own} > ${placed(all.length + 1)} AND ${upper}`, values: [...upTo, ...after] };
}

function change(walk: KeyWalk, range: KeyRange, how: 'all' | 'free'): BatchText {
  const { batch } = walk;
  const name = quote.full(batch.table);
  const before = `${batch.alias ?? name}.`;
  const whole = rangeOf(walk, range, before);
  const inner = rangeOf(walk, range);
  const list = columns(batch).join(', ');
  const plain = batch.statement === undefined && batch.where !== '' ? ` AND (${batch.where})` : '';
  // The inner query locks the rows, so that the outer statement waits for nobody.
  const condition =
    how === 'all'
      ? whole.sql
      : `${tuple(columns(batch, before))} IN (SELECT ${list} FROM ${name} WHERE ${inner.sql}${plain} ORDER BY ${list} FOR UPDATE SKIP LOCKED)`;
  const sql =
    batch.statement === undefined
      ? `UPDATE ${name} SET ${batch.set} WHERE ${condition}${plain}`
      : batch.statement.replace('/* range */ true', () => `(${condition})`);
  return { sql, values: whole.values };
}

/** Lock not available, deadlock, cancelled by its own limit, serialization. */
const contention: readonly string[] = ['55P03', '40P01', '57014', '40001'];

/** Texts of the walk. */
export const batch: BatchSql = {
  types,
  last: ({ batch: one }) =>
    `SELECT ${shown(one)} FROM ${quote.full(one.table)} ORDER BY ${reversed(one)} LIMIT 1`,
  upper(walk, after, upTo, size) {
    const { batch: one } = walk;
    const list = columns(one).join(', ');
    const { sql, values } = rangeOf(walk, { upTo, ...(after === undefined ? {} : { after }) });
    return {
      sql: `SELECT ${shown(one)} FROM (SELECT ${list} FROM ${quote.full(one.table)} WHERE ${sql} ORDER BY ${list} LIMIT ${Math.max(1, Math.round(size))}) AS next
        ORDER BY ${reversed(one)} LIMIT 1`,
      values,
    };
  },
  change,
  left: ({ batch: one }) =>
    one.statement !== undefined || one.where === ''
      ? undefined
      : `SELECT 1 FROM ${quote.full(one.table)} WHERE ${one.where} LIMIT 1`,
  // Rows are taken in the order of the index, so that two batches of one key cannot wait for each other.
  begin: ({ local = [] }, { lockMs, statementMs }) =>
    [
      'BEGIN',
      `SET LOCAL lock_timeout = ${Math.round(lockMs)}`,
      `SET LOCAL statement_timeout = ${Math.round(statementMs)}`,
      'SET LOCAL enable_seqscan = off',
      'SET LOCAL enable_bitmapscan = off',
      ...local,
    ].join('; '),
  vacuum: ({ table }) => `VACUUM ${quote.full(table)}`,
  gaveWay: (error) => error instanceof SqlError && contention.includes(error.fields.sqlstate),
};
