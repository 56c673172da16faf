/** The entities of TypeORM: one class as active record and one description of its table each. */
import {
  doc,
  heading,
  importsUsed,
  indented,
  insertable,
  literal,
  optional,
  property,
  valueType,
} from '../../code/typescript.ts';
import type { Attribute, Entity, Models, Relation } from '../../model.ts';

/** Text of `schema.ts`; entities without a key are not among `entities`. */
export function schemaFile(models: Models, entities: readonly Entity[]): string {
  const body = [
    'export type Fields = { readonly [property: string]: true };',
    '',
    ...entities.flatMap((entity) => [...classOf(entity, models), ...descriptionOf(entity)]),
    `export const entities = [${entities.map(({ one }) => `${one}Schema`).join(', ')}];`,
    '',
  ];
  return [
    ...heading("The tables as TypeORM's entities: `Customer.find()` works as well as a repository."),
    ...importsUsed(body, [
      [['BaseEntity', 'EntitySchema'], 'typeorm'],
      [['type Json'], './values.js'],
      [models.enumerations.map(({ typeName }) => `type ${typeName}`), './enumerations.js'],
    ]),
    '',
    ...body,
  ].join('\n');
}

function typeOf(attribute: Attribute, models: Models): string {
  // TypeORM makes dates of times without a zone, in the zone of the program.
  const held =
    attribute.type.kind === 'local-instant'
      ? 'Date'
      : valueType(attribute.type, 'string', models.enumerations);
  return held + (attribute.nullable ? ' | null' : '');
}

function classOf(
  { typeName, one, table, comment, attributes, relations }: Entity,
  models: Models,
): readonly string[] {
  return [
    ...doc(`A row of ${table.schema}.${table.name}${comment ? `: ${comment}` : ''}`),
    `export class ${typeName} extends BaseEntity {`,
    ...attributes.flatMap((each) => [
      ...doc(each.comment, '  '),
      `  declare ${property(each.property)}: ${typeOf(each, models)};`,
    ]),
    ...relations.map(
      (relation) =>
        `  declare ${property(relation.property)}?: ${relation.kind === 'to-many' ? `${relation.to}[]` : `${relation.to} | null`};`,
    ),
    '}',
    '',
    ...doc('What an insert gives; what is left out gets its default.'),
    `export interface New${typeName} {`,
    ...insertable(attributes).map(
      (each) => `  readonly ${property(each.property)}${optional(each) ? '?' : ''}: ${typeOf(each, models)};`,
    ),
    '}',
    '',
    `export const ${one}Fields: Fields = { ${attributes.map((each) => `${property(each.property)}: true`).join(', ')} };`,
    '',
  ];
}

function descriptionOf(entity: Entity): readonly string[] {
  const { typeName, one, table, attributes, relations, uniques, checks } = entity;
  const plain = new Set(attributes.map(({ column }) => column));
  const indexes = entity.indexes.filter(
    (index) => index.method === 'btree' && index.keys.every((key) => plain.has(key)),
  );
  const properties = (columns: readonly string[]): string =>
    columns.map((column) => literal(attributes.find((each) => each.column === column)!.property)).join(', ');
  return [
    `export const ${one}Schema = new EntitySchema<${typeName}>({`,
    ...indented([
      `name: ${literal(typeName)},`,
      `target: ${typeName},`,
      `tableName: ${literal(table.name)},`,
      `schema: ${literal(table.schema)},`,
      'columns: {',
      ...indented(attributes.map((each) => `${property(each.property)}: { ${columnOf(entity, each)} },`)),
      '},',
      ...(relations.length > 0
        ? [
            'relations: {',
            ...indented(relations.map((each) => `${property(each.property)}: { ${relationOf(each)} },`)),
            '},',
          ]
        : []),
      ...list(
        'uniques',
        uniques.map(
          (unique) =>
            `{ name: ${literal(unique.name)}, columns: [${unique.attributes.map((each) => literal(each.property)).join(', ')}] }`,
        ),
      ),
      ...list(
        'indices',
        indexes.map(
          (index) =>
            `{ name: ${literal(index.name)}, columns: [${properties(index.keys)}], unique: ${index.unique}${index.predicate === undefined ? '' : `, where: ${literal(index.predicate)}`} }`,
        ),
      ),
      ...list(
        'checks',
        checks.map(
          (check) =>
            `{ name: ${literal(check.name)}, expression: ${literal(check.definition.replace(/^CHECK \((.*)\).*$/s, '$1'))} }`,
        ),
      ),
    ]),
    '});',
    '',
  ];
}

function list(name: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${name}: [`, ...indented(items.map((item) => `${item},`)), '],'];
}

function columnOf(entity: Entity, attribute: Attribute): string {
  const { column, type, nullable, identity, generated } = attribute;
  const element = type.element ?? type;
  return [
    `name: ${literal(column)}`,
    `type: ${literal(sqlType(element))}`,
    ...(type.element ? ['array: true'] : []),
    ...(element.enumeration
      ? [
          `enum: [${element.enumeration.labels.map(literal).join(', ')}]`,
          `enumName: ${literal(element.enumeration.name)}`,
        ]
      : []),
    ...(element.length === undefined ? [] : [`length: ${element.length}`]),
    ...(element.precision === undefined
      ? []
      : [`precision: ${element.precision}`, `scale: ${element.scale}`]),
    ...(entity.key.includes(attribute) ? ['primary: true'] : []),
    ...(nullable ? ['nullable: true'] : []),
    ...(identity ? ["generated: 'increment' as const"] : []),
    ...(generated ? ['insert: false', 'update: false'] : []),
    ...(attribute.default === undefined ? [] : [`default: () => ${literal(attribute.default)}`]),
  ].join(', ');
}

/** Types by the names that TypeORM knows; what it does not know travels as text. */
function sqlType({ base, kind }: Attribute['type']): string {
  if (kind === 'enum') return 'enum';
  const bare = base
    .replace(/\(.*?\)/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return knownTypes.has(bare) ? bare : 'text';
}

const knownTypes: ReadonlySet<string> = new Set([
  'smallint',
  'integer',
  'bigint',
  'numeric',
  'real',
  'double precision',
  'money',
  'character varying',
  'character',
  'text',
  'citext',
  'bytea',
  'bit',
  'bit varying',
  'timestamp without time zone',
  'timestamp with time zone',
  'date',
  'time without time zone',
  'time with time zone',
  'interval',
  'boolean',
  'cidr',
  'inet',
  'macaddr',
  'tsvector',
  'tsquery',
  'uuid',
  'xml',
  'json',
  'jsonb',
  'int4range',
  'int8range',
  'numrange',
  'tsrange',
  'tstzrange',
  'daterange',
]);

function relationOf(relation: Relation): string {
  const inverse = `target: ${literal(relation.to)}, inverseSide: ${literal(relation.inverse)}`;
  if (relation.kind === 'to-many') return `type: 'one-to-many', ${inverse}`;
  if (relation.kind === 'to-one-inverse') return `type: 'one-to-one', ${inverse}`;
  const joins = relation.from.map(
    (each, at) =>
      `{ name: ${literal(each.column)}, referencedColumnName: ${literal(relation.at[at]!.property)}, foreignKeyConstraintName: ${literal(relation.constraint)} }`,
  );
  return [
    `type: ${relation.single ? "'one-to-one'" : "'many-to-one'"}`,
    inverse,
    `joinColumn: [${joins.join(', ')}]`,
    `onDelete: ${literal(relation.onDelete.toUpperCase())} as const`,
  ].join(', ');
}
