/** A Prisma schema as the SQL that Prisma would make of it. */
import { fail } from '../../base/error.ts';
import type { Quote } from '../../engine/model.ts';
import { indexStatements, onlyKnown, primaryKey } from './indexes.ts';
import type {
  PrismaAttribute,
  PrismaEnum,
  PrismaField,
  PrismaModel,
  PrismaSchema,
  PrismaValue,
  Refuse,
} from './model.ts';
import { mapped, schemaOf } from './names.ts';
import { readPrismaSchema } from './read.ts';
import { foreignKeys, junctions } from './relations.ts';
import { columnType, isScalar } from './types.ts';

/** SQL of a schema; `place` is what messages call it. Throws `schema.unknown` with the line for everything that it would have to leave out. */
export function prismaToSql(text: string, place: string, quote: Quote): string {
  const refuse: Refuse = (line, sentence) =>
    fail('schema.unknown', `${place}, line ${line}: ${sentence}.`, {
      hint: 'Name a SQL file or a database instead, or take this part out of the schema.',
      details: { line },
    });
  const schema = readPrismaSchema(text.replaceAll(/\r\n?/g, '\n'), refuse);
  if (!/^postgres(?:ql)?$/.test(schema.provider))
    refuse(1, `the provider \`${schema.provider || 'unknown'}\` is no PostgreSQL`);
  return statementsOf(schema, quote, refuse).join('\n\n') + '\n';
}

function statementsOf(schema: PrismaSchema, quote: Quote, refuse: Refuse): readonly string[] {
  const nameOf = (named: PrismaModel | PrismaEnum): string =>
    quote.name({ schema: schemaOf(named), name: mapped(named) });
  const typeOf = (field: PrismaField): string => columnType(field, schema.enums, nameOf, refuse);
  const schemas = new Set([...schema.models, ...schema.enums].map(schemaOf));
  schemas.delete('public');
  for (const model of schema.models) checkKnown(model, schema, refuse);
  const place = { schema, quote, refuse, tableName: nameOf, typeOf };
  return [
    ...[...schemas].map((name) => `CREATE SCHEMA ${quote.identifier(name)};`),
    ...schema.enums.map(
      (each) =>
        `CREATE TYPE ${nameOf(each)} AS ENUM (${each.values.map((value) => quote.literal(mapped(value))).join(', ')});`,
    ),
    ...schema.models.map((model) => createTable(model, place)),
    ...schema.models.flatMap((model) => indexStatements(model, { quote, refuse, table: nameOf(model) })),
    ...junctions(place),
    ...(schema.relationMode === 'prisma' ? [] : foreignKeys(place)),
  ];
}

const fieldAttributes = ['id', 'unique', 'default', 'map', 'relation', 'updatedAt', 'ignore'];
const modelAttributes = ['id', 'unique', 'index', 'map', 'schema', 'ignore'];

function checkKnown(model: PrismaModel, schema: PrismaSchema, refuse: Refuse): void {
  for (const { name, line } of model.attributes)
    if (!modelAttributes.includes(name))
      refuse(line, `\`@@${name}\` of ${model.name} cannot be turned into SQL`);
  for (const field of model.fields) {
    const known =
      isScalar(field) ||
      schema.enums.some(({ name }) => name === field.type) ||
      schema.models.some(({ name }) => name === field.type);
    if (!known)
      refuse(field.line, `${field.type}, the type of ${model.name}.${field.name}, is not part of the schema`);
    for (const { name, line } of field.attributes)
      if (!fieldAttributes.includes(name) && !name.startsWith('db.'))
        refuse(line, `\`@${name}\` of ${model.name}.${field.name} cannot be turned into SQL`);
  }
}

interface Place {
  readonly schema: PrismaSchema;
  readonly quote: Quote;
  readonly refuse: Refuse;
  readonly tableName: (model: PrismaModel) => string;
  readonly typeOf: (field: PrismaField) => string;
}

function createTable(model: PrismaModel, place: Place): string {
  const { schema, quote, refuse, tableName } = place;
  const columns = model.fields
    .filter((field) => isScalar(field) || schema.enums.some(({ name }) => name === field.type))
    .map((field) => `${quote.identifier(mapped(field))} ${columnOf(field, place)}`);
  const key = primaryKey(model, { quote, refuse, table: tableName(model) });
  const lines = [...columns, ...(key === undefined ? [] : [key])];
  return `CREATE TABLE ${tableName(model)} (\n${lines.map((line) => `  ${line}`).join(',\n')}\n);`;
}

function columnOf(field: PrismaField, place: Place): string {
  const type = place.typeOf(field);
  const attribute = field.attributes.find(({ name }) => name === 'default');
  // A list of Prisma is never absent for a program, but its column may be null.
  const notNull = field.optional || field.list ? '' : ' NOT NULL';
  if (attribute && isCall(attribute, 'autoincrement')) {
    const serial = { integer: 'serial', bigint: 'bigserial', smallint: 'smallserial' }[type];
    return `${serial ?? place.refuse(attribute.line, `${field.name} of type ${type} cannot count by itself`)}${notNull}`;
  }
  const value = attribute ? defaultOf(attribute, field, type, place) : undefined;
  return `${type}${notNull}${value === undefined ? '' : ` DEFAULT ${value}`}`;
}

function isCall(attribute: PrismaAttribute, word: string): boolean {
  const value = attribute.arguments[0]?.value;
  return value?.kind === 'word' && value.word === word && value.call !== undefined;
}

/** Values that Prisma's client makes, so that the column has no default. */
const madeByClient = ['uuid', 'cuid', 'nanoid', 'ulid'];

function defaultOf(
  attribute: PrismaAttribute,
  field: PrismaField,
  type: string,
  place: Place,
): string | undefined {
  onlyKnown(attribute, ['value', 'map'], place.refuse);
  const value = attribute.arguments.find((each) => each.name === undefined || each.name === 'value')?.value;
  if (value?.kind === 'word' && value.call !== undefined) {
    if (madeByClient.includes(value.word)) return undefined;
    if (value.word === 'now') return 'CURRENT_TIMESTAMP';
    if (value.word === 'dbgenerated') {
      const made = value.call[0]?.value;
      return made?.kind === 'text' ? made.text : undefined;
    }
    return place.refuse(attribute.line, `\`${value.word}()\` as default of ${field.name} is not understood`);
  }
  if (!value) return place.refuse(attribute.line, `the default of ${field.name} is missing`);
  return constant(value, attribute, field, type, place);
}

function constant(
  value: PrismaValue,
  attribute: PrismaAttribute,
  field: PrismaField,
  type: string,
  place: Place,
): string {
  const { quote, schema, refuse } = place;
  if (value.kind === 'number') return value.text;
  if (value.kind === 'text') return quote.literal(value.text);
  if (value.kind === 'list') {
    const items = value.items.map((item) => constant(item, attribute, field, type, place));
    return `ARRAY[${items.join(', ')}]::${type}`;
  }
  if (['true', 'false'].includes(value.word)) return value.word;
  const label = schema.enums
    .find(({ name }) => name === field.type)
    ?.values.find(({ name }) => name === value.word);
  return label
    ? quote.literal(mapped(label))
    : refuse(attribute.line, `${value.word} as default of ${field.name} is not understood`);
}
