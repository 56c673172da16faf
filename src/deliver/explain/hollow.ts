/** The statement on a hollow twin: its plans for common and skewed values, as production would choose them, and under trials. */
import { SqlError } from '../../base/error.ts';
import type { Engine, Plan, PlanFacts, Trial, WhatIf } from '../../engine/model.ts';
import type { CapturedQuery } from '../../snapshot/workload/model.ts';
import type { SeenPlan } from './model.ts';

/** Ratio of costs from which on two sets of values with the same steps are still told apart. */
const skewed = 3;

export interface HollowPlans {
  readonly seen: readonly SeenPlan[];
  /** Values of the common plan. */
  readonly common: readonly unknown[];
  readonly limits: readonly string[];
}

/** Plans of all sets of values, as two at most: what most of them get, and what is farthest from it; and the generic one. */
export async function hollowPlans(
  engine: Engine,
  whatIf: WhatIf,
  query: CapturedQuery,
  named: boolean,
): Promise<HollowPlans> {
  const priced: Priced[] = [];
  for (const values of query.values) {
    const facts = await whatIf.price(query.sql, values);
    priced.push({ values, facts, plan: planOf(engine, facts) });
  }
  const groups = grouped(engine, priced);
  const seen: SeenPlan[] = [];
  const [first, ...others] = groups;
  if (first !== undefined) {
    const common = median(first);
    const of = priced.length;
    seen.push({
      kind: query.types.length === 0 ? 'twin' : named ? 'given' : 'common',
      values: common.values,
      plan: common.plan,
      ...(of > 1 ? { sets: { like: first.length, of } } : {}),
    });
    const far = farthest(common, first, others);
    if (far !== undefined)
      seen.push({
        kind: 'skewed',
        values: far.priced.values,
        plan: far.priced.plan,
        sets: { like: far.like, of },
      });
  }
  const limits: string[] = [...query.told];
  if (query.types.length > 0)
    try {
      seen.push({ kind: 'generic', values: [], plan: planOf(engine, await whatIf.generic(query.sql)) });
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      limits.push(`The plan for all values cannot be told: ${error.message}.`);
    }
  return { seen, common: seen[0]?.values ?? [], limits };
}

/** Plan and cost of the statement under a trial. */
export async function underTrial(
  engine: Engine,
  whatIf: WhatIf,
  sql: string,
  values: readonly unknown[] | undefined,
  trial?: Trial,
  renamed?: string,
): Promise<Plan> {
  const facts =
    values === undefined ? await whatIf.generic(sql, trial) : await whatIf.price(sql, values, trial);
  return planOf(engine, facts, renamed);
}

/** `hidden` is an index that has no name of its own yet. */
function planOf({ plans }: Engine, { tree }: PlanFacts, hidden?: string): Plan {
  const text = JSON.stringify([tree]);
  return plans.read(
    hidden === undefined ? text : text.replaceAll(JSON.stringify(hidden), JSON.stringify('the new index')),
  )[0]!;
}

interface Priced {
  readonly values: readonly unknown[];
  readonly facts: PlanFacts;
  readonly plan: Plan;
}

/** Sets with the same steps, the most frequent steps first. */
function grouped({ stats }: Engine, priced: readonly Priced[]): readonly (readonly Priced[])[] {
  const groups: Priced[][] = [];
  for (const one of priced) {
    const group = groups.find(([first]) =>
      sameSteps(stats.comparePlans(first!.facts, one.facts).differences),
    );
    if (group === undefined) groups.push([one]);
    else group.push(one);
  }
  return groups.toSorted((a, b) => b.length - a.length);
}

/** Conditions hold the values themselves: what counts is whether a step, an index or a join differs. */
function sameSteps(differences: readonly string[]): boolean {
  return differences.every((one) =>
    / (Index Cond|Filter|Recheck Cond|Join Filter|Hash Cond|Merge Cond|Order By|TID Cond|One-Time Filter|Run Condition|Function Call) /.test(
      one,
    ),
  );
}

function median(group: readonly Priced[]): Priced {
  const sorted = group.toSorted((a, b) => a.facts.totalCost - b.facts.totalCost);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

/** The set that is farthest from the common one in cost or rows; where none is far, one that gets other steps. */
function farthest(
  common: Priced,
  first: readonly Priced[],
  others: readonly (readonly Priced[])[],
): { readonly priced: Priced; readonly like: number } | undefined {
  const off = (one: Priced): number =>
    Math.max(apart(one.facts.totalCost, common.facts.totalCost), apart(rowsOf(one), rowsOf(common)));
  const [far] = [first, ...others]
    .flatMap((group) => group.map((priced) => ({ priced, like: group.length, other: group !== first })))
    .toSorted((a, b) => off(b.priced) - off(a.priced));
  if (far === undefined) return undefined;
  if (off(far.priced) >= Math.log(skewed)) return { priced: far.priced, like: far.other ? far.like : 1 };
  const [other] = others;
  return other === undefined ? undefined : { priced: median(other), like: other.length };
}

function apart(one: number, other: number): number {
  return Math.abs(Math.log(Math.max(one, 1e-6) / Math.max(other, 1e-6)));
}

/** Estimated rows of all steps, so that a limit above them hides nothing. */
function rowsOf({ plan }: Priced): number {
  return plan.nodes.reduce((rows, { planRows }) => rows + planRows, 0);
}
