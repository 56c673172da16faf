/** Conditions that an index cannot meet as they stand. */
import type { PlanContext, PlanFix, PlanOffence } from '../model.ts';
import { filterOf, isFixed, isLocal, type Condition } from './predicates.ts';
import { wasteful, type Waste } from './reach.ts';
import { tableWords } from './tree.ts';
import { count, short } from './words.ts';
import { shareKept } from './known.ts';

/** One offence for each wasteful scan with such a condition; `why` ends the sentence about what is read for it. */
export function hiddenBy(
  context: PlanContext,
  matches: (condition: Condition, waste: Waste) => boolean,
  said: (condition: Condition, waste: Waste) => { readonly why: string; readonly fix: PlanFix } | undefined,
): readonly PlanOffence[] {
  return wasteful(context).flatMap((waste) => {
    const { node } = waste;
    const condition = filterOf(node).find(
      (one) =>
        (one.against === undefined || isFixed(one.against)) &&
        isLocal(one, node) &&
        isBlamed(context, waste, one) &&
        matches(one, waste),
    );
    const found = condition && said(condition, waste);
    if (!condition || !found) return [];
    return [
      {
        node,
        message: `${count(waste.read)} rows of ${tableWords(node)} are read to keep ${count(waste.kept)} by ${short(node.conditions.filter!)}: ${found.why}.`,
        evidence: { 'rows read': Math.round(waste.read), 'rows kept': Math.round(waste.kept) },
        fix: found.fix,
      },
    ];
  });
}

/** A condition that keeps most rows is not what is read in vain for, where another one is. */
function isBlamed(context: PlanContext, { node }: Waste, condition: Condition): boolean {
  const share = shareKept(context, node, condition);
  return share === undefined || share <= 0.2;
}
