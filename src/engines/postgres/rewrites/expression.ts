/** Parts of a condition with their trees. */
import type { ColumnRef, Node } from 'libpg-query';
import type { Catalog } from '../../../catalog/model.ts';
import { parse } from '../grammar/parse.ts';
import { text, walk, words } from '../grammar/tree.ts';
import { charOf } from '../workload/runnable.ts';
import { tokensOf, unbracketed } from './text.ts';

/** A piece of SQL that has a value. */
export interface Expression {
  readonly sql: string;
  readonly node: Node;
  /** Place in `sql`, in characters, of a node's location. */
  at(location: number | undefined): number;
}

const lead = 'SELECT ';

/** An expression without brackets around it; undefined when it is none by itself. */
export function expressionOf(sql: string): Expression | undefined {
  const bare = unbracketed(sql);
  try {
    const stmt = parse(lead + bare).stmts?.[0]?.stmt;
    const targets = (stmt && 'SelectStmt' in stmt ? stmt.SelectStmt.targetList : undefined) ?? [];
    // What stood between the brackets was a row of several values.
    if (targets.length !== 1) return undefined;
    const [target] = targets;
    const node = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
    const charAt = charOf(lead + bare);
    return node && { sql: bare, node, at: (location) => charAt(location ?? 0) - lead.length };
  } catch {
    return undefined;
  }
}

export interface Comparison {
  readonly left: Expression;
  readonly operator: string;
  readonly right: Expression;
}

/** Both sides of `left operator right`. */
export function comparisonOf(expression: Expression | undefined): Comparison | undefined {
  const node = expression?.node;
  if (!node || !('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP' || !node.A_Expr.lexpr) return undefined;
  const operator = text(node.A_Expr.name?.at(-1)) ?? '';
  const at = expression.at(node.A_Expr.location);
  if (!expression.sql.startsWith(operator, at)) return undefined;
  const left = expressionOf(expression.sql.slice(0, at));
  const right = expressionOf(expression.sql.slice(at + operator.length));
  return left && right && { left, operator, right };
}

const mirrors: Readonly<Record<string, string>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** The comparison with its sides exchanged; undefined for operators that have no mirror here. */
export function mirrored({ left, operator, right }: Comparison): Comparison | undefined {
  const mirror = mirrors[operator];
  return mirror === undefined ? undefined : { left: right, operator: mirror, right: left };
}

/** Arguments of a plain call, as texts. */
export function argumentsOf(
  expression: Expression,
): { readonly name: string; readonly args: readonly string[] } | undefined {
  const { node, sql } = expression;
  if (!('FuncCall' in node)) return undefined;
  const call = node.FuncCall;
  if (call.agg_distinct || call.agg_filter || call.over || call.agg_order || call.agg_star) return undefined;
  const tokens = tokensOf(sql);
  const open = tokens.findIndex(({ text: one }) => one === '(');
  if (open < 0 || tokens.at(-1)?.text !== ')') return undefined;
  const inner = tokens.slice(open + 1, -1);
  const groups: string[] = [];
  let from = inner[0]?.from ?? 0;
  for (const token of inner)
    if (token.depth === 1 && token.text === ',') {
      groups.push(sql.slice(from, token.from).trim());
      from = token.to;
    }
  if (inner.length > 0) groups.push(sql.slice(from, inner.at(-1)!.to).trim());
  return { name: words(call.funcname).at(-1) ?? '', args: groups };
}

/** Columns of an expression; those inside subqueries are another level's. */
export function columnRefs(node: unknown): readonly ColumnRef[] {
  const found: ColumnRef[] = [];
  walk([node], (kind, inner) => {
    if (kind === 'ColumnRef') found.push(inner as ColumnRef);
    return kind !== 'SelectStmt';
  });
  return found;
}

/** Whether a tree has a subquery. */
export function hasQuery(node: unknown): boolean {
  return has(node, 'SelectStmt');
}

/** Whether a tree has a node of a kind. */
export function has(node: unknown, wanted: string): boolean {
  let found = false;
  walk([node], (kind) => {
    if (kind === wanted) found = true;
  });
  return found;
}

/** The same value for every row: no columns, no subquery. */
export function isFree(expression: Expression, catalog: Catalog): boolean {
  return (
    columnRefs(expression.node).length === 0 &&
    !hasQuery(expression.node) &&
    !isVolatile(expression.node, catalog)
  );
}

/** Functions of the server that answer differently within one statement, or do something. */
const volatile =
  /^(?:random(?:_normal)?|gen_random_(?:uuid|bytes)|uuidv[47]|uuid_generate_\w+|setseed|clock_timestamp|timeofday|nextval|currval|lastval|setval|set_config|lo_\w+|dblink\w*|query_to_xml\w*|cursor_to_xml\w*|pg_(?:sleep\w*|notify|advisory_\w+|try_advisory_\w+|cancel_backend|terminate_backend|read_\w+|ls_\w+|stat_\w+|logical_\w+|replication_\w+|switch_wal|create_\w+|drop_\w+|rotate_\w+|reload_conf|export_snapshot|backup_\w+|promote|log_\w+|current_wal_\w+|last_wal_\w+|relation_size|total_relation_size|table_size|indexes_size|database_size|tablespace_size))$/;

/** Whether a tree calls what may answer differently each time, or has an effect; a routine of the database is what its definition says. */
export function isVolatile(node: unknown, catalog: Catalog): boolean {
  let found = false;
  walk([node], (kind, inner) => {
    if (kind !== 'FuncCall') return;
    const name = words(inner['funcname'] as Node[]).at(-1) ?? '';
    const own = catalog.routines.filter((routine) => routine.name === name && routine.kind === 'function');
    if (volatile.test(name) || own.some(({ definition }) => !/\b(?:IMMUTABLE|STABLE)\b/.test(definition)))
      found = true;
  });
  return found;
}

const aggregates: ReadonlySet<string> = new Set(
  (
    'count sum min max avg array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg bool_and bool_or every ' +
    'stddev stddev_pop stddev_samp variance var_pop var_samp bit_and bit_or bit_xor xmlagg any_value range_agg ' +
    'percentile_cont percentile_disc mode corr covar_pop covar_samp regr_slope range_intersect_agg'
  ).split(' '),
);

/** Names of the aggregates that a tree calls, not those of its subqueries. */
export function aggregatesIn(node: unknown, catalog: Catalog): readonly string[] {
  const found: string[] = [];
  walk([node], (kind, inner) => {
    if (kind === 'FuncCall' && !inner['over']) {
      const name = words(inner['funcname'] as Node[]).at(-1) ?? '';
      if (
        aggregates.has(name) ||
        catalog.routines.some((one) => one.name === name && one.kind === 'aggregate')
      )
        found.push(name);
    }
    return kind !== 'SelectStmt';
  });
  return found;
}

/** Whether a core makes groups, or counts over all its rows. */
export function hasWindow(node: unknown): boolean {
  let found = false;
  walk([node], (kind, inner) => {
    if (kind === 'FuncCall' && inner['over']) found = true;
    return kind !== 'SelectStmt';
  });
  return found;
}
