/** Queries with each of their sets of values, priced as things are today. */
import { SqlError } from '../../base/error.ts';
import type { PlanFacts, Trial, WhatIf } from '../../engine/model.ts';
import type { ValueSet, WorkQuery } from '../advice/model.ts';
import type { ChooseOptions } from './model.ts';

/** Sets of values of one query that are priced; those that stand for most calls. */
const mostSets = 6;
/** Milliseconds for each unit of cost where production counted no time of any query: assumed. */
const assumedMsPerCost = 0.01;

/** A unit before items are known. */
export interface Planned {
  readonly query: WorkQuery;
  readonly set?: ValueSet;
  readonly share: number;
  readonly plan: PlanFacts;
}

export interface PlannedWork {
  readonly planned: readonly Planned[];
  /** Queries that cannot be priced, and why. */
  readonly failed: readonly { readonly query: WorkQuery; readonly because: string }[];
  readonly limits: readonly string[];
}

/** Plan of a query with one of its sets of values, or its generic one. */
export function priceOf(
  whatIf: WhatIf,
  { query, set }: Pick<Planned, 'query' | 'set'>,
  trial?: Trial,
): Promise<PlanFacts> {
  return set ? whatIf.price(query.sql, set.values, trial) : whatIf.generic(query.sql, trial);
}

/** Plans all queries as things are. */
export async function planToday(
  { work, signal }: Pick<ChooseOptions, 'work' | 'signal'>,
  whatIf: WhatIf,
): Promise<PlannedWork> {
  const planned: Planned[] = [];
  const failed: { query: WorkQuery; because: string }[] = [];
  let [generic, cut] = [0, 0];
  for (const query of work.queries) {
    const sets = query.basis === 'generic' ? [] : leading(query.sets);
    if (sets.length === 0) generic += 1;
    if (sets.length < query.sets.length && sets.length > 0) cut += 1;
    const own: Planned[] = [];
    try {
      const whole = sets.reduce((sum, { share }) => sum + share, 0);
      for (const set of sets.length > 0 ? sets : [undefined]) {
        signal.throwIfAborted();
        const unit = {
          query,
          ...(set ? { set } : {}),
          share: set && whole > 0 ? set.share / whole : 1 / (sets.length || 1),
        };
        own.push({ ...unit, plan: await priceOf(whatIf, unit) });
      }
      planned.push(...own);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SqlError)) throw error;
      failed.push({ query, because: error.message });
    }
  }
  return {
    planned,
    failed,
    limits: [
      ...(generic > 0
        ? [`${count(generic, 'query', 'queries')} without values: the generic plan was priced.`]
        : []),
      ...(cut > 0
        ? [`Of ${count(cut, 'query', 'queries')} only the ${mostSets} commonest sets of values were priced.`]
        : []),
      ...failed.map(
        ({ query, because }) => `${query.name} could not be priced and counts for nothing: ${because}`,
      ),
    ],
  };
}

/** Milliseconds per day for each unit of cost, per query: production's own time where it was counted, else as the counted ones have it. */
export function weightsOf(planned: readonly Planned[]): {
  readonly weights: ReadonlyMap<WorkQuery, number>;
  readonly limits: readonly string[];
} {
  const costs = new Map<WorkQuery, number>();
  for (const { query, share, plan } of planned)
    costs.set(query, (costs.get(query) ?? 0) + share * plan.totalCost);
  const counted = [...costs].flatMap(([{ meanMs }, cost]) =>
    meanMs !== undefined && meanMs > 0 && cost > 0 ? [meanMs / cost] : [],
  );
  const usual = counted.length > 0 ? median(counted) : assumedMsPerCost;
  const uncounted = [...costs.keys()].filter(({ meanMs }) => !(meanMs !== undefined && meanMs > 0)).length;
  return {
    weights: new Map(
      [...costs].map(([query, cost]) => {
        const { meanMs, callsPerDay } = query;
        const each = meanMs !== undefined && meanMs > 0 && cost > 0 ? meanMs / cost : usual;
        return [query, callsPerDay * each];
      }),
    ),
    limits:
      uncounted === 0
        ? []
        : [
            counted.length > 0
              ? `${count(uncounted, 'query', 'queries')} without counted times: taken to need ${Number(usual.toPrecision(2))} ms for each unit of cost, the median of the others.`
              : `No query has counted times: ${assumedMsPerCost} ms for each unit of cost are assumed.`,
          ],
  };
}

/** The sets of values that stand for most calls. */
export function leading(sets: readonly ValueSet[]): readonly ValueSet[] {
  return sets
    .filter(({ share }) => share > 0)
    .toSorted((a, b) => b.share - a.share)
    .slice(0, mostSets);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
