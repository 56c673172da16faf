/** Statements that write rows: what they meet, and what they leave for those that follow. */
import type { Node } from 'libpg-query';
import { foreignKeysTo } from '../../../catalog/find.ts';
import type { Precondition } from '../../../engine/model.ts';
import { nameOf, text as wordOf, walk } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { columnsOf } from './columns.ts';
import { nothing, rowQuestion } from './say.ts';
import { layer, rowsOf, type State, type TableState } from './state.ts';
import { head, updated, whereOf } from './updates.ts';

/** Preconditions of a statement that writes, or of a SELECT that may call something that does. */
export function writes(state: State, tree: Node, sql: string): readonly Precondition[] {
  if ('UpdateStmt' in tree) {
    const { fromClause, withClause, relation } = tree.UpdateStmt;
    const table = state.find(nameOf(relation));
    const plain =
      table && !fromClause && !withClause ? updated(state, table, tree.UpdateStmt, sql) : undefined;
    if (plain) return plain;
  }
  if (
    'DeleteStmt' in tree &&
    !tree.DeleteStmt.usingClause &&
    !tree.DeleteStmt.withClause &&
    !tree.DeleteStmt.relation?.alias
  ) {
    const table = state.find(nameOf(tree.DeleteStmt.relation));
    if (table?.today) return deleted(state, table, whereOf(sql), head(sql));
  }
  return others(state, tree, sql);
}

/** A plain DELETE: who refers to what it takes away. */
export function deleted(
  state: State,
  table: TableState,
  where: string | undefined,
  statement: string,
): readonly Precondition[] {
  const today = table.today!;
  const rows = rowsOf(table, []);
  const asks = foreignKeysTo(state.context.catalog, today)
    .filter(
      ({ constraint, references }) =>
        constraint.enforced && ['no action', 'restrict'].includes(references.onDelete),
    )
    .map(({ from, constraint, references }): Precondition => {
      const child = state.find(from);
      const says = `no row of ${from.name} refers to what \`${statement}\` takes away`;
      if (!child || 'unknown' in rows)
        return nothing(table, 'foreign-key', says, 'unknown' in rows ? rows.unknown : `${from.name} is gone`);
      const same = constraint.columns
        .map(
          (column, at) =>
            `dbd_gone.${quote.identifier(references.columns[at]!)} = ${quote.identifier(child.name.name)}.${quote.identifier(column)}`,
        )
        .join(' AND ');
      return rowQuestion(
        child,
        'foreign-key',
        says,
        constraint.columns,
        `EXISTS (SELECT FROM (SELECT * FROM ${rows.sql}${where === undefined ? '' : ` WHERE ${where}`}) AS dbd_gone WHERE ${same})`,
      );
    });
  layer(table, {}, where === undefined ? 'false' : `(${where}) IS NOT TRUE`);
  return asks;
}

function others(state: State, tree: Node, sql: string): readonly Precondition[] {
  const asks: Precondition[] = [];
  let wrote = false;
  walk([tree], (kind, node) => {
    if (!/^(?:UpdateStmt|DeleteStmt|InsertStmt|MergeStmt|CopyStmt)$/.test(kind)) return;
    if (kind === 'CopyStmt' && node['is_from'] !== true) return;
    wrote = true;
    const table = state.find(nameOf(node['relation'] as Parameters<typeof nameOf>[0]));
    if (!table) return;
    const seeds = !table.today && kind === 'InsertStmt' && columnsOf(node['selectStmt']).length === 0;
    table.filled = `\`${head(sql)}\` writes its rows before`;
    // Nothing of production meets constants in a table that the change makes.
    if (!seeds)
      asks.push(
        nothing(
          table,
          'rows',
          `\`${head(sql)}\` meets no row, key or promise that refuses it`,
          'what it writes is not asked: a rehearsal on a copy of production shows it',
        ),
      );
  });
  if (!wrote && callsSomething(tree))
    asks.push(
      nothing(
        undefined,
        'rows',
        `\`${head(sql)}\` lets the change go on`,
        'it calls functions, whose effect its text does not tell',
      ),
    );
  return asks;
}

/** Functions that set sequences and settings leave rows alone. */
const calm: ReadonlySet<string> = new Set([
  'setval',
  'set_config',
  'max',
  'min',
  'coalesce',
  'count',
  'pg_get_serial_sequence',
  'nextval',
]);

function callsSomething(tree: Node): boolean {
  let found = false;
  walk([tree], (kind, node) => {
    if (kind !== 'FuncCall') return;
    const name = ((node['funcname'] ?? []) as readonly Node[]).map(wordOf).at(-1) ?? '';
    if (!calm.has(name)) found = true;
  });
  return found;
}
