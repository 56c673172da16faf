/** Tables as models: names, keys, and relations in both directions. */
import { foreignKeysFrom, primaryKey } from '../catalog/find.ts';
import { keyOf } from '../catalog/identity.ts';
import type { Catalog, Table } from '../catalog/model.ts';
import type { DescribedTable, DescribedType } from '../engine/describe/model.ts';
import type { Quote } from '../engine/model.ts';
import type { Attribute, Entity, Enumeration, Relation } from './model.ts';
import {
  camel,
  capital,
  namer,
  pascal,
  plural,
  reservedProperties,
  reservedTypes,
  singular,
} from './naming.ts';

/** Entities of these tables, relations among them included; `described` gives the types of all columns. */
export function entitiesOf(
  catalog: Catalog,
  tables: readonly Table[],
  described: readonly DescribedTable[],
  quote: Quote,
): { readonly entities: readonly Entity[]; readonly enumerations: readonly Enumeration[] } {
  const types = namer(reservedTypes, 'Record');
  const bare = tables.map((table) => bareEntity(table, described, quote, (wanted) => types.take(wanted)));
  const entities = withRelations(catalog, bare);
  const enumerations = new Map<string, Enumeration>();
  for (const { attributes } of entities)
    for (const { type } of attributes) {
      const found = (type.element ?? type).enumeration;
      if (found && !enumerations.has(keyOf(found)))
        enumerations.set(keyOf(found), {
          type: { schema: found.schema, name: found.name },
          typeName: types.take(pascal(found.name)),
          labels: found.labels,
        });
    }
  return { entities, enumerations: [...enumerations.values()] };
}

interface Bare {
  readonly table: Table;
  readonly entity: Entity;
  /** Hands out further property names of the entity. */
  readonly properties: { take(wanted: string): string };
}

function bareEntity(
  table: Table,
  described: readonly DescribedTable[],
  quote: Quote,
  take: (wanted: string) => string,
): Bare {
  const last = table.name.match(/[A-Za-z]+(?=[^A-Za-z]*$)/)?.[0];
  const one = last ? table.name.slice(0, table.name.lastIndexOf(last)) + singular(last) : table.name;
  const typeName = take(pascal(one));
  const small = typeName.slice(0, 1).toLowerCase() + typeName.slice(1);
  const properties = namer(reservedProperties, 'Value');
  const types = described.find((each) => keyOf(each.table) === keyOf(table))?.columns ?? [];
  const attributes = table.columns.map((column): Attribute => ({
    column: column.name,
    sqlName: quote.identifier(column.name),
    property: properties.take(camel(column.name)),
    type: types.find((each) => each.name === column.name)?.type ?? unknownType(column.type),
    nullable: !column.notNull,
    ...(column.default === undefined ? {} : { default: column.default }),
    ...(column.identity === undefined ? {} : { identity: column.identity }),
    ...(column.generated === undefined ? {} : { generated: column.generated }),
    ...(column.comment === undefined ? {} : { comment: column.comment }),
  }));
  const named = (columns: readonly string[]): readonly Attribute[] =>
    columns.flatMap((column) => attributes.find((each) => each.column === column) ?? []);
  const primary = table.constraints.find(({ kind }) => kind === 'primary');
  return {
    table,
    properties,
    entity: {
      table: { schema: table.schema, name: table.name },
      sqlName: `${quote.identifier(table.schema)}.${quote.identifier(table.name)}`,
      typeName,
      one: small,
      many: plural(small),
      attributes,
      key: named(primaryKey(table)),
      ...(primary ? { keyName: primary.name } : {}),
      uniques: table.constraints
        .filter(({ kind }) => kind === 'unique')
        .map(({ name, columns }) => ({ name, attributes: named(columns) })),
      indexes: table.indexes.filter(
        (index) => index.constraint === undefined && index.valid && !index.primary,
      ),
      checks: table.constraints.filter(({ kind }) => kind === 'check'),
      relations: [],
      ...(table.comment === undefined ? {} : { comment: table.comment }),
    },
  };
}

function unknownType(type: string): DescribedType {
  return { type, base: type, kind: 'other' };
}

function withRelations(catalog: Catalog, bare: readonly Bare[]): readonly Entity[] {
  const relations = new Map(bare.map(({ table }) => [keyOf(table), [] as Relation[]]));
  const keys = bare.flatMap((child) =>
    foreignKeysFrom(catalog, child.table).flatMap((key) => {
      const parent = bare.find(({ table }) => key.to !== undefined && keyOf(table) === keyOf(key.to));
      return parent ? [{ child, parent, key }] : [];
    }),
  );
  for (const { child, parent, key } of keys) {
    const { columns, name } = key.constraint;
    const { references } = key;
    const from = attributesOf(child.entity, columns);
    const at = attributesOf(parent.entity, references.columns);
    // A key whose other side is a column that is not described cannot be followed.
    if (from.length !== columns.length || at.length !== references.columns.length) continue;
    const bareName = columns.length === 1 ? columns[0]!.replace(/[ _-]?(?:id|uuid|key)$/i, '') : '';
    const wanted = bareName !== '' && bareName !== columns[0] ? camel(bareName) : parent.entity.one;
    const property = child.properties.take(wanted);
    const single = isUnique(child.entity, from);
    const twins = keys.filter((other) => other.child === child && other.parent === parent).length > 1;
    const inverseName = single ? child.entity.one : child.entity.many;
    const inverse = parent.properties.take(
      twins || child === parent ? `${inverseName}By${capital(property)}` : inverseName,
    );
    const shared = { single, constraint: name, onDelete: references.onDelete, onUpdate: references.onUpdate };
    relations
      .get(keyOf(child.table))!
      .push({ ...shared, kind: 'to-one', property, inverse, to: parent.entity.typeName, from, at });
    relations.get(keyOf(parent.table))!.push({
      ...shared,
      kind: single ? 'to-one-inverse' : 'to-many',
      property: inverse,
      inverse: property,
      to: child.entity.typeName,
      from: at,
      at: from,
    });
  }
  return bare.map(({ table, entity }) => ({ ...entity, relations: relations.get(keyOf(table))! }));
}

function attributesOf(entity: Entity, columns: readonly string[]): readonly Attribute[] {
  return columns.flatMap((column) => entity.attributes.find((each) => each.column === column) ?? []);
}

function isUnique(entity: Entity, attributes: readonly Attribute[]): boolean {
  const wanted = new Set(attributes);
  const keys = [
    entity.key,
    ...entity.uniques.map((unique) => unique.attributes),
    ...entity.indexes
      .filter((index) => index.unique && index.predicate === undefined)
      .map((index) => attributesOf(entity, index.keys)),
  ];
  return keys.some((key) => key.length === wanted.size && key.every((each) => wanted.has(each)));
}
