import type { PlanComparison, PlanFacts } from '../../engine/stats/model.ts';

type Node = Readonly<Record<string, unknown>> & { readonly Plans?: readonly Node[] };

/** Attributes of a node that are estimates or measurements; all others say what is done, to what, and how. */
const figures =
  /^(Startup Cost|Total Cost|Plan Rows|Plan Width|Actual .*|Rows Removed .*|.* Blocks|.* Time|Heap Fetches|Workers|Workers Launched|Sort Method|Sort Space .*|Hash Buckets|Original Hash .*|Hash Batches|Peak Memory Usage|Planned Partitions|HashAgg Batches|Disk Usage|Cache .*|Presorted Groups|Full-sort Groups|Index Searches|Plans|Disabled|Async Capable)$/;

/** Two plans of the same statement: whether they do the same, and what the second costs against the first. */
export function comparePlans(one: PlanFacts, other: PlanFacts): PlanComparison {
  const differences: string[] = [];
  compare(topOf(one), topOf(other), differences);
  return {
    identical: differences.length === 0,
    costRatio: one.totalCost === other.totalCost ? 1 : other.totalCost / one.totalCost,
    differences,
  };
}

function topOf({ tree }: PlanFacts): Node {
  return (tree as { readonly Plan: Node }).Plan;
}

function compare(one: Node, other: Node, differences: string[]): void {
  const here = titleOf(one);
  if (here !== titleOf(other)) {
    differences.push(`${here} → ${titleOf(other)}`);
    return;
  }
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    if (figures.test(key)) continue;
    const [before, after] = [one[key], other[key]].map((value) => JSON.stringify(value) ?? 'nothing');
    if (before !== after) differences.push(`${here}: ${key} ${before} → ${after}`);
  }
  const [children = [], others = []] = [one.Plans, other.Plans];
  if (children.length !== others.length)
    differences.push(`${here}: ${children.length} → ${others.length} inputs`);
  else children.forEach((child, i) => compare(child, others[i]!, differences));
}

function titleOf(node: Node): string {
  const parts = ['Node Type', 'Join Type', 'Index Name', 'Relation Name', 'Alias'].map((key) => node[key]);
  return parts.filter((part) => typeof part === 'string').join(' ');
}
