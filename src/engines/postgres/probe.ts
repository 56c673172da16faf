/** Looks at rows: values for a query's parameters, and fingerprints that tell whether rows survived. */
import { fail } from '../../base/error.ts';
import type { Name } from '../../catalog/model.ts';
import type { Probe, Session } from '../../engine/model.ts';
import { quote } from './quote.ts';
import { types } from './types.ts';
import { widestValue } from './widest.ts';

/** Blocks a draw reads at most, spread over the table: enough for a few hundred rows of any table without reading it. */
const blocksPerDraw = 200;

const viewsQuery = `
  WITH RECURSIVE target AS (
    SELECT c.oid, a.attnum
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE n.nspname = $1 AND c.relname = $2 AND a.attname = $3
  ), over (oid) AS (
    SELECT r.ev_class
      FROM target t JOIN pg_depend d ON d.refobjid = t.oid AND d.refobjsubid = t.attnum AND d.classid = 'pg_rewrite'::regclass
      JOIN pg_rewrite r ON r.oid = d.objid
    UNION
    SELECT r.ev_class
      FROM over JOIN pg_depend d ON d.refobjid = over.oid AND d.classid = 'pg_rewrite'::regclass JOIN pg_rewrite r ON r.oid = d.objid
  )
  SELECT n.nspname AS schema, c.relname AS name
    FROM over JOIN pg_class c ON c.oid = over.oid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('v', 'm') ORDER BY 1, 2`;

/** PostgreSQL's way to look at rows; all values travel as text. */
export const probe: Probe = {
  async parameterTypes(session, sql) {
    await session.query(`PREPARE dbd_probe AS ${sql}`);
    try {
      const { rows } = await session.query<{ types: readonly string[] }>(
        `SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'dbd_probe'`,
      );
      return rows[0]?.types ?? [];
    } finally {
      await session.query('DEALLOCATE dbd_probe');
    }
  },

  async draw(session, table, columns, count, seed) {
    const list = columns.map((column) => quote.identifier(column));
    const percent = await samplePercent(session, table);
    const from =
      percent === undefined
        ? quote.full(table)
        : `${quote.full(table)} TABLESAMPLE SYSTEM (${percent}) REPEATABLE (${seed})`;
    const { rows } = await session.query<{ v: readonly string[] }>(
      `SELECT ARRAY[${list.map((column) => `${column}::text`).join(', ')}] AS v
         FROM (SELECT ${list.join(', ')}, row_number() OVER () AS dbd_n FROM ${from}) AS drawn
        WHERE ${list.map((column) => `${column} IS NOT NULL`).join(' AND ')}
        ORDER BY hashint8extended(dbd_n, $1) LIMIT $2`,
      [seed, count],
    );
    return rows.map((row) => row.v);
  },

  async evaluate(session, expression, count) {
    const { rows } = await session.query<{ v: string | null }>(
      `SELECT (${expression})::text AS v FROM generate_series(1, $1::bigint) AS n ORDER BY n`,
      [count],
    );
    return rows.map((row) => row.v);
  },

  async formattedType(session, type) {
    await session.query('BEGIN');
    try {
      await session.query(`CREATE TEMPORARY TABLE dbd_typed (value ${type})`);
      const { rows } = await session.query<{ type: string }>(
        `SELECT format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = 'pg_temp.dbd_typed'::regclass AND attnum = 1`,
      );
      return rows[0]!.type;
    } finally {
      await session.query('ROLLBACK');
    }
  },

  async viewsOver(session, table, column) {
    const { rows } = await session.query<{ schema: string; name: string }>(viewsQuery, [
      table.schema,
      table.name,
      column,
    ]);
    return rows;
  },

  anyValue(type, n) {
    const family = types.family(type);
    return anyValues[family]?.(n);
  },

  widestValue,

  async prepare(session, name, sql) {
    await session.query(`PREPARE ${quote.identifier(name)} AS ${sql}`);
  },

  async execute(session, name, values) {
    const list = values.length === 0 ? '' : `(${values.map((value) => quote.literal(value)).join(', ')})`;
    await session.query(`EXECUTE ${quote.identifier(name)}${list}`);
  },

  inline(sql, values) {
    return sql.replaceAll(lexemes, (lexeme) =>
      /^\$\d+$/.test(lexeme) ? quote.literal(values[Number(lexeme.slice(1)) - 1]) : lexeme,
    );
  },

  async fingerprint(session, table, columns) {
    const row =
      columns.length === 0
        ? `''`
        : `ROW(${columns.map((column) => quote.identifier(column)).join(', ')})::text`;
    const { rows } = await session.query<{ rows: string; hash: string }>(
      // The sum of 64-bit hashes does not depend on the order of rows and keeps duplicates apart from single rows.
      `SELECT count(*)::text AS rows, coalesce(sum(hashtextextended(${row}, 0)), 0)::text AS hash FROM ${quote.full(table)}`,
    );
    return { rows: Number(rows[0]!.rows), hash: rows[0]!.hash };
  },
};

// Strings, quoted names and comments are stepped over whole, so that a $1 inside them stays.
const lexemes =
  /[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|\$\d+/g;

/** Percent of blocks to read; undefined for views, which cannot be sampled. */
async function samplePercent(session: Session, table: Name): Promise<number | undefined> {
  const { rows } = await session.query<{ kind: string; blocks: string | null }>(
    `SELECT c.relkind AS kind, (SELECT sum(pg_relation_size(relid)) / 8192 FROM pg_partition_tree(c.oid)) AS blocks
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`,
    [table.schema, table.name],
  );
  const found =
    rows[0] ?? fail('sql.failed', `Table ${table.schema}.${table.name} does not exist on the twin.`);
  if (!['r', 'm', 'p'].includes(found.kind)) return undefined;
  return Math.min(100, (100 * blocksPerDraw) / Math.max(1, Number(found.blocks ?? 0)));
}

const anyValues: Readonly<Record<string, (n: number) => string>> = {
  integer: (n) => String(n),
  number: (n) => String(n),
  text: (n) => `value ${n}`,
  boolean: (n) => (n % 2 ? 'true' : 'false'),
  date: (n) => `2026-01-${String(1 + (n % 28)).padStart(2, '0')}`,
  time: (n) => `${String(n % 24).padStart(2, '0')}:00:00`,
  instant: (n) => `2026-01-${String(1 + (n % 28)).padStart(2, '0')} 12:00:00+00`,
  interval: (n) => `${n} minutes`,
  uuid: (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  json: (n) => `{"n": ${n}}`,
  bytes: (n) => `\\x${(n % 256).toString(16).padStart(2, '0')}`,
  array: () => '{}',
  network: (n) => `10.0.0.${n % 256}`,
};
