/** Rows made up of the values that statistics show of a table's columns, in a table that nobody else ever sees. */
import { quote } from '../quote.ts';
import { set, type Room } from './room.ts';

/** Rows at most, and rows where statistics show common values only. */
const mostRows = 3000;
const plainRows = 1000;

interface ColumnRow extends Record<string, unknown> {
  readonly name: string;
  readonly type: string;
  readonly nulls: number;
  readonly distinct: number;
  readonly correlation: number | null;
  readonly common: readonly string[] | null;
  readonly shares: readonly number[] | null;
  readonly bounds: readonly string[] | null;
}

const columnsQuery = `
  SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, s.null_frac::float8 AS nulls, s.n_distinct::float8 AS distinct, s.correlation::float8 AS correlation,
         s.most_common_vals::text::text[] AS common, s.most_common_freqs::float8[] AS shares, s.histogram_bounds::text::text[] AS bounds
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname AND NOT s.inherited
   WHERE a.attrelid = $1::regclass AND a.attnum = ANY ($2::int[])`;

/** What the rows are made of. */
export interface MadeRows {
  /** Name of the table as SQL; {@link removeRows} takes it away before the transaction ends. */
  readonly table: string;
  readonly rows: number;
  readonly columns: readonly MadeColumn[];
}

export interface MadeColumn {
  readonly name: string;
  /** Different values, below zero as a share of the table's rows, as statistics tell it. */
  readonly distinct: number;
}

/** Makes rows for these columns of a table, by number, inside the open transaction; the others are null. Undefined when statistics show no values of a column. */
export async function makeRows(
  { session, role }: Room,
  { schema, table }: { readonly schema: string; readonly table: string },
  columns: readonly number[],
): Promise<MadeRows | undefined> {
  const { rows: known } = await session.query<ColumnRow>(columnsQuery, [table, columns]);
  if (known.length === 0 || known.length < columns.length) return undefined;
  if (known.some(({ common, bounds, nulls }) => !common && !bounds && nulls < 1)) return undefined;
  // No triggers on statements that define things.
  await set(session, { session_replication_role: 'replica' }, true);
  const made = `${quote.identifier(schema)}.${quote.identifier(`dbd_made_rows_${session.pid}`)}`;
  await session.query(`CREATE TABLE ${made} AS SELECT * FROM ONLY ${table} WITH NO DATA`);
  // Functions of expressions run with the rights of the owner.
  await session.query(`ALTER TABLE ${made} OWNER TO ${quote.identifier(role)}`);
  const bounded = known.filter(({ bounds }) => bounds !== null);
  const count = Math.min(bounded.length > 0 ? mostRows : plainRows, ...bounded.map(rowsFor));
  const names = known.map(({ name }) => quote.identifier(name));
  const placed = known.map(
    (column, i) => `(${placedSql(column, count, i)}) AS c${i}${i === 0 ? '' : ' USING (place)'}`,
  );
  await session.query(
    `INSERT INTO ${made} (${names.join(', ')}) SELECT ${known.map((_, i) => `c${i}.value`).join(', ')} FROM ${placed.join(' JOIN ')} ORDER BY place`,
    known.map((column) => valuesOf(column, count)),
  );
  return {
    table: made,
    rows: count,
    columns: known.map(({ name, distinct }) => ({ name, distinct })),
  };
}

/** Removes the table. */
export async function removeRows({ session }: Room, { table }: MadeRows): Promise<void> {
  await session.query(`DROP TABLE ${table}`);
}

/** So many rows that each bound is there once: more of them would be duplicates that the table has not. */
function rowsFor({ nulls, shares, bounds }: ColumnRow): number {
  const rest = 1 - nulls - (shares ?? []).reduce((sum, share) => sum + share, 0);
  const count = bounds?.length ?? plainRows;
  return Math.ceil(count / Math.max(rest, count / mostRows));
}

function valuesOf({ nulls, common, shares, bounds }: ColumnRow, count: number): readonly (string | null)[] {
  const values: (string | null)[] = [];
  const add = (value: string | null, share: number): void => {
    const until = Math.min(count, values.length + Math.round(share * count));
    while (values.length < until) values.push(value);
  };
  for (const [i, value] of (common ?? []).entries()) add(value, shares?.[i] ?? 0);
  const others = bounds ?? [];
  const left = Math.max(0, count - values.length - Math.round(nulls * count));
  for (let i = 0; others.length > 0 && i < left; i += 1)
    values.push(others[Math.floor(((i + 0.5) * others.length) / left)]!);
  while (values.length < count) values.push(nulls > 0 ? null : (common?.[0] ?? null));
  return values;
}

/** Values of one column with their places: as close to the order of values as the table's rows are, and else by chance, another one for each column, the same in each run. */
function placedSql({ type, correlation }: ColumnRow, count: number, turn: number): string {
  const order = correlation ?? 0;
  const chance = `(pg_catalog.hashint4((n * 131 + ${turn * 7919})::int)::float8 / 4294967296)`;
  const ranked = `SELECT value, row_number() OVER (${correlation === null ? '' : 'ORDER BY value'}) AS n
    FROM (SELECT v::${type} AS value FROM unnest($${turn + 1}::text[]) AS v) AS u`;
  return `SELECT value, row_number() OVER (ORDER BY ${order} * n / ${count}::float8 + ${Math.sqrt(Math.max(0, 1 - order ** 2))} * ${chance}, n) AS place FROM (${ranked}) AS r`;
}
