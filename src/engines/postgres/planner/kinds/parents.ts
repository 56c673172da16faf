import { printPart } from '../../../../catalog/identity.ts';
import type { Name, Table } from '../../../../catalog/model.ts';
import { full, tablePath } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind, Side, Thing } from '../model.ts';
import { tablesOf } from './table-facts.ts';

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
        to.column(parent, name) && to.columnFact(child, name)?.local === false && from.column(child, name),
    );
    return foreign.length === 0
      ? undefined
      : `a table that exists keeps its columns as its own when it becomes a child: ${foreign.map(({ name }) => printPart(name)).join(', ')}`;
  },
  make: ({ object: { child, parent, bound } }, sides) => {
    const before = tablesOf(sides.from).table(parent);
    return [
      {
        sql:
          bound === undefined
            ? `ALTER TABLE ${full(child)} INHERIT ${full(parent)}`
            : `ALTER TABLE ${full(parent)} ATTACH PARTITION ${full(child)} ${bound}`,
        because: bound === undefined ? 'a child of the table' : 'a partition of the table',
        // Columns have to be the same before.
        after: [
          ...(before?.columns ?? []).map(({ name }) => keys.column(parent, name)),
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
  alter: (before, after) => (before.object.bound === after.object.bound ? [] : 'replace'),
  // Columns and constraints go from parent and child at once.
  without: (before, after, gone) =>
    before.object.bound === after.object.bound && !gone.some((key) => key.startsWith('table ')) ? [] : 'replace',
};

function kinships(table: Table): readonly Kinship[] {
  return table.partitionOf
    ? [{ child: table, parent: table.partitionOf, bound: table.partitionOf.bound }]
    : table.inherits.map((parent) => ({ child: table, parent }));
}

function thingOf(side: Side, kinship: Kinship): Thing<Kinship> {
  const { child, parent, bound } = kinship;
  const above = tablesOf(side).table(parent);
  const shared = new Set(above?.columns.map(({ name }) => name));
  return {
    key: keys.parent(child, parent),
    path: `${tablePath(child)} ${bound === undefined ? 'inherits' : 'partition of'}`,
    object: kinship,
    partOf: keys.table(child),
    needs: [
      keys.table(parent),
      ...[...shared].map((column) => keys.column(parent, column)),
      ...child.columns.filter(({ name }) => shared.has(name)).map(({ name }) => keys.column(child, name)),
      // What the parent has already is found on a new partition, and not made a second time.
      ...child.indexes
        .filter(({ partOf }) => partOf !== undefined)
        .map((index) =>
          index.constraint === undefined ? keys.index(index) : keys.constraint(child, index.constraint),
        ),
      ...child.constraints
        .filter(
          ({ kind, name }) =>
            (kind === 'check' || kind === 'not-null') &&
            (tablesOf(side).constraintFact(child, name)?.ancestors ?? 0) > 0,
        )
        .map(({ name }) => keys.constraint(child, name)),
    ],
  };
}
