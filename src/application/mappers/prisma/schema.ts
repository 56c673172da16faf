/** The schema file of Prisma. */
import { keysOf } from '../../index-keys.ts';
import type { Attribute, Entity, Enumeration, Models, Relation } from '../../model.ts';
import { camel, namer } from '../../naming.ts';

/** Text of `schema.prisma`; entities without a key are not among `entities`. */
export function schemaFile(models: Models, entities: readonly Entity[]): string {
  const enumerations = models.enumerations.filter(({ type }) =>
    entities.some(({ attributes }) =>
      attributes.some((each) => {
        const found = (each.type.element ?? each.type).enumeration;
        return found?.schema === type.schema && found.name === type.name;
      }),
    ),
  );
  const schemas = [
    ...new Set(
      [...entities.map(({ table }) => table), ...enumerations.map(({ type }) => type)].map(
        ({ schema }) => schema,
      ),
    ),
  ];
  return [
    "// The tables in Prisma's words.",
    '// Written by dbd from the catalog and the task; a later run overwrites it.',
    '',
    'generator client {',
    '  provider            = "prisma-client"',
    '  output              = "./generated"',
    '  runtime             = "nodejs"',
    '  moduleFormat        = "esm"',
    '  importFileExtension = "js"',
    '}',
    '',
    'datasource db {',
    `  provider = ${quoted(models.engine)}`,
    `  schemas  = [${(schemas.length > 0 ? schemas : ['public']).map(quoted).join(', ')}]`,
    '}',
    '',
    ...entities.flatMap((entity) => modelOf(entity, enumerations)),
    ...enumerations.flatMap(enumOf),
  ].join('\n');
}

/** A text constant of the schema language. */
export function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`;
}

function modelOf(entity: Entity, enumerations: readonly Enumeration[]): readonly string[] {
  const { typeName, table, comment, attributes } = entity;
  const fields = attributes.map((attribute) => fieldOf(entity, attribute, enumerations));
  const relations = entity.relations.map(relationOf);
  const rows = [...fields, ...relations];
  const widths = [0, 1].map((at) => Math.max(...rows.map((row) => row[at]!.length)));
  return [
    ...(comment ? [`/// ${comment.replaceAll(/\s+/g, ' ')}`] : []),
    `model ${typeName} {`,
    ...rows.map(([name, type, rest]) =>
      `  ${name.padEnd(widths[0]!)} ${type.padEnd(widths[1]!)} ${rest}`.trimEnd(),
    ),
    '',
    ...constraintsOf(entity).map((line) => `  ${line}`),
    `  @@map(${quoted(table.name)})`,
    `  @@schema(${quoted(table.schema)})`,
    '}',
    '',
  ];
}

type Row = readonly [name: string, type: string, rest: string];

function fieldOf(entity: Entity, attribute: Attribute, enumerations: readonly Enumeration[]): Row {
  const { column, property, type, nullable, identity, generated } = attribute;
  const element = type.element ?? type;
  const [base, native] = typeOf(element, enumerations);
  // A list cannot be absent in Prisma: it reads null as an empty one.
  const mark = type.element ? '[]' : nullable ? '?' : '';
  const single = entity.key.length === 1 && entity.key[0] === attribute;
  const unsupported = base.startsWith('Unsupported');
  const rest = [
    ...(single ? [`@id${entity.keyName ? `(map: ${quoted(entity.keyName)})` : ''}`] : []),
    ...(identity !== undefined && base !== 'String' ? ['@default(autoincrement())'] : []),
    ...(identity === undefined && (attribute.default !== undefined || (generated && !nullable))
      ? [defaultOf(attribute)]
      : []),
    ...(property === column ? [] : [`@map(${quoted(column)})`]),
    ...(native === undefined || unsupported ? [] : [`@db.${native}`]),
  ];
  return [property, `${base}${mark}`, rest.join(' ')];
}

function defaultOf({ default: written, type }: Attribute): string {
  if (written === undefined) return '@default(dbgenerated())';
  if (written.startsWith('nextval(') && ['integer', 'bigint'].includes(type.kind))
    return '@default(autoincrement())';
  if (['instant', 'local-instant'].includes(type.kind) && /^(?:now\(\)|CURRENT_TIMESTAMP)$/i.test(written))
    return '@default(now())';
  if (type.kind === 'boolean' && /^(?:true|false)$/.test(written)) return `@default(${written})`;
  if (type.kind === 'integer' && /^-?\d+$/.test(written)) return `@default(${written})`;
  return `@default(dbgenerated(${quoted(written)}))`;
}

function typeOf(
  { kind, base, length, precision, scale, enumeration }: Attribute['type'],
  enumerations: readonly Enumeration[],
): readonly [type: string, native?: string] {
  const digits = /\(\d\)/.exec(base)?.[0] ?? '';
  switch (kind) {
    case 'integer':
      return ['Int', base === 'smallint' ? 'SmallInt' : base === 'oid' ? 'Oid' : 'Integer'];
    case 'bigint':
      return ['BigInt', 'BigInt'];
    case 'float':
      return ['Float', base === 'real' ? 'Real' : 'DoublePrecision'];
    case 'decimal':
      return ['Decimal', precision === undefined ? 'Decimal' : `Decimal(${precision}, ${scale})`];
    case 'boolean':
      return ['Boolean', 'Boolean'];
    case 'text':
      if (base === 'text') return ['String', 'Text'];
      if (base === 'citext') return ['String', 'Citext'];
      if (base.startsWith('character varying'))
        return ['String', length === undefined ? 'VarChar' : `VarChar(${length})`];
      return base.startsWith('character(') ? ['String', `Char(${length})`] : [`Unsupported(${quoted(base)})`];
    case 'uuid':
      return ['String', 'Uuid'];
    case 'date':
      return ['DateTime', 'Date'];
    case 'time':
      return ['DateTime', base.includes('with time zone') ? `Timetz${digits}` : `Time${digits}`];
    case 'instant':
      return ['DateTime', `Timestamptz${digits}`];
    case 'local-instant':
      return ['DateTime', `Timestamp${digits}`];
    case 'json':
      return ['Json', base === 'json' ? 'Json' : 'JsonB'];
    case 'bytes':
      return ['Bytes', 'ByteA'];
    case 'enum': {
      const found = enumerations.find(
        ({ type }) => type.schema === enumeration!.schema && type.name === enumeration!.name,
      );
      return found ? [found.typeName] : [`Unsupported(${quoted(base)})`];
    }
    default:
      return (
        { inet: ['String', 'Inet'] as const, xml: ['String', 'Xml'] as const }[base] ?? [
          `Unsupported(${quoted(base)})`,
        ]
      );
  }
}

/** Whether Prisma's client knows the attribute at all. */
export function isSupported(attribute: Attribute, enumerations: readonly Enumeration[]): boolean {
  return !typeOf(attribute.type.element ?? attribute.type, enumerations)[0].startsWith('Unsupported');
}

function relationOf(relation: Relation): Row {
  const name = quoted(relation.constraint);
  if (relation.kind === 'to-many') return [relation.property, `${relation.to}[]`, `@relation(${name})`];
  if (relation.kind === 'to-one-inverse') return [relation.property, `${relation.to}?`, `@relation(${name})`];
  const optional = relation.from.some(({ nullable }) => nullable);
  const actions = {
    'no action': 'NoAction',
    restrict: 'Restrict',
    cascade: 'Cascade',
    'set null': 'SetNull',
    'set default': 'SetDefault',
  };
  const list = (attributes: readonly Attribute[]): string =>
    attributes.map(({ property }) => property).join(', ');
  return [
    relation.property,
    `${relation.to}${optional ? '?' : ''}`,
    `@relation(${name}, fields: [${list(relation.from)}], references: [${list(relation.at)}], onDelete: ${actions[relation.onDelete]}, onUpdate: ${actions[relation.onUpdate]}, map: ${name})`,
  ];
}

function constraintsOf(entity: Entity): readonly string[] {
  const { attributes, key, keyName, uniques, indexes } = entity;
  const list = (some: readonly Attribute[]): string => some.map(({ property }) => property).join(', ');
  return [
    ...(key.length > 1 ? [`@@id([${list(key)}]${keyName ? `, map: ${quoted(keyName)}` : ''})`] : []),
    ...uniques.map(({ name, attributes: some }) => `@@unique([${list(some)}], map: ${quoted(name)})`),
    ...indexes.map((index) => {
      const keys = (keysOf(index.definition) ?? []).map((text, at) => {
        const found = attributes.find(({ column }) => column === index.keys[at]);
        const rest = text.replace(/^(?:"(?:[^"]|"")*"|\w+)/, '').trim();
        if (!found || !['', 'DESC', 'DESC NULLS FIRST', 'ASC'].includes(rest)) return undefined;
        return rest.startsWith('DESC') ? `${found.property}(sort: Desc)` : found.property;
      });
      const type = {
        btree: '',
        hash: ', type: Hash',
        gin: ', type: Gin',
        gist: ', type: Gist',
        brin: ', type: Brin',
      }[index.method];
      if (
        type === undefined ||
        index.predicate !== undefined ||
        index.includes.length > 0 ||
        keys.length === 0 ||
        keys.includes(undefined)
      )
        return `// ${index.definition.replaceAll(/\s+/g, ' ')}`;
      return index.unique
        ? `@@unique([${keys.join(', ')}], map: ${quoted(index.name)})`
        : `@@index([${keys.join(', ')}]${type}, map: ${quoted(index.name)})`;
    }),
    ...entity.checks.map(({ definition }) => `// ${definition.replaceAll(/\s+/g, ' ')}`),
  ];
}

function enumOf({ type, typeName, labels }: Enumeration): readonly string[] {
  const names = namer(new Set(), '');
  return [
    `enum ${typeName} {`,
    ...labels.map((label) => {
      const name = names.take(/^[A-Za-z]\w*$/.test(label) ? label : camel(label));
      return name === label ? `  ${name}` : `  ${name} @map(${quoted(label)})`;
    }),
    '',
    `  @@map(${quoted(type.name)})`,
    `  @@schema(${quoted(type.schema)})`,
    '}',
    '',
  ];
}
