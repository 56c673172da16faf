/** Unique keys that hold for some rows only. */
import { nothing } from './columns.ts';
import { hintsOf } from './conditions.ts';
import type { UniqueSet } from './keys.ts';
import { sliceOf, type Link } from './parents.ts';
import type { PlanContext, TablePlan } from './plan.ts';
/** A column that only the rows up to a number satisfy. */
export interface PartialKey {
  readonly column: string;
  readonly predicate: string;
  readonly upTo: number;
}

const isNull = /^\(?(\S+) IS (NOT )?NULL\)?$/i;
const isTrue = /^(?:\((NOT )?)?"?([\w]+)"?\)?$/i;

/** Column that the predicate of a partial unique set tests, when it tests one alone. */
export function conditionOf(plan: TablePlan, set: UniqueSet): { column: string } | undefined {
  const text = set.predicate!;
  const name = (
    isNull.exec(text)?.[1] ??
    isTrue.exec(text)?.[2] ??
    /^\(?"?(\w+)"? = /.exec(text)?.[1]
  )?.replaceAll('"', '');
  return plan.columns.some((column) => column.name === name) ? { column: name! } : undefined;
}

/** The first row of each parent satisfies the predicate of a partial unique index, later ones do not. */
export function firstPerParent(
  plan: TablePlan,
  link: Link,
  set: UniqueSet,
  places: Map<Link, (n: string) => string>,
): PartialKey {
  const slice = sliceOf(link.spread);
  places.set(link, (n) => slice.parent(`((${n} - 1 - ${plan.block.start}) % ${slice.size})`));
  return {
    column: conditionOf(plan, set)!.column,
    predicate: set.predicate!,
    upTo: plan.block.start + slice.size,
  };
}

/** Applies a partial key to a column that has its values. */
export function applyPartial(plan: TablePlan, partial: PartialKey, context: PlanContext): void {
  const column = plan.columns.find((candidate) => candidate.name === partial.column);
  if (!column) return;
  const { quote } = context.engine;
  const nullTest = isNull.exec(partial.predicate);
  const compared = /= ('(?:[^']|'')*'|-?\d+)/.exec(partial.predicate)?.[1];
  const value =
    column.candidates.findLast((make) => !/NULL|CASE/.test(make('n', () => 'n'))) ?? column.candidates[0];
  const plain = (n: string, other: (name: string) => string): string => value?.(n, other) ?? 'DEFAULT';
  const negated = Boolean(isTrue.exec(partial.predicate)?.[1]);
  const others = [...hintsOf(column.name, plan.conditions).literals, ...column.fact.labels].filter(
    (label) => compared !== quote.literal(label),
  );
  const satisfied = nullTest
    ? nullTest[2]
      ? undefined
      : nothing(column)('n', () => '')
    : compared
      ? `${compared}::${column.fact.type}`
      : `${!negated}`;
  const missed = nullTest
    ? nullTest[2]
      ? nothing(column)('n', () => '')
      : undefined
    : compared
      ? others[0] === undefined
        ? undefined
        : `${quote.literal(others[0])}::${column.fact.type}`
      : `${negated}`;
  column.candidates = [
    (n, other) =>
      `CASE WHEN ${n} <= ${partial.upTo} THEN ${satisfied ?? plain(n, other)} ELSE ${missed ?? plain(n, other)} END`,
  ];
  column.fixed = true;
}
