/** Conditions of WHERE and ON on the tables they narrow. */
import type { A_Expr, Node } from 'libpg-query';
import type { AccessCondition } from '../../../engine/access/model.ts';
import { text } from '../grammar/tree.ts';
import type { Draft } from './draft.ts';
import { expressionOf, inBrackets } from './expression.ts';
import type { Scope } from './scope.ts';
import {
  againstOf,
  comparable,
  conditionOn,
  constantText,
  expressionsOf,
  predicateOf,
  usesIn,
} from './sides.ts';
import type { Use } from './use.ts';
import { waysOf } from './ways.ts';

type Kind = AccessCondition['kind'];

/** What one conjunction says of tables. */
export interface Said {
  readonly conditions: readonly { readonly use: Use; readonly condition: AccessCondition }[];
  readonly branches: readonly {
    readonly use: Use;
    readonly branches: readonly (readonly AccessCondition[])[];
  }[];
}

const nothing: Said = { conditions: [], branches: [] };

const commuted: Readonly<Record<string, string>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '@>': '<@',
  '<@': '@>',
  '<<': '>>',
  '>>': '<<',
  '<<=': '>>=',
  '>>=': '<<=',
};

const sameTurned: ReadonlySet<string> = new Set(['=', '&&', '<->', '%', '<>']);

/** Puts what a condition says to the uses it speaks of; those of the whole side of an outer join keep only what joins them. */
export function narrow(node: Node | undefined, scope: Scope, draft: Draft, whole?: ReadonlySet<Use>): void {
  const own = (use: Use): boolean => scope.narrowing || use.place >= scope.first;
  const { conditions, branches } = saidBy(node, scope, draft);
  for (const { use, condition } of conditions)
    if (own(use) && (!whole?.has(use) || condition.against.kind === 'column')) use.conditions.push(condition);
  for (const { use, branches: each } of branches) if (own(use) && !whole?.has(use)) use.branches.push(each);
}

function saidBy(node: Node | undefined, scope: Scope, draft: Draft): Said {
  if (!node) return nothing;
  if ('BoolExpr' in node) {
    const { boolop, args = [] } = node.BoolExpr;
    if (boolop === 'AND_EXPR') return joined(args.map((one) => saidBy(one, scope, draft)));
    if (boolop === 'OR_EXPR') return either(args.map((one) => saidBy(one, scope, draft)));
    return not(args[0], scope, draft);
  }
  if ('NullTest' in node) {
    const { arg, nulltesttype } = node.NullTest;
    const kind = nulltesttype === 'IS_NULL' ? 'null' : 'not-null';
    return test(arg, kind, kind === 'null' ? 'IS NULL' : 'IS NOT NULL', scope, draft);
  }
  if ('BooleanTest' in node) {
    const { arg, booltesttype = 'IS_TRUE' } = node.BooleanTest;
    const kind = booltesttype === 'IS_TRUE' || booltesttype === 'IS_FALSE' ? 'equal' : 'other';
    return test(arg, kind, booltesttype.replaceAll('_', ' '), scope, draft);
  }
  if ('A_Expr' in node) return comparison(node.A_Expr, scope, draft);
  if ('SubLink' in node && node.SubLink.subLinkType === 'ANY_SUBLINK') return nothing;
  if ('FuncCall' in node && text(node.FuncCall.funcname?.at(-1)) === 'starts_with') {
    const [one, other] = node.FuncCall.args ?? [];
    return one && other ? against(one, '^@', other, 'prefix', scope, draft) : nothing;
  }
  return 'ColumnRef' in node ? test(node, 'equal', '', scope, draft) : nothing;
}

/** `NOT flag`, `NOT (x IS NULL)`, `NOT (a OR b)`. */
function not(node: Node | undefined, scope: Scope, draft: Draft): Said {
  if (!node) return nothing;
  if ('NullTest' in node)
    return saidBy(
      {
        NullTest: {
          ...node.NullTest,
          nulltesttype: node.NullTest.nulltesttype === 'IS_NULL' ? 'IS_NOT_NULL' : 'IS_NULL',
        },
      },
      scope,
      draft,
    );
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'OR_EXPR')
    return joined((node.BoolExpr.args ?? []).map((one) => not(one, scope, draft)));
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'NOT_EXPR')
    return saidBy(node.BoolExpr.args?.[0], scope, draft);
  return 'ColumnRef' in node ? test(node, 'equal', 'NOT', scope, draft) : nothing;
}

function joined(parts: readonly Said[]): Said {
  return {
    conditions: parts.flatMap(({ conditions }) => conditions),
    branches: parts.flatMap(({ branches }) => branches),
  };
}

/** A use that each branch narrows can be read branch by branch. */
function either(parts: readonly Said[]): Said {
  const uses = new Set(parts[0]?.conditions.map(({ use }) => use));
  const branches = [...uses].flatMap((use) => {
    const each = parts.map(({ conditions }) =>
      conditions.flatMap((one) => (one.use === use ? [one.condition] : [])),
    );
    return each.every((branch) => branch.length > 0) ? [{ use, branches: each }] : [];
  });
  return { conditions: [], branches };
}

/** A test of one expression: null, or true. */
function test(node: Node | undefined, kind: Kind, operator: string, scope: Scope, draft: Draft): Said {
  return said(
    expressionsOf(node, scope, draft).flatMap((expression) => {
      if (!expression.use || (kind === 'equal' && expression.type?.name !== 'boolean')) return [];
      const sql = inBrackets(expression);
      const truth = operator === 'NOT' || operator === 'IS FALSE' ? 'false' : 'true';
      return [
        conditionOn(
          expression,
          kind,
          kind === 'equal' ? '=' : operator,
          kind === 'equal' ? { kind: 'constant', sql: truth } : { kind: 'expression' },
          waysOf(kind, operator, expression, draft),
          {
            predicate: operator === 'NOT' ? `NOT ${sql}` : operator === '' ? sql : `${sql} ${operator}`,
          },
        ),
      ];
    }),
  );
}

function comparison(node: A_Expr, scope: Scope, draft: Draft): Said {
  const { kind, lexpr, rexpr } = node;
  const name = text(node.name?.at(-1)) ?? '';
  if (!lexpr || !rexpr) return nothing;
  if (kind === 'AEXPR_BETWEEN' && 'List' in rexpr) {
    const [low, high] = rexpr.List.items ?? [];
    return joined([
      low ? against(lexpr, '>=', low, 'range', scope, draft) : nothing,
      high ? against(lexpr, '<=', high, 'range', scope, draft) : nothing,
    ]);
  }
  if (kind === 'AEXPR_IN')
    return listed(lexpr, name, 'List' in rexpr ? (rexpr.List.items ?? []) : [], scope, draft);
  if (kind === 'AEXPR_OP_ANY') return anyOf(lexpr, name, rexpr, scope, draft);
  if (kind === 'AEXPR_LIKE' || kind === 'AEXPR_ILIKE') {
    const pattern = constantText(rexpr);
    const exact = kind === 'AEXPR_LIKE' && (pattern === undefined || /^[^%_\\]/.test(pattern));
    if (name.startsWith('!')) return against(lexpr, name, rexpr, 'other', scope, draft);
    return against(lexpr, name, rexpr, exact ? 'prefix' : 'pattern', scope, draft, pattern);
  }
  if (kind !== 'AEXPR_OP') return nothing;
  if ('RowExpr' in lexpr && 'RowExpr' in rexpr) {
    const others = rexpr.RowExpr.args ?? [];
    return joined(
      (lexpr.RowExpr.args ?? []).map((one, i) =>
        others[i] ? against(one, name, others[i], kindOf(name), scope, draft) : nothing,
      ),
    );
  }
  const pattern = /^~\*?$/.test(name) ? constantText(rexpr) : undefined;
  const start = name === '~' && pattern !== undefined && /^\^[\p{L}\p{N} ]+/u.test(pattern);
  return against(lexpr, name, rexpr, start ? 'prefix' : kindOf(name), scope, draft, pattern);
}

function kindOf(name: string): Kind {
  if (name === '=') return 'equal';
  if (/^[<>]=?$/.test(name)) return 'range';
  if (/^~\*?$/.test(name) || name === '%' || name === '<%') return 'pattern';
  if (name === '^@') return 'prefix';
  if (name === '@>' || name === '<@') return 'contains';
  if (name === '&&') return 'overlaps';
  if (/^\?[|&]?$/.test(name)) return 'exists-key';
  if (name === '@@' || name === '@?') return 'text-search';
  return 'other';
}

/** A condition between two sides, told of each side that is an expression over one table which the other does not read. */
export function against(
  left: Node,
  name: string,
  right: Node,
  kind: Kind,
  scope: Scope,
  draft: Draft,
  pattern?: string,
): Said {
  const found: ReturnType<typeof conditionOn>[] = [];
  const side = (one: Node, other: Node, operator: string): void => {
    const uses = usesIn(other, scope, draft);
    for (const expression of expressionsOf(one, scope, draft)) {
      if (!expression.use || uses.has(expression.use)) continue;
      const value = expressionOf(other, scope, draft);
      const predicate = value && predicateOf(expression, operator, value);
      const fits = kind !== 'equal' || comparable(expression, value);
      found.push(
        conditionOn(
          expression,
          kind,
          operator,
          againstOf(value),
          fits ? waysOf(kind, operator, expression, draft, pattern) : [],
          predicate === undefined ? {} : { predicate },
        ),
      );
    }
  };
  side(left, right, name);
  const turned = sameTurned.has(name) ? name : commuted[name];
  if (turned !== undefined) side(right, left, turned);
  else if (name === '@@') side(right, left, '@@');
  return said(
    found.filter(({ condition }) => kind !== 'pattern' || condition.ways.length > 0 || condition.predicate),
  );
}

function listed(left: Node, name: string, items: readonly Node[], scope: Scope, draft: Draft): Said {
  if ('RowExpr' in left)
    return joined(
      (left.RowExpr.args ?? []).map((one, i) =>
        listed(
          one,
          name,
          items.flatMap((item) => ('RowExpr' in item ? (item.RowExpr.args?.[i] ?? []) : [])),
          scope,
          draft,
        ),
      ),
    );
  if (items.length === 1 && name === '=') return against(left, '=', items[0]!, 'equal', scope, draft);
  const values = items.map((item) => expressionOf(item, scope, draft));
  const list = values.every((value) => value !== undefined && value.columns.length === 0)
    ? values.map((value) => value!.sql)
    : undefined;
  const uses = usesIn(items, scope, draft);
  return said(
    expressionsOf(left, scope, draft).flatMap((expression) => {
      if (!expression.use || uses.has(expression.use)) return [];
      const kind = name === '=' ? 'in' : 'other';
      const operator = name === '=' ? 'IN' : 'NOT IN';
      return [
        conditionOn(
          expression,
          kind,
          operator,
          { kind: 'expression' },
          waysOf(kind, operator, expression, draft),
          list ? { list, predicate: `${inBrackets(expression)} ${operator} (${list.join(', ')})` } : {},
        ),
      ];
    }),
  );
}

/** `column = ANY (list)`, and `value = ANY (column)`, which no index serves as it is written. */
function anyOf(left: Node, name: string, right: Node, scope: Scope, draft: Draft): Said {
  if (name !== '=') return nothing;
  if ('A_ArrayExpr' in right) return listed(left, '=', right.A_ArrayExpr.elements ?? [], scope, draft);
  const value = expressionOf(right, scope, draft);
  const uses = usesIn(right, scope, draft);
  return said([
    ...expressionsOf(left, scope, draft).flatMap((expression) =>
      expression.use && !uses.has(expression.use)
        ? [conditionOn(expression, 'in', '= ANY', againstOf(value), waysOf('in', '=', expression, draft), {})]
        : [],
    ),
    ...(value?.use
      ? [conditionOn(value, 'contains', '= ANY', againstOf(expressionOf(left, scope, draft)), [], {})]
      : []),
  ]);
}

function said(conditions: Said['conditions']): Said {
  return { conditions, branches: [] };
}
