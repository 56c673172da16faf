import { printName } from '../../../../catalog/identity.ts';
import type { Index, Name, Table, View } from '../../../../catalog/model.ts';
import { full, id, partPath, tablePath } from '../../structure/making.ts';
import { keys, names } from '../keys.ts';
import type { Kind, Piece, Side, Sides, Thing } from '../model.ts';
import { attach } from './constraints.ts';
import { coreOf, indexChanges, indexRest } from './index-settings.ts';
import { INDEX_FACTS, tablesOf } from './table-facts.ts';

/** An index that serves no constraint, with its table or materialized view. */
export interface OfIndex {
  readonly owner: Table | View;
  readonly index: Index;
}

/** Indexes of tables and materialized views, those of constraints left out. */
export const indexes: Kind<OfIndex> = {
  kind: 'index',
  query: () => INDEX_FACTS,
  follows: true,
  list: (side) => [
    ...side.catalog.tables.flatMap((table) => listed(side, table)),
    ...side.catalog.views.flatMap((view) => listed(side, view)),
  ],
  make: ({ object: { owner, index } }, sides) => [
    ...created(owner, index, sides),
    ...indexRest(owner, index, sides),
    ...(isTable(owner) ? attach(owner, index) : []),
  ],
  drop: ({ object: { index } }, sides) => [
    {
      sql: `DROP INDEX ${full(index)}`,
      because: 'no longer wanted',
      drops: [index, ...partsBelow(sides.from, index)].map((part) => keys.index(part)),
    },
  ],
  alter: ({ object: before }, { object: after }, sides) => {
    const change = indexChanges(after.owner, before.index, after.index, sides);
    if (change === 'replace') return 'replace';
    return [
      ...change,
      ...(after.index.partOf && !before.index.partOf && isTable(after.owner)
        ? attach(after.owner, after.index)
        : []),
    ];
  },
  renames: {
    kind: 'index',
    free: true,
    name: ({ object }) => printName(object.index),
    place: ({ object }) => printName(object.owner),
    likeness: ({ object: before }, { object: after }) =>
      nameless(before.index) === nameless(after.index) ? 1 : 0,
    called: (thing, name) => ({
      ...thing,
      object: { ...thing.object, index: { ...thing.object.index, name } },
    }),
    statements: ({ object }, to) => [`ALTER INDEX ${full(object.index)} RENAME TO ${id(to.name)}`],
  },
};

/** What an index is apart from its name. */
function nameless(index: Index): string {
  return coreOf(index).replace(`INDEX ${id(index.name)} ON`, 'INDEX ON');
}

function isTable(owner: Table | View): owner is Table {
  return 'constraints' in owner;
}

function listed(side: Side, owner: Table | View): readonly Thing<OfIndex>[] {
  const path = isTable(owner) ? tablePath(owner) : `view ${printName(owner)}`;
  return owner.indexes
    .filter(({ constraint }) => constraint === undefined)
    .map((index) => {
      const above = index.partOf && keys.index(index.partOf);
      return {
        key: keys.index(index),
        path: partPath(path, 'index', index.name),
        object: { owner, index },
        partOf: isTable(owner) ? keys.table(owner) : keys.view(owner),
        names: [names.relation(index)],
        ...(above === undefined ? {} : { needs: [above] }),
      };
    });
}

/** Partitions without a part of an index are partitions before it is made, so that they get none. */
function partless(owner: Table | View, index: Index, side: Side): readonly string[] {
  const tables = tablesOf(side);
  const having = new Set(tables.partsOf(index).map((part) => keys.table(part.table)));
  return tables
    .children(owner)
    .filter((child) => !having.has(keys.table(child)))
    .map((child) => keys.parent(child, owner));
}

function created(owner: Table | View, index: Index, sides: Sides): readonly Piece[] {
  const fact = tablesOf(sides.to).indexFact(index);
  const core = coreOf(index);
  const options = fact?.options ?? [];
  const where = / WHERE \([\s\S]*\)$/.exec(core);
  const head = where ? core.slice(0, where.index) : core;
  // The place of an index comes before its condition.
  const middle = [
    ...(options.length === 0
      ? []
      : [
          ` WITH (${options.map((one) => one.replace(/=(.*)$/s, (_all, value: string) => `='${value}'`)).join(', ')})`,
        ]),
    ...(fact?.tablespace ? [` TABLESPACE ${id(fact.tablespace)}`] : []),
  ].join('');
  return [
    {
      sql: `${head}${middle}${where?.[0] ?? ''}`,
      because: 'new index',
      ...(isTable(owner) && owner.kind === 'partitioned' ? { needs: partless(owner, index, sides.to) } : {}),
    },
  ];
}

function partsBelow(side: Side, index: Name): readonly Index[] {
  return tablesOf(side)
    .partsOf(index)
    .flatMap((part) => [part.index, ...partsBelow(side, part.index)]);
}
