import { printPart } from '../../../../catalog/identity.ts';
import type { Name, Table } from '../../../../catalog/model.ts';
import { full, tablePath } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind, Side, Sides, Thing } from '../model.ts';
import { staysChild, tablesOf } from './table-facts.ts';

/** That a table is a partition or a child of another one. */
export interface Kinship {
  readonly child: Table;
  readonly parent: Name;
  /** `FOR VALUES …` of a partition. */
  readonly bound?: string;
}

/** Partitions and their parents, children and theirs. */
export const parents: Kind<Kinship> = {
  kind: 'parent',
  list: (side) => side.catalog.tables.flatMap((table) => kinships(table).map((one) => thingOf(side, one))),
  refuses: ({ object: { child, parent, bound } }, does, sides) => {
    const [from, to] = [tablesOf(sides.from), tablesOf(sides.to)];
    if (does === 'drop' || bound !== undefined || !from.table(child)) return undefined;
    const foreign = child.columns.filter(
      ({ name }) =>
        to.column(parent, name) &&
        to.columnFact(child, name)?.local === false &&
        !child.inherits.some((other) => to.column(other, name) && staysChild(from, child, other)),
    );
    return foreign.length === 0
      ? undefined
      : `a table that exists keeps its columns as its own when it becomes a child: ${foreign.map(({ name }) => printPart(name)).join(', ')}`;
  },
  make: ({ object }, sides) => {
    const { child, parent, bound } = object;
    const old = tablesOf(sides.from).table(parent);
    return [
      {
        sql:
          bound === undefined
            ? `ALTER TABLE ${full(child)} INHERIT ${full(parent)}`
            : `ALTER TABLE ${full(parent)} ATTACH PARTITION ${full(child)} ${bound}`,
        because: bound === undefined ? 'a child of the table' : 'a partition of the table',
        needs: before(object, sides.to),
        // Columns have to be the same before.
        after: [
          ...(old?.columns ?? []).map(({ name }) => keys.column(parent, name)),
          ...(tablesOf(sides.from).table(child)?.columns ?? []).map(({ name }) => keys.column(child, name)),
        ],
      },
    ];
  },
  drop: ({ object: { child, parent, bound } }) => [
    {
      sql:
        bound === undefined
          ? `ALTER TABLE ${full(child)} NO INHERIT ${full(parent)}`
          : `ALTER TABLE ${full(parent)} DETACH PARTITION ${full(child)}`,
      because: bound === undefined ? 'a child of the table no longer' : 'a partition of the table no longer',
    },
  ],
  alter: ({ object: before }, { object: after }, sides) =>
    before.bound === after.bound && !becomesOwn(after, sides) ? [] : 'replace',
  // Columns and constraints go from parent and child at once.
  without: ({ object: before }, { object: after }, gone, sides) =>
    before.bound === after.bound && !becomesOwn(after, sides) && !gone.some((key) => key.startsWith('table '))
      ? []
      : 'replace',
};

function kinships(table: Table): readonly Kinship[] {
  return table.partitionOf
    ? [{ child: table, parent: table.partitionOf, bound: table.partitionOf.bound }]
    : table.inherits.map((parent) => ({ child: table, parent }));
}

function thingOf(_side: Side, kinship: Kinship): Thing<Kinship> {
  const { child, parent, bound } = kinship;
  return {
    key: keys.parent(child, parent),
    path: `${tablePath(child)} ${bound === undefined ? 'inherits' : 'partition of'}`,
    object: kinship,
    partOf: keys.table(child),
    needs: [keys.table(parent)],
  };
}

/** What has to be there before: a child has its parent's columns and checks, and what the parent has already is not made on it a second time. */
function before({ child, parent }: Kinship, side: Side): readonly string[] {
  const tables = tablesOf(side);
  const shared = child.columns.filter(({ name }) => tables.column(parent, name));
  return [
    ...shared.flatMap(({ name }) => [keys.column(parent, name), keys.column(child, name)]),
    ...child.indexes
      .filter(({ partOf }) => partOf !== undefined)
      .map((index) =>
        index.constraint === undefined ? keys.index(index) : keys.constraint(child, index.constraint),
      ),
    ...child.constraints
      .filter(
        ({ kind, name }) =>
          (kind === 'check' || kind === 'not-null') &&
          (tables.constraintFact(child, name)?.ancestors ?? 0) > 0,
      )
      .map(({ name }) => keys.constraint(child, name)),
  ];
}

/** A child that leaves its parent and comes back has all its columns as its own too. */
export function becomesOwn({ child, parent, bound }: Kinship, sides: Sides): boolean {
  if (bound !== undefined) return false;
  const [from, to] = [tablesOf(sides.from), tablesOf(sides.to)];
  const shared = child.columns.filter(({ name }) => to.column(parent, name) && from.column(child, name));
  return (
    shared.some(
      ({ name }) => from.columnFact(child, name)?.local === false && to.columnFact(child, name)?.local,
    ) && shared.every(({ name }) => to.columnFact(child, name)?.local === true)
  );
}
