/** Constants that the server forgot to hide: what GROUP BY and ORDER BY share with the output is counted once, so that they still show what the output's `$n` was. */
import type { Node, SelectStmt } from 'libpg-query';
import { walk } from '../grammar/tree.ts';

/** Number of a parameter → byte offset of the constant that it stands for. */
export function toldConstants(tree: Node): ReadonlyMap<number, number> {
  const told = new Map<number, number>();
  walk({ tree }, (kind, node) => {
    if (kind !== 'SelectStmt') return;
    const statement = node as SelectStmt;
    const { groupClause = [], sortClause = [], distinctClause = [] } = statement;
    const shared = tops([...groupClause, ...sortClause, ...distinctClause]).filter(({ holes }) =>
      holes.some((hole) => hole.constant !== undefined),
    );
    if (shared.length === 0) return;
    const outputs = expressions([statement.targetList, statement.havingClause, sortClause]);
    for (const one of shared)
      for (const output of outputs)
        if (one.text === output.text && fits(one.holes, output.holes))
          for (const [index, { number }] of output.holes.entries())
            if (number !== undefined && one.holes[index]!.constant !== undefined)
              told.set(number, one.holes[index]!.at);
  });
  return told;
}

/** A constant or a parameter in an expression. */
interface Hole {
  readonly number?: number;
  readonly constant?: string;
  readonly at: number;
}

interface Written {
  /** The tree without places and values. */
  readonly text: string;
  readonly holes: readonly Hole[];
}

function fits(one: readonly Hole[], other: readonly Hole[]): boolean {
  return one.every(
    ({ constant }, index) =>
      constant === undefined || other[index]!.constant === undefined || other[index]!.constant === constant,
  );
}

/** Whole expressions of a list, grouping sets and sort keys looked through; those without a function or operator hold nothing to compare. */
function tops(nodes: readonly Node[]): readonly Written[] {
  return nodes.flatMap((node): readonly Written[] => {
    if ('GroupingSet' in node) return tops(node.GroupingSet.content ?? []);
    if ('SortBy' in node) return node.SortBy.node ? tops([node.SortBy.node]) : [];
    return 'A_Const' in node || 'ColumnRef' in node ? [] : [written(node)];
  });
}

/** All expressions inside these nodes that hold a parameter. */
function expressions(nodes: unknown): readonly Written[] {
  const found: Written[] = [];
  walk(nodes, (kind, node) => {
    if (kind === 'ParamRef' || kind === 'ResTarget' || kind === 'SortBy') return;
    const one = written({ [kind]: node });
    if (one.holes.some(({ number }) => number !== undefined)) found.push(one);
  });
  return found;
}

function written(node: object): Written {
  const holes: Hole[] = [];
  const text = JSON.stringify(node, (name, value: unknown) => {
    if (name === 'location') return undefined;
    const { ParamRef: parameter, A_Const: constant } = (value ?? {}) as {
      ParamRef?: { number?: number; location?: number };
      A_Const?: { location?: number };
    };
    if (parameter) holes.push({ number: parameter.number ?? 0, at: parameter.location ?? 0 });
    if (constant) {
      const { location = 0, ...own } = constant;
      holes.push({ constant: JSON.stringify(own), at: location });
    }
    return parameter || constant ? '?' : value;
  });
  return { text, holes };
}
