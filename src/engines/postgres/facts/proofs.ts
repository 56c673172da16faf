import type { Node } from 'libpg-query';
import { SqlError } from '../../../base/error.ts';
import { parse } from '../grammar/parse.ts';
import { words } from '../grammar/tree.ts';

/** The condition of a constraint's definition `CHECK (…)`; undefined when it is none. */
export function conditionOf(definition: string): Node | undefined {
  try {
    const statement = parse(`ALTER TABLE t ADD ${definition}`).stmts?.[0]?.stmt;
    const cmd = statement && 'AlterTableStmt' in statement ? statement.AlterTableStmt.cmds?.[0] : undefined;
    const def = cmd && 'AlterTableCmd' in cmd ? cmd.AlterTableCmd.def : undefined;
    return def && 'Constraint' in def ? def.Constraint.raw_expr : undefined;
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

/** Whether a check that holds for all rows proves that a column holds no nulls, as the server sees it: `c IS NOT NULL`, alone, in a conjunction, or in each arm of a disjunction. */
export function provesFilled(definition: string, column: string): boolean {
  const condition = conditionOf(definition);
  return condition !== undefined && implies(condition, column, false);
}

function implies(node: Node, column: string, negated: boolean): boolean {
  if ('NullTest' in node) {
    const { nulltesttype, arg } = node.NullTest;
    return (nulltesttype === 'IS_NOT_NULL') !== negated && columnOf(arg) === column;
  }
  if (!('BoolExpr' in node)) return false;
  const { boolop, args = [] } = node.BoolExpr;
  if (boolop === 'NOT_EXPR') return args[0] !== undefined && implies(args[0], column, !negated);
  const all = (boolop === 'AND_EXPR') === negated;
  const proves = (arg: Node): boolean => implies(arg, column, negated);
  return all ? args.every(proves) : args.some(proves);
}

/** The column that an expression is, and nothing else. */
export function columnOf(node: Node | undefined): string | undefined {
  if (!node || !('ColumnRef' in node)) return undefined;
  return words(node.ColumnRef.fields).at(-1);
}
