/** What is known of expressions that nobody has gathered statistics for. */
import { SqlError } from '../../../base/error.ts';
import { explained } from './explain.ts';
import type { ReadColumn, ReadIndex } from './facts.ts';
import type { Room } from './room.ts';
import type { ColumnFacts } from './size/model.ts';

/** Statistics of the same expression in another place, and of the columns of a table. */
const relatedQuery = `
  SELECT 'expression' AS kind, expr AS name, null_frac::float8 AS nulls, avg_width AS width, n_distinct::float8 AS distinct, most_common_freqs AS common
    FROM pg_stats_ext_exprs WHERE quote_ident(schemaname) || '.' || quote_ident(tablename) = $1 AND NOT inherited
  UNION ALL
  SELECT 'expression', pg_get_indexdef(x.indexrelid, s.staattnum, false), s.stanullfrac, s.stawidth, s.stadistinct,
         CASE 1 WHEN s.stakind1 THEN s.stanumbers1 WHEN s.stakind2 THEN s.stanumbers2 END
    FROM pg_index x JOIN pg_statistic s ON s.starelid = x.indexrelid AND NOT s.stainherit WHERE x.indrelid = $1::regclass AND x.indexprs IS NOT NULL
  UNION ALL
  SELECT 'column', attname, null_frac, avg_width, n_distinct, NULL
    FROM pg_stats WHERE quote_ident(schemaname) || '.' || quote_ident(tablename) = $1 AND NOT inherited`;

interface Related extends Record<string, unknown> {
  readonly kind: 'expression' | 'column';
  readonly name: string;
  readonly nulls: number;
  readonly width: number;
  readonly distinct: number;
  readonly common: readonly number[] | null;
}

const insertQuery = `
  INSERT INTO pg_catalog.pg_statistic (starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct,
    stakind1, stakind2, stakind3, stakind4, stakind5, staop1, staop2, staop3, staop4, staop5, stacoll1, stacoll2, stacoll3, stacoll4, stacoll5)
  SELECT f.oid, f.position, false, f.nulls, f.width, f."values", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM unnest($1::oid[], $2::int2[], $3::float4[], $4::int[], $5::float4[]) AS f(oid, position, nulls, width, "values")`;

export interface Expressions {
  readonly columns: ReadonlyMap<number, Partial<ColumnFacts>>;
  /** Positions, from 0, whose figures the planner shall have too, because it has none. */
  readonly told: readonly number[];
  readonly assumed: readonly string[];
}

/** Figures of the expressions of each index: from statistics of the same expression elsewhere, else as the planner guesses them. */
export async function expressionsOf(
  room: Room,
  indexes: readonly ReadIndex[],
): Promise<readonly Expressions[]> {
  const known: Expressions[] = [];
  for (const index of indexes) known.push(await expressionsOfOne(room, index));
  return known;
}

async function expressionsOfOne(room: Room, index: ReadIndex): Promise<Expressions> {
  const unknown = [...index.columns.entries()].filter(
    ([, { known, expression }]) => !known && expression !== undefined,
  );
  if (unknown.length === 0 || index.tableRows === 0) return { columns: new Map(), told: [], assumed: [] };
  await room.asOwner();
  const { rows: related } = await room.session.query<Related>(relatedQuery, [index.table]);
  await room.asNobody();
  const columns = new Map<number, Partial<ColumnFacts>>();
  const told: number[] = [];
  const assumed: string[] = [];
  for (const [i, column] of unknown) {
    const expression = column.expression!;
    const same = related.find(({ kind, name }) => kind === 'expression' && bare(name) === bare(expression));
    if (same) {
      columns.set(i, {
        nullFraction: same.nulls,
        distinct: same.distinct,
        common: same.common ?? [],
        ...(column.facts.length > 0 ? {} : { width: same.width }),
      });
      continue;
    }
    const distinct = await distinctOf(room, index, expression);
    if (distinct === undefined) continue;
    const from = related.filter(({ kind, name }) => kind === 'column' && expression.includes(name));
    columns.set(i, {
      distinct: distinct / index.tableRows >= leastShare ? -distinct / index.tableRows : distinct,
      ...derived(column, from),
    });
    told.push(i);
    assumed.push(`different values of ${expression} as the planner takes them from its columns`);
  }
  return { columns, told, assumed };
}

/** From this share of the rows on, a number of values is taken to grow with them, as ANALYZE does. */
const leastShare = 0.1;

/** An expression over one column is null where the column is, and texts stay about as long. */
function derived(column: ReadColumn, from: readonly Related[]): Partial<ColumnFacts> {
  if (from.length !== 1) return {};
  const [{ nulls, width }] = from as readonly [Related];
  return { nullFraction: nulls, ...(column.text && column.facts.length < 0 ? { width } : {}) };
}

async function distinctOf(
  { session }: Room,
  { table }: ReadIndex,
  expression: string,
): Promise<number | undefined> {
  try {
    const { Plan } = await explained(session, `SELECT DISTINCT ${expression} FROM ONLY ${table}`);
    return Plan['Plan Rows'];
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

/** Without the parentheses that the server puts around an expression. */
function bare(expression: string): string {
  return expression.replace(/^\((.*)\)$/s, '$1').trim();
}

/** Lets the planner have the figures of expressions of which it has none. */
export async function writeExpressions(
  { session }: Room,
  indexes: readonly ReadIndex[],
  expressions: readonly Expressions[],
): Promise<void> {
  const rows = indexes.flatMap(({ oid, columns }, i) =>
    expressions[i]!.told.map((position) => {
      const facts = { ...columns[position]!.facts, ...expressions[i]!.columns.get(position) };
      return { oid, position: position + 1, facts };
    }),
  );
  if (rows.length === 0) return;
  await session.query(insertQuery, [
    rows.map(({ oid }) => oid),
    rows.map(({ position }) => position),
    rows.map(({ facts }) => facts.nullFraction),
    rows.map(({ facts }) => Math.round(facts.width)),
    rows.map(({ facts }) => facts.distinct),
  ]);
}
