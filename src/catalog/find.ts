import { keyOf, parseName, sameName } from './identity.ts';
import type { Catalog, Column, Constraint, Index, Name, Table } from './model.ts';

/** A foreign key with the tables on both sides; `to` is absent when the catalog does not hold it. */
export interface ForeignKey {
  readonly constraint: Constraint;
  readonly from: Table;
  readonly to: Table | undefined;
  readonly references: NonNullable<Constraint['references']>;
}

/** The table a name means: `users`, `public.users`, `"Users"`. Without a schema `public` comes first, then the only schema that has one. */
export function findTable(catalog: Catalog, name: string | Name): Table | undefined {
  return findIn(catalog.tables, name);
}

function findIn<T extends Name>(objects: readonly T[], name: string | Name): T | undefined {
  if (typeof name !== 'string') return objects.find((object) => sameName(object, name));
  const written = parseName(name);
  const lookFor = (schema: string | undefined, wanted: string): T | undefined => {
    const found = objects.filter(
      (object) => object.name === wanted && (schema === undefined || object.schema === schema),
    );
    return found.length === 1 ? found[0] : found.find((object) => object.schema === 'public');
  };
  const exact = lookFor(written.schema, written.name);
  return (
    exact ?? (written.quoted ? undefined : lookFor(written.schema?.toLowerCase(), written.name.toLowerCase()))
  );
}

/** The column a name means; an unquoted name that is not there as written is looked for in lower case. */
export function findColumn(table: Table, name: string): Column | undefined {
  const { name: wanted, quoted } = parseName(name);
  const named = (text: string) => table.columns.find((column) => column.name === text);
  return named(name) ?? named(wanted) ?? (quoted ? undefined : named(wanted.toLowerCase()));
}

/** Columns of the primary key in order; empty when there is none. */
export function primaryKey(table: Table): readonly string[] {
  return table.constraints.find((constraint) => constraint.kind === 'primary')?.columns ?? [];
}

/** Column lists that are unique for every row: primary key, unique constraints, whole unique indexes on plain columns. */
export function uniqueKeys(table: Table): readonly (readonly string[])[] {
  const columns = new Set(table.columns.map((column) => column.name));
  const keys = table.constraints
    .filter(({ kind }) => kind === 'primary' || kind === 'unique')
    .map((constraint) => constraint.columns);
  const indexes = table.indexes
    .filter(
      (index) =>
        index.unique &&
        index.valid &&
        index.predicate === undefined &&
        index.keys.every((key) => columns.has(key)),
    )
    .map((index) => index.keys);
  return [...new Map([...keys, ...indexes].map((key) => [JSON.stringify(key), key])).values()];
}

/** Foreign keys that the table declares. */
export function foreignKeysFrom(catalog: Catalog, table: Table): readonly ForeignKey[] {
  return table.constraints.flatMap((constraint) =>
    constraint.kind === 'foreign' && constraint.references
      ? [
          {
            constraint,
            from: table,
            to: findTable(catalog, constraint.references),
            references: constraint.references,
          },
        ]
      : [],
  );
}

/** Foreign keys of any table that point at this one, its own included. */
export function foreignKeysTo(catalog: Catalog, table: Name): readonly ForeignKey[] {
  return catalog.tables.flatMap((from) =>
    foreignKeysFrom(catalog, from).filter(({ references }) => sameName(references, table)),
  );
}

/** A valid, whole b-tree index whose first keys are these columns, in any order among them: what a lookup by them needs. */
export function leadingIndex(table: Table, columns: readonly string[]): Index | undefined {
  const wanted = new Set(columns);
  return table.indexes.find(
    (index) =>
      index.valid &&
      index.method === 'btree' &&
      index.predicate === undefined &&
      columns.length > 0 &&
      index.keys.length >= wanted.size &&
      index.keys.slice(0, wanted.size).every((key) => wanted.has(key)),
  );
}

/** Partitions and children of a table, nearest first, all levels. */
export function descendants(catalog: Catalog, table: Name): readonly Table[] {
  const found: Table[] = [];
  const seen = new Set([keyOf(table)]);
  let parents: readonly Name[] = [table];
  while (parents.length > 0) {
    const level = catalog.tables.filter(
      (child) =>
        !seen.has(keyOf(child)) &&
        [...(child.partitionOf ? [child.partitionOf] : []), ...child.inherits].some((parent) =>
          parents.some((name) => sameName(name, parent)),
        ),
    );
    for (const child of level) seen.add(keyOf(child));
    found.push(...level);
    parents = level;
  }
  return found;
}

/** Tables one foreign key away, in either direction, without the table itself. */
export function neighbours(catalog: Catalog, table: Table): readonly Table[] {
  const near = [
    ...foreignKeysFrom(catalog, table).flatMap(({ to }) => (to ? [to] : [])),
    ...foreignKeysTo(catalog, table).map(({ from }) => from),
  ].filter((other) => !sameName(other, table));
  return [...new Map(near.map((other) => [keyOf(other), other])).values()];
}

/** Column that holds the time of a key or a reference between periods, on the side of the constraint's own table; undefined for others. */
export function periodOf({
  definition,
  columns,
}: Pick<Constraint, 'definition' | 'columns'>): string | undefined {
  return /, PERIOD [^)]*\) REFERENCES | WITHOUT OVERLAPS\)/.test(definition) ? columns.at(-1) : undefined;
}
