/** Parameters that must have been one constant: an expression of GROUP BY is written again in the output or the order. */
import type { Node, SelectStmt } from 'libpg-query';
import { walk } from '../grammar/tree.ts';

/** Number of a parameter → the number that it stands for; only those that differ. */
export function samePlaces(tree: Node): ReadonlyMap<number, number> {
  const same = new Map<number, number>();
  const join = (a: Written, b: Written): void => {
    for (const [index, number] of a.parameters.entries()) {
      const other = b.parameters[index]!;
      const [low, high] = [Math.min(number, other), Math.max(number, other)];
      if (low !== high) same.set(high, same.get(low) ?? low);
    }
  };
  walk({ tree }, (kind, node) => {
    if (kind !== 'SelectStmt') return;
    const {
      groupClause = [],
      targetList = [],
      havingClause,
      sortClause = [],
      distinctClause = [],
    } = node as SelectStmt;
    const outputs = [...expressions(targetList), ...expressions([havingClause]), ...expressions(sortClause)];
    for (const group of tops(groupClause))
      for (const output of outputs) if (group.text === output.text) join(group, output);
    // DISTINCT wants the expressions of the order among its own.
    if (distinctClause.length > 0) {
      const chosen = [...tops(distinctClause), ...tops(targetList)];
      for (const order of tops(sortClause))
        for (const one of chosen) if (order.text === one.text) join(order, one);
    }
  });
  return same;
}

interface Written {
  /** The tree without places and numbers. */
  readonly text: string;
  readonly parameters: readonly number[];
}

/** Whole expressions of a list: grouping sets, outputs and sort keys looked through; bare parameters and those without any are left out. */
function tops(nodes: readonly Node[]): readonly Written[] {
  return nodes.flatMap((node): readonly Written[] => {
    if ('GroupingSet' in node) return tops(node.GroupingSet.content ?? []);
    if ('ResTarget' in node) return node.ResTarget.val ? tops([node.ResTarget.val]) : [];
    if ('SortBy' in node) return node.SortBy.node ? tops([node.SortBy.node]) : [];
    const found = written(node);
    return 'ParamRef' in node || found.parameters.length === 0 ? [] : [found];
  });
}

/** All expressions inside these nodes. */
function expressions(nodes: readonly (Node | undefined)[]): readonly Written[] {
  const found: Written[] = [];
  walk(nodes, (kind, node) => {
    if (kind === 'ParamRef' || kind === 'ResTarget' || kind === 'SortBy') return;
    const one = written({ [kind]: node });
    if (one.parameters.length > 0) found.push(one);
  });
  return found;
}

function written(node: object): Written {
  const parameters: number[] = [];
  const text = JSON.stringify(node, (name, value: unknown) => {
    if (name === 'location' || name === 'stmt_location') return undefined;
    if (name === 'ParamRef') {
      parameters.push((value as { number?: number }).number ?? 0);
      return {};
    }
    return value;
  });
  return { text, parameters };
}
