import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { indexesOf } from './reading/known.ts';
import { readExpression } from './reading/expression.ts';
import { filterOf, searchOf, isFixed, type Condition } from './reading/predicates.ts';
import { fewRows, keysFor, treeOf } from './reading/reach.ts';
import { isScan, parentOf, rowsOf, tableWords, through, wholeShare } from './reading/tree.ts';
import { count, names } from './reading/words.ts';

/** Many rows of one table that are sorted for the first few; from ten thousand rows for a tenth of them at most, and a third of the time. */
export const sortForFewRows: PlanRule = {
  id: 'sort-for-few-rows',
  group: 'reading',
  severity: 'error',
  finds: 'Rows that are sorted to return the first few',
  because: 'all of them are read and compared before the first one is returned',
  instead: 'Build an index in the wanted order, behind the columns that are tried for equality.',
  needs: [],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (node.type !== 'Sort' && node.type !== 'Incremental Sort') return [];
      const limit = limitAbove(context, node);
      const scan = node.children[0] && through(node.children[0]);
      if (!limit || !scan || !isScan(scan) || scan.type === 'Index Only Scan') return [];
      const rows = rowsOf(scan);
      const returned = rowsOf(limit);
      if (rows < fewRows || returned > rows * 0.1 || wholeShare(context.plan, limit) < 0.3) return [];
      const keys = orderOf(node, scan);
      if (!keys) return [];
      const conditions = [...filterOf(scan), ...searchOf(scan)].filter(({ against }) => isFixed(against));
      const equal = keysFor(
        context,
        scan,
        conditions.filter(({ kind }) => kind === 'equal'),
      );
      const rest = conditions.filter(({ kind }) => kind !== 'equal');
      if (!passes(scan, rest)) return [];
      const all = [...equal, ...keys.filter((key) => !equal.includes(bare(key)))];
      const wanted = all.map(bare);
      const present = indexesOf(context, scan)?.some(
        (index) => index.method === 'btree' && wanted.every((key, at) => index.keys[at] === key),
      );
      if (present && keys.every((key) => key === bare(key))) return [];
      return [
        {
          node: limit,
          message: `${count(rows)} rows of ${tableWords(scan)} are sorted by ${names(keys.map(bare))} to return the first ${count(returned)}.`,
          evidence: { 'rows sorted': rows, 'rows returned': returned },
          ...(limit.actual?.totalMs === undefined ? {} : { stakeMs: limit.actual.totalMs }),
          stakeCost: wholeShare(context.plan, limit),
          fix: treeOf(context, scan, all),
        },
      ];
    }),
};

function bare(key: string): string {
  return key.replace(/ DESC(?: NULLS LAST)?$| NULLS FIRST$/, '');
}

function limitAbove({ plan }: PlanContext, node: PlanNode): PlanNode | undefined {
  let at = parentOf(plan, node);
  while (at && /^(?:Gather Merge|Gather|Incremental Sort|Subquery Scan|LockRows|Result)$/.test(at.type))
    at = parentOf(plan, at);
  return at?.type === 'Limit' ? at : undefined;
}

/** Sort keys as keys of an index; undefined where one is no column of the scan's table. */
function orderOf(sort: PlanNode, scan: PlanNode): readonly string[] | undefined {
  const keys = sort.sortKeys.map((text) => {
    const match = /^(.*?)( DESC)?(?: NULLS (FIRST|LAST))?$/s.exec(text)!;
    const key = readExpression(match[1]!);
    if (key.kind !== 'column' || (key.alias !== '' && key.alias !== (scan.alias ?? scan.relation?.name)))
      return undefined;
    const direction = match[2] ? ' DESC' : '';
    return `${key.name}${direction}${match[3] === 'LAST' && direction ? ' NULLS LAST' : match[3] === 'FIRST' && !direction ? ' NULLS FIRST' : ''}`;
  });
  return keys.length > 0 && keys.every((key) => key !== undefined) ? (keys as readonly string[]) : undefined;
}

/** Conditions that an index in order does not meet must let most rows pass: else it would be walked in vain. */
function passes({ actual }: PlanNode, rest: readonly Condition[]): boolean {
  if (rest.length === 0 || !actual) return rest.length === 0;
  return actual.totalRows >= (actual.totalRows + (actual.removedByFilter ?? 0)) * 0.2;
}
