import type { A_Expr, ColumnRef, Node } from 'libpg-query';
import type { Predicate } from '../../../engine/model.ts';
import { resolve, type Ref, type Scope } from './scope.ts';
import { text, walk } from './tree.ts';

type Operator = Predicate['operator'];

const ranges: readonly string[] = ['<', '<=', '>', '>='];
const containments: readonly string[] = ['@>', '<@', '&&', '?', '?|', '?&', '@@', '@?'];

/** Predicates of one condition on base columns; `names` are the parameters' names by number. OR and NOT are looked through: only AND of them narrows, but values meet columns in all. */
export function predicatesOf(
  condition: Node | undefined,
  scope: Scope,
  names: readonly string[],
  inverted = false,
): readonly Predicate[] {
  if (!condition) return [];
  if ('BoolExpr' in condition) {
    const { boolop, args = [] } = condition.BoolExpr;
    return args.flatMap((argument) =>
      predicatesOf(argument, scope, names, inverted || boolop === 'NOT_EXPR'),
    );
  }
  if ('NullTest' in condition) {
    const column = plain(condition.NullTest.arg, scope);
    return column && condition.NullTest.nulltesttype === 'IS_NULL' && !inverted
      ? [{ ...column, operator: 'null' }]
      : [];
  }
  if ('A_Expr' in condition) {
    const found = comparison(condition.A_Expr, scope, names);
    return inverted ? found.map((predicate) => ({ ...predicate, operator: 'other' as const })) : found;
  }
  if ('SubLink' in condition && condition.SubLink.subLinkType === 'ANY_SUBLINK') {
    const column = plain(condition.SubLink.testexpr, scope);
    return column ? [{ ...column, operator: inverted ? 'other' : 'in' }] : [];
  }
  const column = plain(condition, scope);
  return column ? [{ ...column, operator: 'equal', constant: String(!inverted) }] : [];
}

function comparison(expression: A_Expr, scope: Scope, names: readonly string[]): readonly Predicate[] {
  const { lexpr, rexpr } = expression;
  const name = text(expression.name?.at(-1)) ?? '';
  const left = plain(lexpr, scope);
  const right = plain(rexpr, scope);
  if (expression.kind === 'AEXPR_BETWEEN' || expression.kind === 'AEXPR_BETWEEN_SYM') {
    const bounds = rexpr && 'List' in rexpr ? (rexpr.List.items ?? []) : [];
    return left
      ? bounds.map((bound) => against(left, 'range', bound, names))
      : meets(lexpr, bounds, scope, names);
  }
  if (left && right && name === '=') {
    if (left.alias === right.alias && left.alias !== '') return [];
    return [
      { ...left, operator: 'join', joins: right },
      { ...right, operator: 'join', joins: left },
    ];
  }
  if (left && !right)
    return values(rexpr).map((value) => against(left, operatorOf(expression, name, rexpr), value, names));
  if (right && !left && lexpr) {
    // `5 < column`, `:value = ANY (column)`
    const operator = expression.kind === 'AEXPR_OP_ANY' ? 'contains' : operatorOf(expression, name, lexpr);
    return [against(right, operator, lexpr, names)];
  }
  return meets(lexpr, values(rexpr), scope, names);
}

function operatorOf({ kind }: A_Expr, name: string, other: Node | undefined): Operator {
  if (kind === 'AEXPR_IN') return name === '=' ? 'in' : 'other';
  if (kind === 'AEXPR_OP_ANY') return name === '=' ? 'in' : 'other';
  if (kind === 'AEXPR_LIKE' && name === '~~') return constantOf(other)?.startsWith('%') ? 'other' : 'like';
  if (kind !== 'AEXPR_OP') return 'other';
  if (name === '=') return 'equal';
  if (ranges.includes(name)) return 'range';
  return containments.includes(name) ? 'contains' : 'other';
}

/** Parameters that meet a column inside an expression, as in `lower(email) = :email`. */
function meets(
  side: Node | undefined,
  others: readonly Node[],
  scope: Scope,
  names: readonly string[],
): readonly Predicate[] {
  const columns: Ref[] = [];
  walk([side], (kind, node) => {
    const column = kind === 'ColumnRef' ? resolve(node as ColumnRef, scope) : undefined;
    if (column) columns.push(column);
    return kind !== 'SubLink';
  });
  if (columns.length !== 1) return [];
  return others.map((other) => against(columns[0]!, 'other', other, names));
}

/** A predicate of a column against the other side's parameter or constant. */
export function against(
  column: Ref,
  operator: Operator,
  other: Node | undefined,
  names: readonly string[],
): Predicate {
  const parameter = parameterOf(other, names);
  const constant = parameter === undefined ? constantOf(other) : undefined;
  return {
    ...column,
    operator,
    ...(parameter === undefined ? {} : { parameter }),
    ...(constant === undefined ? {} : { constant }),
  };
}

function values(node: Node | undefined): readonly Node[] {
  if (node && 'List' in node) return node.List.items ?? [];
  if (node && 'A_ArrayExpr' in node) return node.A_ArrayExpr.elements ?? [];
  return node ? [node] : [];
}

/** The one parameter inside an expression: `:from - interval '1 day'` counts, a subquery's does not. */
function parameterOf(node: Node | undefined, names: readonly string[]): string | undefined {
  const found = new Set<string>();
  walk([node], (kind, inner) => {
    const name = kind === 'ParamRef' ? names[Number(inner['number']) - 1] : undefined;
    if (name !== undefined) found.add(name);
    return kind !== 'SubLink';
  });
  return found.size === 1 ? [...found][0] : undefined;
}

function constantOf(node: Node | undefined): string | undefined {
  if (!node) return undefined;
  if ('TypeCast' in node) return constantOf(node.TypeCast.arg);
  if (!('A_Const' in node)) return undefined;
  const value = node.A_Const;
  if (value.isnull) return undefined;
  if (value.sval) return value.sval.sval ?? '';
  if (value.ival) return String(value.ival.ival ?? 0);
  if (value.fval) return value.fval.fval;
  return value.boolval ? String(value.boolval.boolval ?? false) : undefined;
}

/** A plain column, looked at through casts and collations. */
export function plain(node: Node | undefined, scope: Scope): Ref | undefined {
  if (!node) return undefined;
  if ('ColumnRef' in node) return resolve(node.ColumnRef, scope);
  if ('CollateClause' in node) return plain(node.CollateClause.arg, scope);
  return undefined;
}
