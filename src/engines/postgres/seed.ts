import type { Column, Table } from '../../catalog/model.ts';
import type { SeedRows, SeedSql } from '../../engine/seed/model.ts';
import { isHistory } from './intake/history.ts';
import { quote } from './quote.ts';
import { types } from './types.ts';
import { parseUrl } from './url.ts';

/** Rows of one statement: enough to be quick, few enough to be read. */
const rowsPerStatement = 200;

/** Types that have no equality. */
const unequalled = /^(?:json|xml|point|polygon|path|box|circle|line|lseg)$/;

/** Rows as PostgreSQL's own multi-row INSERT, conflict clause and sequence functions. */
export const seed: SeedSql = {
  insert({ table, columns, rows }) {
    const name = quote.name(table);
    if (columns.length === 0) return rows.map(() => `INSERT INTO ${name} DEFAULT VALUES;`).join('\n');
    return chunks(rows)
      .map((part) => `${head(table, columns)}\nVALUES\n${lines(table, columns, part)};`)
      .join('\n');
  },

  upsert({ table, columns, rows }, key) {
    const others = columns.filter((column) => !key.includes(column) && !numbered(table, column));
    const set = others
      .map((column) => `${quote.identifier(column)} = EXCLUDED.${quote.identifier(column)}`)
      .join(', ');
    const compared = (side: string): string =>
      others
        .map(
          (column) =>
            `${side}.${quote.identifier(column)}${unequalled.test(columnOf(table, column).type) ? '::text' : ''}`,
        )
        .join(', ');
    const on = `ON CONFLICT (${list(key)})`;
    const action =
      others.length === 0
        ? `${on} DO NOTHING`
        : `${on} DO UPDATE SET ${set}\nWHERE (${compared('kept')}) IS DISTINCT FROM (${compared('EXCLUDED')})`;
    return chunks(rows)
      .map((part) => `${head(table, columns, 'kept')}\nVALUES\n${lines(table, columns, part)}\n${action};`)
      .join('\n');
  },

  update({ table, columns, rows }, key) {
    const set = columns.filter((column) => !key.includes(column));
    const typed = (row: readonly (string | null)[]): string =>
      `  (${row.map((value, i) => `${literal(table, columns[i]!, value)}::${columnOf(table, columns[i]!).type}`).join(', ')})`;
    const plain = (row: readonly (string | null)[]): string =>
      `  (${row.map((value, i) => literal(table, columns[i]!, value)).join(', ')})`;
    return chunks(rows)
      .map((part) =>
        [
          `UPDATE ${quote.name(table)} AS kept`,
          `SET ${set.map((column) => `${quote.identifier(column)} = given.${quote.identifier(column)}`).join(', ')}`,
          `FROM (VALUES`,
          part.map((row, i) => (i === 0 ? typed(row) : plain(row))).join(',\n'),
          `) AS given (${list(columns)})`,
          `WHERE ${key.map((column) => `kept.${quote.identifier(column)} = given.${quote.identifier(column)}`).join(' AND ')};`,
        ].join('\n'),
      )
      .join('\n');
  },

  advance(table) {
    const qualified = `${quote.identifier(table.schema)}.${quote.identifier(table.name)}`;
    return table.columns.flatMap((column) => {
      const named = /^nextval\(('(?:[^']|'')*')::regclass\)$/.exec(column.default ?? '')?.[1];
      const sequence = column.identity
        ? `pg_get_serial_sequence(${quote.literal(qualified)}, ${quote.literal(column.name)})`
        : named;
      return sequence === undefined
        ? []
        : [`SELECT setval(${sequence}, max(${quote.identifier(column.name)})) FROM ${quote.name(table)};`];
    });
  },

  guard(tables) {
    const raise = (message: string): string =>
      `    RAISE EXCEPTION USING MESSAGE = ${quote.literal(message)};\n  END IF;`;
    const filled = tables.map(({ table, rows }) =>
      rows === 0
        ? `EXISTS (SELECT FROM ${quote.name(table)})`
        : `(SELECT count(*) FROM ${quote.name(table)}) > ${rows}`,
    );
    const body = [
      'BEGIN',
      `  IF current_setting('dbd.environment', true) = 'production' THEN`,
      raise('This database is marked as production; development rows stay out of it.'),
      ...(filled.length > 0
        ? [
            `  IF ${filled.join('\n    OR ')} THEN`,
            raise('There are rows already; development rows are for a fresh database.'),
          ]
        : []),
      'END',
    ].join('\n');
    let tag = '$guard$';
    while (body.includes(tag)) tag = tag.replace(/\$$/, 'x$');
    return `DO ${tag}\n${body}\n${tag};`;
  },

  open(table) {
    const name = quote.name(table);
    return table.rowSecurity === 'forced'
      ? {
          before: [`ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY;`],
          after: [`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY;`],
        }
      : { before: [], after: [] };
  },

  clear: (table) => `DELETE FROM ${quote.name(table)};`,
  defer: 'SET CONSTRAINTS ALL DEFERRED;',
  isLocal(url) {
    const { host } = parseUrl(url);
    return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(?:\.\d+){3}$/.test(host);
  },
  isFrame: (statement) => statement.kind === 'TransactionStmt',
  isHistory,
};

function head(table: Table, columns: readonly string[], alias?: string): string {
  const always = table.columns.some(
    (column) => columns.includes(column.name) && column.identity === 'always',
  );
  return `INSERT INTO ${quote.name(table)}${alias === undefined ? '' : ` AS ${alias}`} (${list(columns)})${always ? '\nOVERRIDING SYSTEM VALUE' : ''}`;
}

function lines(table: Table, columns: readonly string[], rows: SeedRows['rows']): string {
  return rows
    .map((row) => `  (${row.map((value, i) => literal(table, columns[i]!, value)).join(', ')})`)
    .join(',\n');
}

function literal(table: Table, name: string, value: string | null): string {
  if (value === null) return 'NULL';
  const { type } = columnOf(table, name);
  const family = type === 'money' ? 'other' : types.family(type);
  const bare =
    (family === 'boolean' && /^(?:true|false)$/.test(value)) ||
    ((family === 'integer' || family === 'number') && /^-?\d+(?:\.\d+)?$/.test(value));
  return bare ? value : quote.literal(value);
}

function columnOf(table: Table, name: string): Column {
  return table.columns.find((column) => column.name === name)!;
}

/** The server gives the number: a row that is there keeps its own. */
function numbered(table: Table, name: string): boolean {
  const column = columnOf(table, name);
  return column.identity !== undefined || (column.default ?? '').startsWith('nextval(');
}

function list(columns: readonly string[]): string {
  return columns.map((column) => quote.identifier(column)).join(', ');
}

function chunks<T>(rows: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(rows.length / rowsPerStatement) }, (_, i) =>
    rows.slice(i * rowsPerStatement, (i + 1) * rowsPerStatement),
  );
}
