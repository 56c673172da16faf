import { printName, printPart } from '../../../../catalog/identity.ts';
import type { Table } from '../../../../catalog/model.ts';
import { full, id, option, partPath, says, tablePath } from '../../structure/making.ts';
import { keys, names } from '../keys.ts';
import type { Kind, Piece, Sides, Thing } from '../model.ts';
import { rightsChange } from './around.ts';
import { columnSql, notNullOf } from './column-sql.ts';
import type { OfColumn } from './defaults.ts';
import { columnLikeness } from './likeness.ts';
import { foldable } from './folding.ts';
import { identityAfter } from './identity.ts';
import { alterTable, calledTable } from './table-names.ts';
import { COLUMN_FACTS, descendants, parentsOf, staysChild, tablesOf } from './table-facts.ts';
import { alteredColumn, typed, withoutNeeds } from './column-changes.ts';

/** Columns of tables; their defaults and not-null constraints are things of their own. */
export const columns: Kind<OfColumn> = {
  kind: 'column',
  holdsData: true,
  query: () => COLUMN_FACTS,
  list: (side) =>
    side.catalog.tables.flatMap((table) =>
      table.columns.map((column): Thing<OfColumn> => {
        const sequence = column.identity && tablesOf(side).owned(table, column.name);
        const notNull = column.identity && notNullOf(table, column.name);
        return {
          key: keys.column(table, column.name),
          path: partPath(tablePath(table), 'column', column.name),
          object: { table, column },
          partOf: keys.table(table),
          ...(sequence ? { names: [names.relation(sequence)] } : {}),
          ...(notNull ? { needs: [keys.constraint(table, notNull.name)] } : {}),
        };
      }),
    ),
  make: ({ object }, sides) => made(object, sides),
  drop: ({ object }, sides) => dropped(object, sides),
  alter: ({ object: before }, { object: after }, sides) => alteredColumn(before, after, sides),
  without: withoutNeeds,
  renames: {
    kind: 'column',
    name: ({ object: { table, column } }) => `${printName(table)}.${printPart(column.name)}`,
    place: ({ object: { table } }) => printName(table),
    // A child's column is called as its parent's.
    likeness: ({ object: before }, { object: after }, sides) =>
      tablesOf(sides.from).columnFact(before.table, before.column.name)?.local === false
        ? 0
        : columnLikeness(before, after),
    called: (thing, name) => ({
      ...thing,
      object: { ...thing.object, column: { ...thing.object.column, name } },
    }),
    statements: ({ object: { table, column } }, to) => [
      `${alterTable(table)} RENAME COLUMN ${id(column.name)} TO ${id(to.name)}`,
    ],
  },
};

/** A child's column that comes with its parent's. */
function comesAlong({ table, column }: OfColumn, sides: Sides): boolean {
  const [from, to] = [tablesOf(sides.from), tablesOf(sides.to)];
  return (
    (to.columnFact(table, column.name)?.ancestors ?? 0) > 0 &&
    parentsOf(table).some(
      (parent) =>
        staysChild(from, table, parent) &&
        to.column(parent, column.name) &&
        !from.column(parent, column.name),
    )
  );
}

function made(object: OfColumn, sides: Sides): readonly Piece[] {
  const { table, column } = object;
  if (comesAlong(object, sides) || typed(object, sides)) return around(object, sides);
  const [from, to] = [tablesOf(sides.from), tablesOf(sides.to)];
  const below = descendants(to, table).filter(
    (child) =>
      from.table(child) !== undefined &&
      from.column(child, column.name) === undefined &&
      (to.columnFact(child, column.name)?.ancestors ?? 0) > 0,
  );
  const told = {
    default: foldable(keys.default(table, column.name), keys.table(table), sides),
    notNull: true,
  };
  const own = (of: Table): readonly string[] => {
    const notNull = notNullOf(of, column.name);
    return [
      keys.column(of, column.name),
      ...(told.default &&
      column.default !== undefined &&
      to.column(of, column.name)?.default === column.default
        ? [keys.default(of, column.name)]
        : []),
      ...(notNull?.validated ? [keys.constraint(of, notNull.name)] : []),
    ];
  };
  return [
    {
      sql: `${alterTable(table)} ADD COLUMN ${columnSql(table, column, told, sides)}`,
      because: 'new column',
      makes: [table, ...below].flatMap(own),
    },
    ...(told.default && column.default !== undefined ? below : [])
      .filter((child) => to.column(child, column.name)?.default === undefined)
      .map((child) => ({
        sql: `${alterTable(child, true)} ALTER COLUMN ${id(column.name)} DROP DEFAULT`,
        because: 'no default here',
      })),
    ...[object, ...below.map((child) => ({ table: child, column: to.column(child, column.name)! }))].flatMap(
      (one) => around(one, sides),
    ),
  ];
}

/** What cannot be told where a column is made. */
function around({ table, column }: OfColumn, sides: Sides): readonly Piece[] {
  const rights = tablesOf(sides.to)
    .fact(table)
    ?.columnRights?.find((one) => one.column === column.name)?.rights;
  const owner = tablesOf(sides.to).fact(table)?.owner ?? null;
  return [
    ...settings({ table, column: { ...column, storage: column.storage! } }, sides),
    ...(rights
      ? rightsChange(
          { owner, rights: [] },
          {
            owner,
            rights: rights.filter(({ lost }) => !lost).map((right) => ({ ...right, column: column.name })),
          },
          calledTable(table),
          sides,
        )
      : []),
    ...says('', `COLUMN ${full(table)}.${id(column.name)}`, column.comment).map(({ sql }) => ({
      sql,
      because: 'new comment',
    })),
    ...identityAfter(undefined, { table, column }, sides),
  ];
}

/** Storage on servers that do not take it with the column, statistics target, options. */
export function settings({ table, column }: OfColumn, sides: Sides): readonly Piece[] {
  const set = (how: string): Piece => ({
    sql: `${alterTable(table, true)} ALTER COLUMN ${id(column.name)} SET ${how}`,
    because: 'how its values are kept and counted',
  });
  const options = tablesOf(sides.to).columnFact(table, column.name)?.options ?? [];
  return [
    ...(column.storage === undefined || sides.to.version >= 160_000
      ? []
      : [set(`STORAGE ${column.storage}`)]),
    ...(column.statistics === undefined ? [] : [set(`STATISTICS ${column.statistics}`)]),
    ...(options.length === 0 ? [] : [set(`(${options.map(option).join(', ')})`)]),
  ];
}

function dropped({ table, column }: OfColumn, sides: Sides): readonly Piece[] {
  const [from, to] = [tablesOf(sides.from), tablesOf(sides.to)];
  const inherited =
    (from.columnFact(table, column.name)?.ancestors ?? 0) > 0 &&
    parentsOf(table).some(
      (parent) => from.column(parent, column.name) && to.table(parent) && !to.column(parent, column.name),
    );
  if (inherited || typed({ table, column }, sides)) return [];
  const below = descendants(from, table).filter(
    (child) => (from.columnFact(child, column.name)?.ancestors ?? 0) > 0,
  );
  const kept = table.kind !== 'partitioned' && below.some((child) => to.column(child, column.name));
  const gone = [table, ...(kept ? [] : below)];
  return [
    {
      sql: `${alterTable(table, kept)} DROP COLUMN ${id(column.name)}`,
      because: 'no longer wanted',
      drops: gone.flatMap((of) => [
        keys.column(of, column.name),
        ...of.constraints
          .filter((constraint) => constraint.kind !== 'check' && constraint.columns.includes(column.name))
          .map(({ name }) => keys.constraint(of, name)),
        ...of.indexes
          .filter(
            ({ constraint, keys: parts, includes }) =>
              constraint === undefined && [...parts, ...includes].includes(column.name),
          )
          .map((index) => keys.index(index)),
      ]),
      ...(column.generated ? {} : { loses: `the values of the column ${column.name}` }),
    },
  ];
}
