/** The models of Sequelize, defined on a connection so that one program can have several. */
import { rowInterfaces } from '../../code/rows.ts';
import { doc, heading, importsUsed, indented, kindOf, literal, property } from '../../code/typescript.ts';
import type { Attribute, Entity, Models, Relation } from '../../model.ts';

/** Text of `schema.ts`. */
export function schemaFile(models: Models, entities: readonly Entity[]): string {
  const body = [
    ...entities.flatMap((entity) => [
      // An active record is changed and saved.
      ...rowInterfaces(entity, models.enumerations, 'string').map((line) =>
        line.replace(/^ {2}readonly /, '  '),
      ),
      ...recordOf(entity),
      `export const ${entity.one}Fields: Fields = { ${entity.attributes.map((each) => `${property(each.property)}: true`).join(', ')} };`,
      '',
    ]),
    'export type Fields = { readonly [property: string]: true };',
    '',
    'export interface Tables {',
    ...entities.map(({ one, typeName }) => `  readonly ${one}: ModelStatic<${typeName}Record>;`),
    '}',
    '',
    ...doc('Defines the models and their associations on a connection.'),
    'export function defineTables(sequelize: Sequelize): Tables {',
    ...indented(entities.flatMap(definition)),
    ...indented(
      entities.flatMap((entity) =>
        entity.relations.map((relation) => association(entity, relation, entities)),
      ),
    ),
    `  return { ${entities.map(({ one }) => one).join(', ')} };`,
    '}',
    '',
  ];
  return [
    ...heading("The tables as Sequelize's active records."),
    ...importsUsed(body, [
      [['DataTypes', 'type Model', 'type ModelStatic', 'type Sequelize'], 'sequelize'],
      [['decode', 'type Json'], './values.js'],
      [models.enumerations.map(({ typeName }) => `type ${typeName}`), './enumerations.js'],
    ]),
    '',
    ...body,
  ].join('\n');
}

function recordOf({ typeName, relations }: Entity): readonly string[] {
  return [
    `export interface ${typeName}Record extends Model<${typeName}, New${typeName}>, ${typeName} {`,
    ...relations.map(
      (relation) =>
        `  ${property(relation.property)}?: ${relation.kind === 'to-many' ? `${relation.to}Record[]` : `${relation.to}Record | null`};`,
    ),
    '}',
    '',
  ];
}

function definition(entity: Entity): readonly string[] {
  const { one, typeName, table, attributes } = entity;
  const plain = new Set(attributes.map(({ column }) => column));
  const indexes = [
    ...entity.uniques.map(
      ({ name, attributes: unique }) =>
        `{ name: ${literal(name)}, unique: true, fields: [${unique.map(({ column }) => literal(column)).join(', ')}] }`,
    ),
    ...entity.indexes
      .filter((index) => index.predicate === undefined && index.keys.every((key) => plain.has(key)))
      .map(
        (index) =>
          `{ name: ${literal(index.name)}, unique: ${index.unique}, using: ${literal(index.method)}, fields: [${index.keys.map(literal).join(', ')}] }`,
      ),
  ];
  return [
    `const ${one} = sequelize.define<${typeName}Record>(${literal(typeName)}, {`,
    ...indented(attributes.map((each) => `${property(each.property)}: { ${attributeOf(entity, each)} },`)),
    '}, {',
    ...indented([
      `tableName: ${literal(table.name)},`,
      `schema: ${literal(table.schema)},`,
      'timestamps: false,',
      ...(indexes.length > 0 ? [`indexes: [${indexes.join(', ')}],`] : []),
    ]),
    '});',
    ...(entity.key.length === 0 ? [`${one}.removeAttribute('id');`] : []),
  ];
}

function attributeOf(entity: Entity, attribute: Attribute): string {
  const { column, type, nullable, identity, property: name } = attribute;
  const filled =
    attribute.default !== undefined || identity !== undefined || attribute.generated !== undefined;
  return [
    `type: ${dataType(type)}`,
    `field: ${literal(column)}`,
    // What the server fills in may be absent when the record is made.
    `allowNull: ${nullable || filled}`,
    ...(entity.key.includes(attribute) ? ['primaryKey: true'] : []),
    ...(identity ? ['autoIncrement: true', 'autoIncrementIdentity: true'] : []),
    ...(needsDecoding(type)
      ? [`get() { return decode(${literal(kindOf(type))}, this.getDataValue(${literal(name)})); }`]
      : []),
    // Sequelize would write the numbers of a plain byte array as text.
    ...(type.kind === 'bytes'
      ? [
          `set(value: Uint8Array | null) { this.setDataValue(${literal(name)}, value === null ? null : Buffer.from(value)); }`,
        ]
      : []),
  ].join(', ');
}

/** Values that the driver hands over in a form of its own. */
function needsDecoding(type: Attribute['type']): boolean {
  return ['interval', 'local-instant', 'bigint', 'decimal'].includes((type.element ?? type).kind);
}

function dataType(type: Attribute['type']): string {
  if (type.element) return `DataTypes.ARRAY(${dataType(type.element)})`;
  switch (type.kind) {
    case 'integer':
      return type.base === 'smallint' ? 'DataTypes.SMALLINT' : 'DataTypes.INTEGER';
    case 'bigint':
      return 'DataTypes.BIGINT';
    case 'float':
      return type.base === 'real' ? 'DataTypes.REAL' : 'DataTypes.DOUBLE';
    case 'decimal':
      return type.precision === undefined
        ? 'DataTypes.DECIMAL'
        : `DataTypes.DECIMAL(${type.precision}, ${type.scale})`;
    case 'boolean':
      return 'DataTypes.BOOLEAN';
    case 'date':
      return 'DataTypes.DATEONLY';
    case 'time':
      return 'DataTypes.TIME';
    case 'instant':
      return 'DataTypes.DATE';
    case 'uuid':
      return 'DataTypes.UUID';
    case 'json':
      return type.base === 'json' ? 'DataTypes.JSON' : 'DataTypes.JSONB';
    case 'bytes':
      return "DataTypes.BLOB('long')";
    case 'enum':
      return `DataTypes.ENUM(${type.enumeration!.labels.map(literal).join(', ')})`;
    case 'text':
      return type.length === undefined ? 'DataTypes.TEXT' : `DataTypes.STRING(${type.length})`;
    default:
      return 'DataTypes.STRING';
  }
}

function association(entity: Entity, relation: Relation, entities: readonly Entity[]): string {
  const to = entities.find(({ typeName }) => typeName === relation.to)!;
  const [from] = relation.from;
  const [at] = relation.at;
  const key = relation.kind === 'to-one' ? from! : at!;
  const other =
    relation.kind === 'to-one'
      ? `targetKey: ${literal(at!.property)}`
      : `sourceKey: ${literal(from!.property)}`;
  const method = { 'to-one': 'belongsTo', 'to-many': 'hasMany', 'to-one-inverse': 'hasOne' }[relation.kind];
  return `${entity.one}.${method}(${to.one}, { as: ${literal(relation.property)}, foreignKey: ${literal(key.property)}, ${other}, constraints: false });`;
}
