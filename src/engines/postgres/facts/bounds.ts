import type { Node, PartitionBoundSpec } from 'libpg-query';
import type { Table } from '../../../catalog/model.ts';
import { text } from '../grammar/tree.ts';
import { columnOf, conditionOf } from './proofs.ts';

interface Range {
  readonly from?: string;
  readonly to?: string;
}

/** Whether checks of a table prove that all its rows lie in the bound; only bounds of one column that the checks write alike are seen as proven. */
export function boundProven(table: Table, bound: PartitionBoundSpec, key: string | undefined): boolean {
  const column = keyColumn(key);
  if (column === undefined) return false;
  const conditions = checks(table);
  const filled =
    table.columns.find(({ name }) => name === column)?.notNull === true ||
    conditions.some((condition) => isNotNull(condition, column));
  if (!filled) return false;
  const range = rangeOf(bound);
  if (range)
    return (
      (range.from === undefined ||
        conditions.some((condition) => compares(condition, column, '>=', range.from!))) &&
      (range.to === undefined || conditions.some((condition) => compares(condition, column, '<', range.to!)))
    );
  const listed = listOf(bound);
  return listed?.length === 1 && conditions.some((condition) => compares(condition, column, '=', listed[0]!));
}

/** Whether a check of the default partition leaves out all rows of the bound. */
export function defaultExcludes(table: Table, bound: PartitionBoundSpec, key: string | undefined): boolean {
  const column = keyColumn(key);
  if (column === undefined) return false;
  const range = rangeOf(bound);
  const listed = listOf(bound);
  return checks(table).some((condition) => {
    if (range?.from !== undefined && range.to !== undefined && 'BoolExpr' in condition) {
      const { boolop, args = [] } = condition.BoolExpr;
      if (boolop !== 'OR_EXPR' || args.length !== 2) return false;
      return (
        args.some((arg) => compares(arg, column, '<', range.from!)) &&
        args.some((arg) => compares(arg, column, '>=', range.to!))
      );
    }
    if (range?.from !== undefined && compares(condition, column, '<', range.from)) return true;
    if (range?.to !== undefined && compares(condition, column, '>=', range.to)) return true;
    return listed?.length === 1 && compares(condition, column, '<>', listed[0]!);
  });
}

function keyColumn(key: string | undefined): string | undefined {
  return /^(?:RANGE|LIST) \("?([^"(),]+)"?\)$/i.exec(key ?? '')?.[1];
}

/** Conditions of all valid checks, conjunctions taken apart. */
function checks(table: Table): readonly Node[] {
  return table.constraints.flatMap(({ kind, validated, enforced, definition }) => {
    if (kind !== 'check' || !validated || !enforced) return [];
    const condition = conditionOf(definition);
    return condition ? apart(condition) : [];
  });
}

function apart(node: Node): readonly Node[] {
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR')
    return (node.BoolExpr.args ?? []).flatMap(apart);
  return [node];
}

function isNotNull(node: Node, column: string): boolean {
  return (
    'NullTest' in node &&
    node.NullTest.nulltesttype === 'IS_NOT_NULL' &&
    columnOf(node.NullTest.arg) === column
  );
}

function compares(node: Node, column: string, operator: string, value: string): boolean {
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP') return false;
  return (
    text(node.A_Expr.name?.at(-1)) === operator &&
    columnOf(node.A_Expr.lexpr) === column &&
    constant(node.A_Expr.rexpr) === value
  );
}

/** A constant without its casts. */
function constant(node: Node | undefined): string | undefined {
  if (!node) return undefined;
  if ('TypeCast' in node) return constant(node.TypeCast.arg);
  if (!('A_Const' in node)) return undefined;
  const { ival, sval, fval } = node.A_Const;
  const value = ival ? String(ival.ival ?? 0) : (sval?.sval ?? fval?.fval);
  // The server prints the start of a day with its time.
  return value?.replace(/^(\d{4}-\d\d-\d\d) 00:00:00$/, '$1');
}

function rangeOf(bound: PartitionBoundSpec): Range | undefined {
  if (bound.strategy !== 'r' || bound.lowerdatums?.length !== 1 || bound.upperdatums?.length !== 1)
    return undefined;
  const [from, to] = [constant(bound.lowerdatums[0]), constant(bound.upperdatums[0])];
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function listOf(bound: PartitionBoundSpec): readonly string[] | undefined {
  return bound.strategy === 'l' ? bound.listdatums?.flatMap((node) => constant(node) ?? []) : undefined;
}
