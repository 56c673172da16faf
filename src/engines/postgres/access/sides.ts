/** The two sides of a condition: an expression over one table, and what it is held against. */
import type { ColumnRef, Node } from 'libpg-query';
import type { AccessCondition } from '../../../engine/access/model.ts';
import { walk } from '../grammar/tree.ts';
import { step, type Draft } from './draft.ts';
import { boundExpression, expressionOf, inBrackets, type Expression } from './expression.ts';
import { operatorType } from './immutable.ts';
import { resolve, type Bound, type Scope } from './scope.ts';
import type { Use } from './use.ts';

type Kind = AccessCondition['kind'];
type Against = AccessCondition['against'];

/** Each table's expression that a node means; a UNION hands on several. */
export function expressionsOf(node: Node | undefined, scope: Scope, draft: Draft): readonly Expression[] {
  if (node && 'ColumnRef' in node) {
    const found = resolve(node.ColumnRef, scope);
    return found?.open && found.bound ? each(found.bound, draft) : [];
  }
  const expression = expressionOf(node, scope, draft);
  return expression ? [expression] : [];
}

/** The expressions of what a name stands for. */
export function each(bound: Bound, draft: Draft): readonly Expression[] {
  if (!step(draft)) return [];
  if (bound.kind === 'each') return bound.each.flatMap((one) => each(one, draft));
  const expression = boundExpression(bound, draft);
  return expression ? [expression] : [];
}

/** Uses whose columns a part of the statement reads. */
export function usesIn(node: unknown, scope: Scope, draft: Draft): ReadonlySet<Use> {
  const uses = new Set<Use>();
  const add = (bound: Bound | undefined): void => {
    if (!step(draft)) return;
    if (bound?.kind === 'column') uses.add(bound.use);
    if (bound?.kind === 'expression')
      for (const use of usesIn([bound.node], bound.scope, draft)) uses.add(use);
    if (bound?.kind === 'each') for (const one of bound.each) add(one);
  };
  walk(Array.isArray(node) ? node : [node], (kind, inner) => {
    if (kind === 'ColumnRef') add(resolve(inner as ColumnRef, scope)?.bound);
  });
  return uses;
}

/** What a condition compares with, as contracts tell it. */
export function againstOf(value: Expression | undefined): Against {
  if (value?.form === 'parameter') return { kind: 'parameter', number: value.number! };
  if (value?.form === 'constant') return { kind: 'constant', sql: value.sql };
  if (value?.form === 'column' && value.use && value.column !== undefined) {
    const { schema, name } = value.use.relation;
    return { kind: 'column', table: { schema, name }, column: value.column };
  }
  return { kind: 'expression' };
}

/** A comparison as the condition of an index; undefined when it is not over one table and constants, or not immutable. */
export function predicateOf(expression: Expression, operator: string, value: Expression): string | undefined {
  if (value.columns.length > 0 || !operatorType(operator, expression.type, value.type)) return undefined;
  const written = operator === '~~' ? 'LIKE' : operator === '~~*' ? 'ILIKE' : operator;
  return `${inBrackets(expression)} ${written} ${inBrackets(value)}`;
}

/** A fraction beside a whole number makes the server turn the column into something else. */
export function comparable({ type }: Expression, value: Expression | undefined): boolean {
  return !(
    value?.form === 'constant' &&
    value.type?.name === 'numeric' &&
    type !== undefined &&
    ['smallint', 'integer', 'bigint'].includes(type.name)
  );
}

/** A condition with the use it speaks of. */
export function conditionOn(
  expression: Expression,
  kind: Kind,
  operator: string,
  other: Against,
  ways: AccessCondition['ways'],
  more: Pick<AccessCondition, 'predicate' | 'list'>,
): { readonly use: Use; readonly condition: AccessCondition } {
  return {
    use: expression.use!,
    condition: { ...keyOf(expression), kind, operator, against: other, ways, ...more },
  };
}

/** An expression as an index holds it. */
export function keyOf({
  column,
  sql,
  form,
  columns,
}: Expression): Pick<AccessCondition, 'key' | 'columns' | 'expression'> {
  return column !== undefined && form === 'column'
    ? { key: column, columns, expression: false }
    : { key: form === 'call' ? sql : `(${sql})`, columns, expression: true };
}

/** The text of a constant. */
export function constantText(node: Node): string | undefined {
  if ('TypeCast' in node && node.TypeCast.arg) return constantText(node.TypeCast.arg);
  return 'A_Const' in node ? node.A_Const.sval?.sval : undefined;
}
