/** Statistics over several columns that would change what the planner expects. */
import { SqlError } from '../../base/error.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Name } from '../../catalog/model.ts';
import type { PlanFacts, Snapshot, Trial, WhatIf } from '../../engine/model.ts';
import type { Choice, ChosenStatistics, StatisticsCandidate, WorkQuery } from '../advice/model.ts';
import { leading, priceOf } from './units.ts';

/** An estimate that changes by less than this factor changes nothing that matters. */
const leastFactor = 2;
/** Queries that are tried for one candidate, and candidates in all. */
const mostQueries = 3;
const mostCandidates = 40;

interface Tried {
  readonly chosen: readonly ChosenStatistics[];
  readonly leftOut: Choice['leftOut'];
}

/**
 * Tries each candidate at both ends of what its columns allow: nothing to do with each other is what the planner takes for granted already, so the other end is
 * tried, where one column tells the others. It is offered when that changes the plan or an estimate; which end is true, only rows can tell.
 */
export async function statisticsOf(
  candidates: readonly StatisticsCandidate[],
  options: {
    readonly queries: readonly WorkQuery[];
    readonly snapshot: Snapshot;
    readonly whatIf: WhatIf;
    /** Indexes that are dropped. */
    readonly without: readonly Name[];
    readonly signal: AbortSignal;
  },
): Promise<Tried> {
  const chosen: ChosenStatistics[] = [];
  const leftOut: { candidate: string; because: string }[] = [];
  for (const [i, candidate] of candidates.entries()) {
    const id = `statistics (${candidate.columns.join(', ')}) on ${candidate.table.schema}.${candidate.table.name}`;
    if (i >= mostCandidates) {
      leftOut.push({ candidate: id, because: `More than ${mostCandidates} were not tried.` });
      continue;
    }
    const known = distinctOf(candidate, options.snapshot);
    if (known === undefined) {
      leftOut.push({ candidate: id, because: 'Its columns have no statistics of their own.' });
      continue;
    }
    const change = await tried(candidate, known, options);
    if (typeof change === 'string') leftOut.push({ candidate: id, because: change });
    else
      chosen.push({
        candidate,
        ...change,
        assumed: [
          `Taken for the trial: ${known.least} different combinations, as if one column told the others. How many there are, only rows can tell.`,
        ],
      });
  }
  return { chosen, leftOut };
}

/** Rows before and after where they differ most, or why nothing changes. */
async function tried(
  { table, columns, serves }: StatisticsCandidate,
  { least }: { readonly least: number },
  { queries, whatIf, without, signal }: Parameters<typeof statisticsOf>[1],
): Promise<{ readonly before: number; readonly after: number } | string> {
  const trial: Trial = without.length > 0 ? { without } : {};
  const asked = queries.filter(({ name }) => serves.includes(name)).slice(0, mostQueries);
  const plans = async (): Promise<readonly PlanFacts[]> => {
    const found: PlanFacts[] = [];
    for (const query of asked) {
      signal.throwIfAborted();
      const set = query.basis === 'generic' ? undefined : leading(query.sets)[0];
      found.push(await priceOf(whatIf, { query, ...(set ? { set } : {}) }, trial));
    }
    return found;
  };
  try {
    const before = await plans();
    const { name } = await whatIf.statistics(table, columns, least, 1);
    const after = await plans().finally(() => whatIf.dropStatistics(name));
    const changes = before.map((plan, i) => changeOf(plan, after[i]!));
    const most = changes.toSorted((a, b) => b.factor - a.factor)[0];
    if (!most) return 'No query of the workload asks for it.';
    const replanned = before.some((plan, i) => plan.nodes.join('\n') !== after[i]!.nodes.join('\n'));
    if (most.factor < leastFactor && !replanned)
      return 'No plan and no estimate changes, whatever the columns have to do with each other.';
    return { before: most.before, after: most.after };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof SqlError)) throw error;
    return `It could not be tried: ${error.message}`;
  }
}

/** The fewest combinations that the columns allow. */
function distinctOf(
  { table, columns }: StatisticsCandidate,
  { relations, columns: statistics }: Snapshot,
): { readonly least: number } | undefined {
  const rows = Math.max(1, relations.find((one) => sameName(one, table))?.rows ?? 1);
  const counts = columns.map((column) => {
    const figures = statistics.find(
      (one) => one.schema === table.schema && one.relation === table.name && one.column === column,
    );
    if (!figures) return undefined;
    return figures.distinct < 0 ? -figures.distinct * rows : figures.distinct;
  });
  if (counts.includes(undefined)) return undefined;
  return { least: Math.max(1, Math.round(Math.max(...counts.map((count) => count!)))) };
}

interface Node {
  readonly 'Plan Rows': number;
  readonly Plans?: readonly Node[];
}

interface Change {
  readonly before: number;
  readonly after: number;
  readonly factor: number;
}

/** The node whose estimate changes most where both plans have the same shape; else the top. */
function changeOf(one: PlanFacts, other: PlanFacts): Change {
  const [before, after] = [rowsOf(one), rowsOf(other)];
  const pairs =
    before.length === after.length
      ? before.map((rows, i) => [rows, after[i]!] as const)
      : [[before[0]!, after[0]!] as const];
  return pairs
    .map(([from, to]): Change => ({
      before: from,
      after: to,
      factor: Math.max(Math.max(1, from) / Math.max(1, to), Math.max(1, to) / Math.max(1, from)),
    }))
    .reduce((most, next) => (next.factor > most.factor ? next : most));
}

function rowsOf({ tree }: PlanFacts): readonly number[] {
  const walk = (node: Node): readonly number[] => [node['Plan Rows'], ...(node.Plans ?? []).flatMap(walk)];
  return walk((tree as { readonly Plan: Node }).Plan);
}
