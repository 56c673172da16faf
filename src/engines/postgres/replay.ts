/** Running a statement for its figures, and comparing distributions. */
import type { PlanFacts, Replay, ReplayNode } from '../../engine/stats/model.ts';
import type { Session } from '../../engine/session/model.ts';

type Node = Readonly<Record<string, unknown>> & { readonly Plans?: readonly Node[] };

/** Runs a statement under EXPLAIN; the times of single nodes are left out, since reading the clock for each row takes longer than many a row. */
export async function replay(session: Session, sql: string, values: readonly unknown[]): Promise<Replay> {
  const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(
    `EXPLAIN (ANALYZE, BUFFERS, WAL, TIMING OFF, FORMAT JSON) ${sql}`,
    values,
  );
  const raw = rows[0]!['QUERY PLAN'];
  const [explained] = (typeof raw === 'string' ? JSON.parse(raw) : raw) as readonly [
    { readonly Plan: Node; readonly 'Execution Time': number },
  ];
  const top = explained.Plan;
  return {
    rows: affected(top),
    hit: number(top, 'Shared Hit Blocks'),
    read: number(top, 'Shared Read Blocks'),
    tempRead: number(top, 'Temp Read Blocks'),
    tempWritten: number(top, 'Temp Written Blocks'),
    walBytes: number(top, 'WAL Bytes'),
    ms: explained['Execution Time'],
    nodes: nodesOf(top),
  };
}

/** Nodes of a plan from the top down; rows are those of all loops together, undefined where it was not run. */
export function planNodes({ tree }: PlanFacts): readonly ReplayNode[] {
  return nodesOf((tree as { readonly Plan: Node }).Plan);
}

function nodesOf(top: Node): readonly ReplayNode[] {
  const loops = number(top, 'Actual Loops');
  const ran = top['Actual Rows'] !== undefined;
  return [
    {
      title: ['Node Type', 'Index Name', 'Relation Name', 'Alias']
        .flatMap((key) => (typeof top[key] === 'string' ? [top[key]] : []))
        .join(' '),
      estimated: number(top, 'Plan Rows'),
      ...(ran ? { actual: number(top, 'Actual Rows') * loops, loops } : {}),
    },
    ...(top.Plans ?? []).flatMap(nodesOf),
  ];
}

/** Rows that a client is told: those returned, or those changed where nothing is returned. */
function affected(top: Node): number {
  const returned = number(top, 'Actual Rows') * number(top, 'Actual Loops');
  if (top['Node Type'] !== 'ModifyTable' || returned > 0) return returned;
  if (top['Tuples Inserted'] !== undefined)
    return (
      number(top, 'Tuples Inserted') +
      (top['Conflict Resolution'] === 'UPDATE' ? number(top, 'Conflicting Tuples') : 0)
    );
  const source = top.Plans?.find((child) => child['Parent Relationship'] === 'Outer');
  return source ? number(source, 'Actual Rows') * number(source, 'Actual Loops') : 0;
}

function number(node: Node, key: string): number {
  const value = node[key];
  return typeof value === 'number' ? value : 0;
}

/** Greatest difference between the shares of rows that two histograms put below a value, 0 to 1; undefined where the bounds cannot be compared. */
export async function histogramDistance(
  session: Session,
  type: string,
  one: string,
  other: string,
): Promise<number | undefined> {
  // An array of arrays is one of more dimensions, whose parts are no bounds.
  if (type.endsWith(']')) return undefined;
  const { rows } = await session.query<{ distance: number | null }>(
    `WITH b AS MATERIALIZED (SELECT $1::text::${type}[] AS one, $2::text::${type}[] AS other)
SELECT max(abs((width_bucket(v, one) - 1) / nullif(cardinality(one) - 1, 0)::float8 - (width_bucket(v, other) - 1) / nullif(cardinality(other) - 1, 0)::float8)) AS distance
FROM b, LATERAL (SELECT unnest(one[2 : cardinality(one) - 1]) UNION ALL SELECT unnest(other[2 : cardinality(other) - 1])) AS x(v)`,
    [one, other],
  );
  return rows[0]?.distance ?? undefined;
}
