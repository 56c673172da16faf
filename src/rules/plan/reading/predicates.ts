/** Conditions of one table in a plan, told apart by how an index could meet them. */
import type { PlanNode } from '../../../engine/plans/model.ts';
import { columnsIn, conjunctsOf, readExpression, within, type Expression } from './expression.ts';

/** One condition that must hold for a row. */
export interface Condition {
  readonly kind:
    | 'equal'
    | 'in'
    | 'range'
    | 'prefix'
    | 'pattern'
    | 'blind-pattern'
    | 'null'
    | 'not-null'
    | 'not-equal'
    | 'flag'
    | 'contains'
    | 'or'
    | 'other';
  /** What the condition is about: a column itself, or something made of columns. */
  readonly key?: Expression;
  /** The column, where the key is nothing but one. */
  readonly column?: string;
  readonly operator: string;
  /** The other side. */
  readonly against?: Expression;
  readonly expression: Expression;
}

const flipped: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };
const ranges = new Set(['<', '>', '<=', '>=']);
const containing = new Set(['@>', '<@', '&&', '@@', '?', '?|', '?&', '@?']);

/** Conditions that a scan tries on the rows it has fetched. */
export function filterOf(node: PlanNode): readonly Condition[] {
  return conditionsOf(node.conditions.filter, node);
}

/** Conditions that an index meets for a scan; those of a bitmap stand below it. */
export function searchOf(node: PlanNode): readonly Condition[] {
  const own = conditionsOf(node.conditions.index, node);
  if (own.length > 0 || node.type !== 'Bitmap Heap Scan') return own;
  return bitmapsOf(node).flatMap((child) => conditionsOf(child.conditions.index, node));
}

/** Index scans of a bitmap, all of which a row has to be in. */
function bitmapsOf({ children }: PlanNode): readonly PlanNode[] {
  return children.flatMap((child) =>
    child.type === 'BitmapAnd' ? bitmapsOf(child) : child.type === 'Bitmap Index Scan' ? [child] : [],
  );
}

/** Whether a condition is about this node's table alone. */
export function isLocal({ expression }: Condition, node: PlanNode): boolean {
  return columnsIn(expression).every(({ alias }) => isOwn(alias, node));
}

/** Conditions of a text about the table of this node. */
export function conditionsOf(text: string | undefined, node: PlanNode): readonly Condition[] {
  return text === undefined ? [] : conditionsIn(readExpression(text), node);
}

/** Conditions of an expression that all must hold. */
export function conditionsIn(expression: Expression, node: PlanNode): readonly Condition[] {
  return conjunctsOf(expression).map((one) => conditionOf(one, node));
}

/** A column of this node's table, and not one that comes from outside. */
export function isOwn(alias: string, node: PlanNode): boolean {
  return alias === '' || alias === (node.alias ?? node.relation?.name);
}

/** Whether an expression has columns of this node's table. */
export function ownColumns(expression: Expression, node: PlanNode): readonly string[] {
  return columnsIn(expression)
    .filter(({ alias }) => isOwn(alias, node))
    .map(({ name }) => name);
}

function conditionOf(expression: Expression, node: PlanNode): Condition {
  if (expression.kind === 'or') return { kind: 'or', operator: 'OR', expression };
  if (expression.kind === 'column')
    return { kind: 'flag', operator: '', key: expression, column: expression.name, expression };
  if (expression.kind === 'not')
    return expression.part.kind === 'column'
      ? {
          kind: 'flag',
          operator: 'NOT',
          key: expression.part,
          column: expression.part.name,
          expression,
        }
      : { kind: 'other', operator: 'NOT', expression };
  if (expression.kind !== 'operation') return { kind: 'other', operator: '', expression };
  const [left, right] = expression.parts;
  if (!left) return { kind: 'other', operator: '', expression };
  const turn = right !== undefined && ownColumns(left, node).length === 0;
  const key = turn ? right : left;
  const against = turn ? left : right;
  const operator = turn ? (flipped[expression.operator] ?? expression.operator) : expression.operator;
  if (ownColumns(key, node).length === 0) return { kind: 'other', operator, expression };
  const plain = plainColumn(key);
  return {
    kind: kindOf(operator, against),
    operator,
    key,
    ...(plain === undefined ? {} : { column: plain }),
    ...(against ? { against } : {}),
    expression,
  };
}

function kindOf(operator: string, against: Expression | undefined): Condition['kind'] {
  const constant = against?.kind === 'constant' ? against.text : undefined;
  if (operator === '=') return 'equal';
  if (operator === '= ANY') return 'in';
  if (ranges.has(operator)) return 'range';
  if (operator === 'IS NULL') return 'null';
  if (operator === 'IS NOT NULL') return 'not-null';
  if (operator === '<>' || operator === '<> ALL' || operator === '!~~') return 'not-equal';
  if (operator === '~~') return constant !== undefined && /^[^%_\\]/.test(constant) ? 'prefix' : 'pattern';
  if (operator === '~~*' || operator === '~*') return 'blind-pattern';
  if (operator === '~') return 'pattern';
  if (containing.has(operator)) return 'contains';
  return 'other';
}

/** The column of an expression that is nothing else; a `varchar` that is read as `text` is still itself. */
function plainColumn(key: Expression): string | undefined {
  if (key.kind === 'column') return key.name;
  return key.kind === 'cast' && key.type === 'text' && key.part.kind === 'column' ? key.part.name : undefined;
}

/** Whether a b-tree could find the rows by this condition. */
export function isPlain(condition: Condition): boolean {
  return (
    condition.column !== undefined &&
    ['equal', 'in', 'range'].includes(condition.kind) &&
    !within(condition.against ?? condition.expression).some((part) => part.kind === 'subplan' && part.hashed)
  );
}

/** Whether the other side is the same for every row: constants, parameters and calls over them. */
export function isFixed(expression: Expression | undefined): boolean {
  return expression !== undefined && columnsIn(expression).length === 0;
}
