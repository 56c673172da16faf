/** Figures of a database: statistics, sizes, plans. */
import type { PlanFacts, Session, Stats } from '../../engine/model.ts';
import { quote } from './quote.ts';
import { histogramDistance, planNodes, replay } from './replay.ts';
import { comparePlans } from './same-plan.ts';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Total Cost': number;
  readonly 'Actual Rows'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

interface Explained {
  readonly Plan: PlanNode;
  readonly 'Planning Time'?: number;
  readonly 'Execution Time'?: number;
}

const sizesQuery = `
  SELECT n.nspname AS schema, c.relname AS name, CASE WHEN c.relkind IN ('i', 'I') THEN 'index' ELSE 'table' END AS kind,
         coalesce((SELECT t.relname FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid WHERE i.indexrelid = c.oid), c.relname) AS "table",
         (CASE WHEN c.relkind IN ('i', 'I') THEN pg_relation_size(c.oid) ELSE pg_table_size(c.oid) END)::text AS bytes,
         greatest(c.reltuples, 0)::float8 AS rows
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   ORDER BY 1, 4, 3 DESC, 2`;

/** The topmost table or index of each partition named; the visible ones among equal names. */
const wholesQuery = `
  SELECT c.relname AS name, r.relname AS whole
    FROM pg_class c
    CROSS JOIN LATERAL (SELECT a.relid FROM pg_partition_ancestors(c.oid) WITH ORDINALITY AS a(relid, n) ORDER BY n DESC LIMIT 1) top
    JOIN pg_class r ON r.oid = top.relid
   WHERE c.relname = ANY($1::text[]) AND c.relispartition AND c.oid <> r.oid`;

/** Objects of the catalog are left out: planning looks at them, and they do not grow with the rows. */
const touchedQuery = `
  SELECT coalesce(sum(pg_stat_get_xact_blocks_fetched(oid)), 0)::text AS pages,
         coalesce(sum(CASE WHEN relkind IN ('r', 'm') THEN pg_stat_get_xact_tuples_returned(oid) + pg_stat_get_xact_tuples_fetched(oid)
           + pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid) END), 0)::text AS rows
    FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'm', 'i', 't')`;

/** PostgreSQL's own figures; bytes of a table count its TOAST and maps, not its indexes. */
export const stats: Stats = {
  async analyze(session, tables) {
    for (const table of tables) await session.query(`ANALYZE ${quote.full(table)}`);
  },

  async sizes(session) {
    const { rows } = await session.query<{
      schema: string;
      name: string;
      kind: 'table' | 'index';
      table: string;
      bytes: string;
      rows: number;
    }>(sizesQuery);
    return rows.map((row) => ({
      name: { schema: row.schema, name: row.name },
      kind: row.kind,
      table: row.table,
      bytes: Number(row.bytes),
      rows: Number(row.rows),
    }));
  },

  async explain(session, sql, values, execute) {
    // The bare form plans with the values at hand, as the first executions of a prepared statement do.
    const options = execute ? 'ANALYZE, BUFFERS, FORMAT JSON' : 'FORMAT JSON';
    const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(`EXPLAIN (${options}) ${sql}`, values);
    const explained = planOf(rows[0]!['QUERY PLAN']);
    return factsOf(explained, await wholes(session, explained));
  },

  comparePlans,
  replay,
  nodesOf: planNodes,
  histogramDistance,

  emptyCommit: "SELECT pg_logical_emit_message(true, 'dbd', '')",

  async touched(session) {
    const { rows } = await session.query<{ pages: string; rows: string }>(touchedQuery);
    return { pages: Number(rows[0]!.pages), rows: Number(rows[0]!.rows) };
  },
};

function planOf(raw: unknown): Explained {
  const [explained] = (typeof raw === 'string' ? JSON.parse(raw) : raw) as readonly Explained[];
  return explained!;
}

/** Facts of what EXPLAIN printed as JSON; partitions and their indexes are told as what they are parts of, by name. */
export function planFacts(raw: unknown, whole: ReadonlyMap<string, string>): PlanFacts {
  return factsOf(planOf(raw), whole);
}

/** Partitions and their indexes that a plan names → the whole table and its index. */
async function wholes(session: Session, { Plan: top }: Explained): Promise<ReadonlyMap<string, string>> {
  const names = new Set(
    flatten(top).flatMap((node) => [node['Relation Name'] ?? [], node['Index Name'] ?? []].flat()),
  );
  if (names.size === 0) return new Map();
  const { rows } = await session.query<{ name: string; whole: string }>(wholesQuery, [[...names]]);
  return new Map(rows.map(({ name, whole }) => [name, whole]));
}

function factsOf(explained: Explained, whole: ReadonlyMap<string, string>): PlanFacts {
  const { Plan: top } = explained;
  const nodes = flatten(top);
  const met = rowsMet(nodes);
  const processed = rowsProcessed(nodes);
  return {
    totalCost: top['Total Cost'],
    ...(top['Actual Rows'] === undefined ? {} : { rows: top['Actual Rows'] }),
    ...(met === undefined ? {} : { met }),
    ...(processed === undefined ? {} : { processed }),
    ...(explained['Execution Time'] === undefined ? {} : { executionMs: explained['Execution Time'] }),
    ...(explained['Planning Time'] === undefined ? {} : { planningMs: explained['Planning Time'] }),
    ...(top['Shared Hit Blocks'] === undefined
      ? {}
      : { sharedHit: top['Shared Hit Blocks'], sharedRead: top['Shared Read Blocks'] ?? 0 }),
    nodes: nodes
      .map((node) => nodeText(node, whole))
      .filter((text, index, all) => whole.size === 0 || text !== all[index - 1]),
    indexes: [...new Set(nodes.flatMap(({ 'Index Name': name }) => (name ? (whole.get(name) ?? name) : [])))],
    tree: explained,
  };
}

/** Rows that scans of tables let through; a table that is written to is no scan. */
function rowsMet(nodes: readonly PlanNode[]): number | undefined {
  const scans = nodes.filter(
    (node) =>
      node['Relation Name'] !== undefined &&
      node['Node Type'] !== 'ModifyTable' &&
      node['Actual Rows'] !== undefined,
  );
  if (scans.length === 0) return undefined;
  return scans.reduce((sum, node) => sum + node['Actual Rows']! * (node['Actual Loops'] ?? 1), 0);
}

/** Work that is the same from run to run, unlike time: what each node passed on, and what its filters threw away. */
function rowsProcessed(nodes: readonly PlanNode[]): number | undefined {
  if (nodes[0]!['Actual Rows'] === undefined) return undefined;
  return nodes.reduce(
    (sum, node) =>
      sum +
      ((node['Actual Rows'] ?? 0) +
        (node['Rows Removed by Filter'] ?? 0) +
        (node['Rows Removed by Index Recheck'] ?? 0) +
        (node['Rows Removed by Join Filter'] ?? 0)) *
        (node['Actual Loops'] ?? 1),
    0,
  );
}

function flatten(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}

/** Partitions are told as their table: which of them a plan reads changes with the day. */
function nodeText(node: PlanNode, whole: ReadonlyMap<string, string>): string {
  const { 'Relation Name': table, 'Index Name': own } = node;
  const relation = table ? ` ${whole.get(table) ?? table}` : '';
  const index = own ? ` using ${whole.get(own) ?? own}` : '';
  return `${node['Node Type']}${relation}${index}`;
}
