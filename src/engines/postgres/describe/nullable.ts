import { split, treeOf } from '../grammar/parse.ts';
import { walk, words } from '../grammar/tree.ts';
import type { Node } from 'libpg-query';

/** What the text of a statement tells about nulls in its result. */
export interface NullRules {
  /** A column that is NOT NULL in its table may still come back as null: outer joins, grouping sets. */
  readonly padded: boolean;
  /** Whether the output column at this place, from 0, is never null whatever it reads: `count(*)`. */
  never(place: number): boolean;
}

/** Reads the rules off one statement. */
export function nullRules(sql: string): NullRules {
  const [statement] = split(sql);
  if (!statement) return { padded: true, never: () => false };
  const tree = treeOf(statement);
  let padded = false;
  walk(tree, (kind, node) => {
    const joined = kind === 'JoinExpr' && !['JOIN_INNER', undefined].includes(node['jointype'] as string);
    if (joined || kind === 'GroupingSet') padded = true;
  });
  const targets = targetsOf(tree);
  // Behind a star the places of the text and of the result differ.
  const star = targets.findIndex((target) => isStar(target));
  return {
    padded,
    never: (place) => (star < 0 || place < star) && neverNull(targets[place]),
  };
}

function targetsOf(tree: Node): readonly unknown[] {
  const body = Object.values(tree)[0] as {
    targetList?: readonly Node[];
    returningList?: readonly Node[];
    op?: string;
  };
  if ('SelectStmt' in tree)
    return body.op === undefined || body.op === 'SETOP_NONE' ? values(body.targetList) : [];
  return values(body.returningList);
}

function values(list: readonly Node[] | undefined): readonly unknown[] {
  return (list ?? []).map((node) => ('ResTarget' in node ? node.ResTarget.val : undefined));
}

function isStar(value: unknown): boolean {
  const fields = (value as { ColumnRef?: { fields?: readonly object[] } } | undefined)?.ColumnRef?.fields;
  return fields?.some((field) => 'A_Star' in field) ?? false;
}

function neverNull(value: unknown): boolean {
  const node = value as
    | {
        FuncCall?: { funcname?: readonly Node[] };
        CoalesceExpr?: { args?: readonly object[] };
        A_Const?: object;
      }
    | undefined;
  if (node?.FuncCall)
    return ['count', 'row_number', 'now'].includes(words(node.FuncCall.funcname).at(-1) ?? '');
  if (node?.CoalesceExpr) return node.CoalesceExpr.args?.some((each) => neverNull(each)) ?? false;
  return node?.A_Const !== undefined && !('isnull' in node.A_Const);
}
