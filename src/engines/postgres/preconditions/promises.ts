/** Constraints: which rows of today would break them. */
import type { Constraint as Node } from 'libpg-query';
import { uniqueKeys } from '../../../catalog/find.ts';
import type { Precondition } from '../../../engine/model.ts';
import { lex } from '../grammar/lex.ts';
import { nameOf, words } from '../grammar/tree.ts';
import { treeOfText } from '../online/text.ts';
import { quote } from '../quote.ts';
import { exclusion } from './exclusion.ts';
import { columnsIn, inParentheses, short } from './text.ts';
import { asked, given, nothing, openColumns, printed, rowQuestion } from './say.ts';
import { rowsOf, shownColumns, type Pending, type State, type TableState } from './state.ts';

/** Questions of a constraint by its definition, `CHECK (…)`, `FOREIGN KEY (…) REFERENCES …`, as the catalog or a statement writes it. */
export function promised(state: State, table: TableState, definition: string): readonly Precondition[] {
  const node = constraintOf(definition);
  switch (node?.contype) {
    case 'CONSTR_CHECK':
      return [check(table, definition)];
    case 'CONSTR_NOTNULL':
      return words(node.keys).map((column) => notNull(table, column));
    case 'CONSTR_FOREIGN':
      return [foreignKey(state, table, node)];
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY':
      return keys(state, table, node, definition);
    case 'CONSTR_EXCLUSION':
      return [exclusion(table, node, definition)];
    default:
      return [
        nothing(
          table,
          'own',
          `${printed(table)} meets \`${short(definition)}\``,
          'dbd does not know this kind of constraint',
        ),
      ];
  }
}

/** The parse tree of a definition. */
export function constraintOf(definition: string): Node | undefined {
  const tree = treeOfText(`ALTER TABLE t ADD ${definition}`);
  const command = 'AlterTableStmt' in tree ? tree.AlterTableStmt.cmds?.[0] : undefined;
  const def = command && 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
  return def && 'Constraint' in def ? def.Constraint : undefined;
}

/** Kind, columns and definition of a constraint that is to be checked later. */
export function pendingOf(definition: string): Pending | undefined {
  const node = constraintOf(definition);
  const kind =
    node?.contype === 'CONSTR_CHECK'
      ? 'check'
      : node?.contype === 'CONSTR_FOREIGN'
        ? 'foreign'
        : node?.contype === 'CONSTR_NOTNULL'
          ? 'not-null'
          : undefined;
  return kind && { kind, columns: words(node?.keys), definition };
}

/** Rows without a value in a column. */
export function notNull(table: TableState, column: string): Precondition {
  const says = `${printed(table)}.${column} has a value in every row`;
  const known = table.columns.get(column);
  if (known?.notNull && !known.altered)
    return given(table, 'not-null', says, true, 'the column is NOT NULL already');
  return rowQuestion(
    table,
    'not-null',
    says,
    [column],
    `${quote.identifier(table.name.name)}.${quote.identifier(column)} IS NULL`,
  );
}

function check(table: TableState, definition: string): Precondition {
  const condition = inParentheses(definition);
  const says = `every row of ${printed(table)} meets CHECK (${short(condition)})`;
  const same = table.today?.constraints.find(
    (one) =>
      one.kind === 'check' &&
      one.validated &&
      one.enforced &&
      squeezed(inParentheses(one.definition)) === squeezed(condition) &&
      columnsIn(definition, table).every((name) => !table.columns.get(name)?.altered),
  );
  if (same) return given(table, 'check', says, true, `${same.name} says the same and is valid`);
  return rowQuestion(table, 'check', says, columnsIn(definition, table), `NOT (${condition})`);
}

function foreignKey(state: State, table: TableState, node: Node): Precondition {
  const parent = state.find(nameOf(node.pktable));
  const columns = words(node.fk_attrs);
  const says = `every ${columns.join(', ')} of ${printed(table)} is in ${parent ? printed(parent) : (node.pktable?.relname ?? '')}`;
  if (node.is_enforced === false) return given(table, 'foreign-key', says, true, 'it is not enforced');
  if (node.fk_with_period)
    return nothing(table, 'foreign-key', says, 'a reference between periods is not asked');
  if (!parent) return nothing(table, 'structure', says, `${node.pktable?.relname} is not there`);
  const keysOf = words(node.pk_attrs).length > 0 ? words(node.pk_attrs) : parent.primary;
  if (keysOf.length !== columns.length)
    return nothing(table, 'foreign-key', says, `the key of ${printed(parent)} is made by this change`);
  const rows = rowsOf(parent, keysOf);
  const alias = quote.identifier(table.name.name);
  const own = columns.map((column) => `${alias}.${quote.identifier(column)}`);
  const set = own.map((column) => `${column} IS NOT NULL`).join(' AND ');
  const partly =
    node.fk_matchtype === 'f' && own.length > 1
      ? `num_nulls(${own.join(', ')}) BETWEEN 1 AND ${own.length - 1} OR `
      : '';
  // A parent that the change makes has no rows yet: any value points at nothing.
  if ('unknown' in rows && (parent.today || parent.filled !== undefined))
    return nothing(table, 'foreign-key', says, rows.unknown);
  const same = keysOf.map((key, at) => `dbd_parent.${quote.identifier(key)} = ${own[at]}`).join(' AND ');
  const inside =
    'unknown' in rows
      ? ''
      : ` AND NOT EXISTS (SELECT FROM (SELECT * FROM ${rows.sql}) AS dbd_parent WHERE ${same})`;
  return rowQuestion(table, 'foreign-key', says, columns, `${partly}(${set}${inside})`);
}

function keys(state: State, table: TableState, node: Node, definition: string): readonly Precondition[] {
  const made = node.indexname === undefined ? undefined : state.indexes.get(node.indexname);
  const columns =
    node.indexname === undefined
      ? words(node.keys)
      : (made?.columns ?? table.today?.indexes.find(({ name }) => name === node.indexname)?.keys ?? []);
  const filled = node.contype === 'CONSTR_PRIMARY' ? columns.map((column) => notNull(table, column)) : [];
  if (node.indexname !== undefined) {
    const index = table.today?.indexes.find(({ name }) => name === node.indexname);
    const says = `${node.indexname} is a valid unique index of ${printed(table)}`;
    if (made) return filled;
    if (!index) return [...filled, given(table, 'structure', says, false, 'there is no such index')];
    return [
      ...filled,
      given(
        table,
        'structure',
        says,
        index.unique && index.valid,
        index.unique ? (index.valid ? 'it is' : 'it is invalid: a build of it failed') : 'it is not unique',
      ),
    ];
  }
  if (node.without_overlaps) {
    const list = columns.map(
      (column, at) => `${quote.identifier(column)} WITH ${at === columns.length - 1 ? '&&' : '='}`,
    );
    return [...filled, exclusion(table, undefined, `EXCLUDE USING gist (${list.join(', ')})`, definition)];
  }
  return [
    ...filled,
    unique(
      table,
      columns.map((column) => ({ sql: quote.identifier(column), column })),
      { together: node.nulls_not_distinct === true },
    ),
  ];
}

/** Rows with equal keys; `where` is the condition of a partial index. */
export function unique(
  table: TableState,
  elements: readonly { readonly sql: string; readonly column?: string }[],
  {
    together,
    where,
    about = [],
  }: { readonly together: boolean; readonly where?: string; readonly about?: readonly string[] },
): Precondition {
  const columns = elements.flatMap(({ column }) => column ?? []);
  const plain = columns.length === elements.length;
  const says = `no two rows of ${printed(table)} have the same ${elements.map(({ sql }) => short(sql)).join(', ')}${where === undefined ? '' : ` where ${short(where)}`}`;
  const proof =
    plain && table.today
      ? uniqueKeys(table.today).find(
          (key) =>
            key.every((name) => columns.includes(name)) &&
            columns.every((name) => table.columns.get(name)?.altered === undefined) &&
            (!together || key.every((name) => table.columns.get(name)?.notNull)),
        )
      : undefined;
  if (proof) return given(table, 'unique', says, true, `${proof.join(', ')} alone is unique already`);
  const used = [...new Set([...columns, ...about])];
  const rows = rowsOf(table, used, true);
  if ('unknown' in rows) return nothing(table, 'unique', says, rows.unknown);
  const list = elements.map(({ sql }) => sql);
  const conditions = [
    ...(where === undefined ? [] : [`(${where})`]),
    ...(together ? [] : list.map((sql) => `${sql} IS NOT NULL`)),
  ];
  const named = elements.map(({ sql, column }) =>
    column ? sql : `${sql} AS ${quote.identifier(short(sql))}`,
  );
  const filter = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return asked('unique', says, table.today, {
    sql: `SELECT ${named.join(', ')}, count(*) AS rows FROM ${rows.sql}${filter} GROUP BY ${list.map((_, at) => at + 1).join(', ')} HAVING count(*) > 1`,
    mode: 'no row',
    shown: [...openColumns(table, shownColumns(table, columns)), 'rows'],
  });
}

const squeezed = (text: string): string =>
  lex(text)
    .map((token) => (token.kind === 'word' ? token.text.toLowerCase() : token.text))
    .filter((part) => part !== '(' && part !== ')')
    .join(' ');
