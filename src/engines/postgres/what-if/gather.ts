/** Statistics of an index's expressions as ANALYZE would gather them, from rows made up of its columns' statistics. */
import { SqlError } from '../../../base/error.ts';
import { makeRows, removeRows, type MadeRows } from './made-rows.ts';
import { set, type Room } from './room.ts';

interface Wanted extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  /** Name of the table as SQL, and its rows. */
  readonly table: string;
  readonly rows: number;
  readonly definition: string;
  readonly condition: string | null;
  /** Numbers of its expressions among its columns, with their SQL. */
  readonly expressions: readonly { readonly position: number; readonly sql: string }[];
  /** Columns that it depends on. */
  readonly columns: readonly number[];
}

const wantedQuery = `
  SELECT x.indexrelid AS oid, n.nspname AS schema, quote_ident(n.nspname) || '.' || quote_ident(h.relname) AS "table", greatest(h.reltuples, 0)::float8 AS rows,
         pg_get_indexdef(x.indexrelid) AS definition, pg_get_expr(x.indpred, x.indrelid) AS condition,
         (SELECT json_agg(json_build_object('position', k.n, 'sql', pg_get_indexdef(x.indexrelid, k.n::int, false)) ORDER BY k.n)
            FROM unnest(x.indkey) WITH ORDINALITY AS k(number, n) WHERE k.number = 0) AS expressions,
         ARRAY(SELECT DISTINCT d.refobjsubid FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = x.indexrelid AND d.refobjid = x.indrelid AND d.refobjsubid > 0) AS columns
    FROM pg_index x JOIN pg_class h ON h.oid = x.indrelid JOIN pg_namespace n ON n.oid = h.relnamespace
    JOIN pg_class i ON i.oid = x.indexrelid AND i.relkind = 'i'
   WHERE x.indexrelid = ANY ($1::oid[]) AND x.indexprs IS NOT NULL AND h.reltuples > 0
     AND NOT EXISTS (SELECT FROM pg_statistic s WHERE s.starelid = x.indexrelid)
   ORDER BY 1`;

/** Statistics of the same expression of the same table that somebody did gather. */
const gatheredQuery = `
  SELECT expr AS sql FROM pg_stats_ext_exprs WHERE quote_ident(schemaname) || '.' || quote_ident(tablename) = $1 AND NOT inherited
  UNION SELECT pg_get_indexdef(x.indexrelid, s.staattnum, false) FROM pg_index x JOIN pg_statistic s ON s.starelid = x.indexrelid AND NOT s.stainherit
         WHERE x.indrelid = $1::regclass AND x.indexprs IS NOT NULL`;

const slots = ['stakind', 'staop', 'stacoll', 'stanumbers', 'stavalues']
  .flatMap((what) => [1, 2, 3, 4, 5].map((n) => what + n))
  .join(', ');

const copyQuery = `
  INSERT INTO pg_catalog.pg_statistic (starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct, ${slots})
  SELECT $1, s.staattnum, false, s.stanullfrac, s.stawidth, $4, ${slots} FROM pg_catalog.pg_statistic s WHERE s.starelid = $2::regclass AND s.staattnum = $3 AND NOT s.stainherit`;

/** Share of the made rows that have to differ for an expression to have as many values as its column. */
const allDiffer = 0.95;

/** Gives new indexes statistics of their expressions, where none were gathered elsewhere; tells per index what they rest on. */
export async function gatherExpressions(
  room: Room,
  indexes: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const told = new Map<number, readonly string[]>();
  await room.asOwner();
  const { rows } = await room.session.query<Wanted>(wantedQuery, [indexes]);
  for (const wanted of rows) {
    const { rows: gathered } = await room.session.query<{ sql: string }>(gatheredQuery, [wanted.table]);
    const missing = wanted.expressions.filter(
      ({ sql }) => !gathered.some((one) => bare(one.sql) === bare(sql)),
    );
    if (missing.length === 0) continue;
    try {
      const rowsMade = await room.transaction(() => gatherOne(room, wanted, missing));
      if (rowsMade === undefined) continue;
      told.set(
        wanted.oid,
        missing.map(
          ({ sql }) => `values of ${sql} as ${rowsMade} rows made of its columns' statistics have them`,
        ),
      );
    } catch (error) {
      // An expression that fails on a value says nothing; the planner's own guesses stand then.
      if (!(error instanceof SqlError)) throw error;
    }
  }
  return told;
}

async function gatherOne(
  room: Room,
  wanted: Wanted,
  missing: Wanted['expressions'],
): Promise<number | undefined> {
  const { session } = room;
  const tail = tailOf(wanted);
  const made = tail === undefined ? undefined : await makeRows(room, wanted, wanted.columns);
  if (!made) return undefined;
  const name = `dbd_made_index_${session.pid}`;
  await session.query(`CREATE INDEX ${name} ON ${made.table} USING ${tail}`);
  await session.query(`ANALYZE ${made.table}`);
  const index = `${made.table.slice(0, made.table.lastIndexOf('.'))}.${name}`;
  for (const { position, sql } of missing)
    await session.query(copyQuery, [wanted.oid, index, position, await distinctOf(room, made, wanted, sql)]);
  await removeRows(room, made);
  return made.rows;
}

/** What follows USING in the definition of an index. */
function tailOf({ definition, table }: Wanted): string | undefined {
  const found = [` ON ${table} USING `, ` ON ONLY ${table} USING `]
    .map((text) => ({ text, at: definition.indexOf(text) }))
    .find(({ at }) => at >= 0);
  return found && definition.slice(found.at + found.text.length);
}

/** Different values among all rows, from those among the made ones (Haas and Stokes, as ANALYZE has it); below zero as a share of the rows. */
async function distinctOf(
  { session, role }: Room,
  made: MadeRows,
  { rows, condition }: Wanted,
  sql: string,
): Promise<number> {
  await set(session, { role }, true);
  const { rows: found } = await session.query<{ n: number; distinct: number; once: number; all: number }>(
    `SELECT coalesce(sum(count), 0)::float8 AS n, count(*)::float8 AS distinct, (count(*) FILTER (WHERE count = 1))::float8 AS once,
            (SELECT count(*) FROM ${made.table})::float8 AS "all"
       FROM (SELECT count(*) AS count FROM (SELECT (${sql})::text AS value FROM ${made.table} WHERE ${condition ?? 'true'}) AS v WHERE value IS NOT NULL GROUP BY value) AS g`,
  );
  await set(session, { role: 'none' }, true);
  const { n, distinct, once, all } = found[0]!;
  if (n === 0) return 0;
  const total = (rows * n) / Math.max(1, all);
  const [base, another] = made.columns.filter(({ name }) => sql.includes(name));
  const single = another ? undefined : base;
  if (once >= allDiffer * n && single) return single.distinct;
  const estimated = Math.min(total, (n * distinct) / (n - once + (once * n) / total));
  const most = single === undefined ? total : single.distinct < 0 ? -single.distinct * rows : single.distinct;
  const count = Math.max(distinct, Math.min(estimated, most));
  return count > grows * total ? -count / total : Math.round(count);
}

/** Share of the rows from which on a number of values is taken to grow with them, as ANALYZE does. */
const grows = 0.1;

/** Without the parentheses that the server puts around an expression. */
function bare(expression: string): string {
  return expression.replace(/^\((.*)\)$/s, '$1').trim();
}
