import { keyOf, printName } from '../../../../catalog/identity.ts';
import type { Constraint, Table } from '../../../../catalog/model.ts';
import { full, id, options, tablePath, text as literal } from '../../structure/making.ts';
import { keys, names } from '../keys.ts';
import type { Altered, Kind, Piece, Sides, Thing } from '../model.ts';
import { aroundChange, aroundNew } from './around.ts';
import { columnSql, foreignOptions, notNullOf, optionChanges, parameterChanges } from './column-sql.ts';
import { settings } from './columns.ts';
import { constraintSettings } from './constraints.ts';
import type { Around, Right } from './facts.ts';
import { foldable } from './folding.ts';
import { identityAfter } from './identity.ts';
import { TABLE_FACTS, tablesOf, type TableFact } from './table-facts.ts';
import { tableLikeness } from './likeness.ts';
import { calledTable, renameRelation } from './table-names.ts';

/** Tables without their parts; what can be told where a table is made comes with it. */
export const tables: Kind<Table> = {
  kind: 'table',
  holdsData: true,
  query: () => TABLE_FACTS,
  list: ({ catalog }) =>
    catalog.tables.map((table) => ({
      key: keys.table(table),
      path: tablePath(table),
      object: table,
      names: [names.relation(table), names.type(table)],
    })),
  make: ({ object }, sides) => made(object, sides),
  drop: ({ object }) => [
    {
      sql: `DROP ${object.kind === 'foreign' ? 'FOREIGN ' : ''}TABLE ${full(object)}`,
      because: 'no longer wanted',
      ...(object.kind === 'foreign'
        ? {}
        : { loses: `the table ${tablePath(object).slice(6)} with its rows` }),
    },
  ],
  alter: ({ object: before }, { object: after }, sides) => altered(before, after, sides),
  renames: {
    kind: 'table',
    name: ({ object }) => printName(object),
    place: () => '',
    likeness: ({ object: before }, { object: after }) => tableLikeness(before, after),
    statements: ({ object }, to) =>
      renameRelation(object.kind === 'foreign' ? 'FOREIGN TABLE' : 'TABLE', object, to),
  },
  without: (before: Thing<Table>, after, gone, sides) =>
    gone.every((key) => key.startsWith('type ')) && tablesOf(sides.from).fact(before.object)?.type != null
      ? untyped(before.object, after.object, gone, sides)
      : 'replace',
};

function made(table: Table, sides: Sides): readonly Piece[] {
  const to = tablesOf(sides.to);
  const fact = to.fact(table);
  const key = keys.table(table);
  const inherits = inheritsInOrder(table, sides);
  const type = fact?.type ?? undefined;
  const makes: string[] = [];
  const told = (part: string): boolean => {
    const folded = foldable(part, key, sides);
    if (folded) makes.push(part);
    return folded;
  };
  const lines: string[] = [];
  for (const column of table.columns) {
    makes.push(keys.column(table, column.name));
    const foreign = to.columnFact(table, column.name);
    const comes = type !== undefined || (inherits && (foreign?.ancestors ?? 0) > 0 && !foreign?.local);
    const withDefault =
      column.default !== undefined &&
      sameAsAbove(table, column.name, column.default, sides, comes && type === undefined);
    if (column.default !== undefined && withDefault === 'comes') makes.push(keys.default(table, column.name));
    const notNull = notNullOf(table, column.name);
    if (notNull?.validated) makes.push(keys.constraint(table, notNull.name));
    if (comes) continue;
    lines.push(
      columnSql(
        table,
        column,
        { default: column.default !== undefined && told(keys.default(table, column.name)), notNull: true },
        sides,
      ),
    );
  }
  const constraints = table.constraints.filter((constraint) => inline(constraint));
  const along = (constraint: Constraint): boolean =>
    inherits && to.constraintFact(table, constraint.name)?.local === false;
  for (const constraint of constraints) {
    if (along(constraint)) makes.push(keys.constraint(table, constraint.name));
    else if (told(keys.constraint(table, constraint.name)))
      lines.push(`CONSTRAINT ${id(constraint.name)} ${constraint.definition}`);
  }
  if (inherits) for (const parent of table.inherits) makes.push(keys.parent(table, parent));
  const [server, ...foreign] = table.foreign ?? [];
  const kind = table.kind === 'foreign' ? 'FOREIGN ' : table.unlogged ? 'UNLOGGED ' : '';
  const body = lines.length === 0 ? (type === undefined ? ' ()' : '') : ` (\n  ${lines.join(',\n  ')}\n)`;
  const sql = [
    `CREATE ${kind}TABLE ${full(table)}${type === undefined ? '' : ` OF ${type}`}${body}`,
    ...(inherits ? [`INHERITS (${table.inherits.map(full).join(', ')})`] : []),
    ...(server === undefined
      ? []
      : [`SERVER ${id(server.replace(/^server /, ''))}`, ...foreignOptions(foreign)]),
    ...(table.partitionKey === undefined ? [] : [`PARTITION BY ${table.partitionKey}`]),
    ...(table.method === undefined ? [] : [`USING ${id(table.method)}`]),
    ...(server === undefined ? options('WITH', fact?.options ?? table.options) : []),
    ...(fact?.tablespace ? [`TABLESPACE ${id(fact.tablespace)}`] : []),
  ].join(' ');
  const makesConstraint = (constraint: Constraint): boolean =>
    makes.includes(keys.constraint(table, constraint.name));
  return [
    { sql, because: 'new table', makes },
    ...table.columns.flatMap((column) => [
      ...settings({ table, column }, sides),
      ...identityAfter(undefined, { table, column }, sides),
    ]),
    ...table.constraints
      .filter(makesConstraint)
      .flatMap((constraint) => constraintSettings(table, constraint, sides)),
    ...(fact ? aroundNew(everything(fact), calledTable(table), sides) : []),
    ...table.columns.flatMap((column) =>
      column.comment === undefined ? [] : [commentOn(table, column.name, column.comment)],
    ),
    ...switches({ ...table, rowSecurity: 'off', replicaIdentity: 'default' }, table, [undefined, fact]),
  ];
}

function commentOn(table: Table, column: string, comment: string): Piece {
  return {
    sql: `COMMENT ON COLUMN ${full(table)}.${id(column)} IS ${quoted(comment)}`,
    because: 'new comment',
  };
}

/** Constraints that are told with a new table. */
function inline({ kind, definition }: Constraint): boolean {
  return kind !== 'foreign' && kind !== 'not-null' && !/ NOT VALID\s*$/.test(definition);
}

/** A default that a new child has from its parent. */
function sameAsAbove(
  table: Table,
  column: string,
  value: string,
  sides: Sides,
  comes: boolean,
): 'comes' | boolean {
  if (!comes) return true;
  return table.inherits.some((parent) => tablesOf(sides.to).column(parent, column)?.default === value)
    ? 'comes'
    : false;
}

/** Whether `INHERITS` gives the columns of a new child in the wanted order; otherwise it becomes a child afterwards. */
function inheritsInOrder(table: Table, sides: Sides): boolean {
  if (table.inherits.length === 0) return false;
  const to = tablesOf(sides.to);
  const order: string[] = [];
  for (const parent of table.inherits)
    for (const { name } of to.table(parent)?.columns ?? []) if (!order.includes(name)) order.push(name);
  for (const { name } of table.columns) if (!order.includes(name)) order.push(name);
  return order.join('\0') === table.columns.map(({ name }) => name).join('\0');
}

/** Rights on a table with those on its columns. */
function everything(fact: TableFact, kept: (column: string) => boolean = () => true): Around {
  return {
    owner: fact.owner,
    comment: fact.comment,
    rights: [
      ...(fact.rights ?? []),
      ...(fact.columnRights ?? [])
        .filter(({ column }) => kept(column))
        .flatMap(({ column, rights }) =>
          rights.filter(({ lost }) => !lost).map((right): Right => ({ ...right, column })),
        ),
    ],
  };
}

function altered(before: Table, after: Table, sides: Sides): Altered {
  const [from, to] = [tablesOf(sides.from), tablesOf(sides.to)];
  const [old, fact] = [from.fact(before), to.fact(after)];
  if (before.kind !== after.kind || before.partitionKey !== after.partitionKey) return 'replace';
  if (before.kind === 'foreign' && before.foreign?.[0] !== after.foreign?.[0]) return 'replace';
  const alter = `ALTER ${after.kind === 'foreign' ? 'FOREIGN ' : ''}TABLE ${full(after)}`;
  const piece = (how: string, because: string): Piece => ({ sql: `${alter} ${how}`, because });
  const both = (column: string): boolean =>
    from.column(before, column) !== undefined && to.column(after, column) !== undefined;
  const method = before.method !== after.method;
  return [
    ...(before.unlogged === after.unlogged
      ? []
      : [
          after.unlogged
            ? {
                ...piece('SET UNLOGGED', 'its rows need not survive a crash'),
                loses: 'its rows after a crash',
              }
            : piece('SET LOGGED', 'its rows survive a crash'),
        ]),
    ...(method && sides.to.version >= 150_000
      ? [piece(`SET ACCESS METHOD ${id(after.method ?? 'heap')}`, 'another access method')]
      : []),
    ...(old?.tablespace === fact?.tablespace
      ? []
      : [piece(`SET TABLESPACE ${id(fact?.tablespace ?? 'pg_default')}`, 'another tablespace')]),
    ...parameterChanges(old?.options ?? before.options, fact?.options ?? after.options).map((how) =>
      piece(how, 'other storage parameters'),
    ),
    ...optionChanges(before.foreign?.slice(1) ?? [], after.foreign?.slice(1) ?? []).map((how) =>
      piece(how, 'other options'),
    ),
    ...(old?.type === fact?.type
      ? []
      : [
          fact?.type
            ? piece(`OF ${fact.type}`, 'its columns are those of a type')
            : { ...piece('NOT OF', 'its columns are its own'), frees: ['*'] },
        ]),
    ...switches(before, after, [old, fact]),
    ...(old && fact ? aroundChange(everything(old, both), everything(fact), calledTable(after), sides) : []),
  ];
}

/** Row security, and how rows are told apart for replication where no index does. */
function switches(
  before: Table,
  after: Table,
  [old, fact]: readonly [TableFact | undefined, TableFact | undefined],
): readonly Piece[] {
  const piece = (how: string, because: string): Piece => ({
    sql: `ALTER TABLE ${full(after)} ${how}`,
    because,
  });
  const [was, is] = [before.rowSecurity, after.rowSecurity];
  return [
    ...((was === 'off') === (is === 'off')
      ? []
      : [piece(`${is === 'off' ? 'DISABLE' : 'ENABLE'} ROW LEVEL SECURITY`, 'whether policies apply')]),
    ...((old?.forced ?? false) === (fact?.forced ?? false)
      ? []
      : [
          piece(
            `${fact?.forced ? '' : 'NO '}FORCE ROW LEVEL SECURITY`,
            'whether policies apply to the owner',
          ),
        ]),
    ...(before.replicaIdentity === after.replicaIdentity ||
    after.kind === 'foreign' ||
    after.replicaIdentity.startsWith('index ')
      ? []
      : [
          piece(
            `REPLICA IDENTITY ${after.replicaIdentity.toUpperCase()}`,
            'how replication tells its rows apart',
          ),
        ]),
  ];
}

/** A typed table lives without its type meanwhile. */
function untyped(before: Table, after: Table, gone: readonly string[], sides: Sides): Altered {
  const change = altered(before, after, sides);
  if (change === 'replace' || 'refused' in change) return change;
  const type = tablesOf(sides.to).fact(after)?.type;
  const sql = `ALTER TABLE ${full(after)}`;
  if (keyOf(before) !== keyOf(after)) return 'replace';
  return [
    { sql: `${sql} NOT OF`, because: 'its type goes or changes', frees: gone },
    ...change.filter((piece) => !/ (?:NOT )?OF(?: |$)/.test(piece.sql)),
    ...(type ? [{ sql: `${sql} OF ${type}`, because: 'its type is there again', needs: gone }] : []),
  ];
}

function quoted(comment: string): string {
  return literal(comment);
}
