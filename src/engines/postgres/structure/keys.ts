import { keyOf, printName } from '../../../catalog/identity.ts';
import type { Catalog, Constraint, Index, Name, Table, View } from '../../../catalog/model.ts';
import { full, id, partPath, says, tablePath, type Making } from './making.ts';
import { depths, parentsOf, type Rank } from './rank.ts';
import { tablesByName } from './tables.ts';

/** Indexes of one table or materialized view in the order in which they were made, those that serve constraints among them. */
export function indexesDdl(owner: Table | View, rank: Rank): readonly Making[] {
  const isTable = 'constraints' in owner;
  const path = isTable ? tablePath(owner) : `view ${printName(owner)}`;
  return rank('relation')(owner.indexes).flatMap((index) => {
    const constraint = isTable
      ? owner.constraints.find(({ name, kind }) => name === index.constraint && isKey(kind))
      : undefined;
    return [
      constraint
        ? {
            path: partPath(path, 'constraint', constraint.name),
            sql: `ALTER TABLE ONLY ${full(owner)} ADD CONSTRAINT ${id(constraint.name)} ${constraint.definition}`,
          }
        : {
            path: partPath(path, 'index', index.name),
            sql: index.definition,
            begins: /^CREATE (?:UNIQUE )?INDEX /,
          },
      ...indexSettings(owner, index, path, constraint !== undefined),
    ];
  });
}

function isKey(kind: Constraint['kind']): boolean {
  return kind === 'primary' || kind === 'unique' || kind === 'exclude';
}

function indexSettings(owner: Name, index: Index, table: string, ofConstraint: boolean): readonly Making[] {
  const path = partPath(table, 'index', index.name);
  // The definition of a constraint does not tell how its index is stored.
  const stored = ofConstraint
    ? / WITH \(((?:\w+=(?:'[\w.]*'|[\w.]+)(?:, )?)+)\)/.exec(index.definition)
    : null;
  const targets = /\/\* statistics ([\d=, ]+)\*\//.exec(index.definition)?.[1] ?? '';
  return [
    ...(stored ? [{ path, sql: `ALTER INDEX ${full(index)} SET (${stored[1]!})` }] : []),
    ...[...targets.matchAll(/(\d+) = (\d+)/g)].map(([, column, target]) => ({
      path,
      sql: `ALTER INDEX ${full(index)} ALTER COLUMN ${column!} SET STATISTICS ${target!}`,
    })),
    ...(index.definition.endsWith('/* clustered */')
      ? [{ path, sql: `ALTER TABLE ONLY ${full(owner)} CLUSTER ON ${id(index.name)}` }]
      : []),
    ...says(path, `INDEX ${full(index)}`, index.comment),
  ];
}

/** Statements that make indexes of partitions part of their parents' indexes, the deepest first. */
export function attachments(catalog: Catalog): readonly Making[] {
  const depth = depths(catalog);
  return catalog.tables
    .toSorted((a, b) => depth(b) - depth(a))
    .flatMap((table) =>
      table.indexes.flatMap((index) =>
        index.partOf
          ? [
              {
                path: `${partPath(tablePath(table), 'index', index.name)} part of`,
                sql: `ALTER INDEX ${full(index.partOf)} ATTACH PARTITION ${full(index)}`,
              },
            ]
          : [],
      ),
    );
}

/** Checks and not-null constraints that a table has of its own; what it inherits comes with its parents'. */
export function checksDdl(catalog: Catalog): readonly Making[] {
  return added(catalog, ({ kind, validated }) => kind === 'check' || (kind === 'not-null' && !validated));
}

/** Foreign keys, with the comments of all constraints behind them. */
export function referencesDdl(catalog: Catalog): readonly Making[] {
  return [
    ...added(catalog, ({ kind }) => kind === 'foreign'),
    ...catalog.tables.flatMap((table) =>
      table.constraints.flatMap((constraint) =>
        says(
          partPath(tablePath(table), 'constraint', constraint.name),
          `CONSTRAINT ${id(constraint.name)} ON ${full(table)}`,
          constraint.comment,
        ),
      ),
    ),
  ];
}

/**
 * What tables have of their own; what is their parents' comes with those. Children come first, since a parent takes in what it finds
 * there; only a second one of the same kind waits until the parent has made its own.
 */
function added(catalog: Catalog, wanted: (constraint: Constraint) => boolean): readonly Making[] {
  const depth = depths(catalog);
  const byName = tablesByName(catalog);
  const before: Making[] = [];
  const after: Making[] = [];
  for (const table of catalog.tables.toSorted((a, b) => depth(b) - depth(a))) {
    const above = parentsOf(table).flatMap((name) => byName.get(keyOf(name))?.constraints ?? []);
    // A table that was only later made a child kept what it had as its own.
    const heir = table.partitionOf !== undefined || table.columns.some((column) => column.inherited);
    const inherited = (constraint: Constraint): boolean =>
      heir && above.some((other) => isSame(constraint, other));
    const taken = new Set(table.constraints.filter(inherited).map(({ definition }) => definition));
    const own = table.constraints.filter((constraint) => wanted(constraint) && !inherited(constraint));
    before.push(
      ...together(
        table,
        own.filter(({ definition }) => !taken.has(definition)),
      ),
    );
    after.push(
      ...together(
        table,
        own.filter(({ definition }) => taken.has(definition)),
      ),
    );
  }
  return [...before, ...after];
}

/** One statement for all constraints of a table, which visits it once. */
function together(table: Table, constraints: readonly Constraint[]): readonly Making[] {
  if (constraints.length === 0) return [];
  const alter = `ALTER TABLE ${full(table)} `;
  const pieces = constraints.map((constraint) => ({
    path: partPath(tablePath(table), 'constraint', constraint.name),
    action: `ADD CONSTRAINT ${id(constraint.name)} ${constraint.definition}`,
  }));
  return [
    {
      path: tablePath(table),
      sql: alter + pieces.map(({ action }) => action).join(', '),
      pieces: pieces.map(({ path, action }) => ({ path, sql: alter + action })),
    },
  ];
}

/** A parent's constraint that reaches its children. */
function isSame(constraint: Constraint, above: Constraint): boolean {
  return (
    above.name === constraint.name &&
    above.kind === constraint.kind &&
    above.definition === constraint.definition &&
    !above.definition.endsWith(' NO INHERIT')
  );
}
