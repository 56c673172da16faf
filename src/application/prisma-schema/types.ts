/** The SQL types of Prisma's fields. */
import type { PrismaEnum, PrismaField, Refuse } from './model.ts';

const plain: Readonly<Record<string, string>> = {
  String: 'text',
  Boolean: 'boolean',
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  Decimal: 'decimal(65,30)',
  DateTime: 'timestamp(3)',
  Json: 'jsonb',
  Bytes: 'bytea',
};

/** Native types by name; `*` stands for their arguments. */
const native: Readonly<Record<string, string>> = {
  Text: 'text',
  Char: 'char*',
  VarChar: 'varchar*',
  Bit: 'bit*',
  VarBit: 'varbit*',
  Uuid: 'uuid',
  Xml: 'xml',
  Inet: 'inet',
  Citext: 'citext',
  Integer: 'integer',
  SmallInt: 'smallint',
  Oid: 'oid',
  BigInt: 'bigint',
  DoublePrecision: 'double precision',
  Real: 'real',
  Decimal: 'decimal*',
  Money: 'money',
  Timestamp: 'timestamp*',
  Timestamptz: 'timestamptz*',
  Date: 'date',
  Time: 'time*',
  Timetz: 'timetz*',
  Json: 'json',
  JsonB: 'jsonb',
  ByteA: 'bytea',
  Boolean: 'boolean',
};

/** Whether the field is a column of a type that Prisma brings along. */
export function isScalar({ type }: PrismaField): boolean {
  return type in plain || type === 'Unsupported';
}

/** The type of a field's column; `enumName` writes the name of an enum. */
export function columnType(
  field: PrismaField,
  enums: readonly PrismaEnum[],
  enumName: (found: PrismaEnum) => string,
  refuse: Refuse,
): string {
  const list = field.list ? '[]' : '';
  if (field.unsupported !== undefined) return field.unsupported + list;
  const found = enums.find(({ name }) => name === field.type);
  if (found) return enumName(found) + list;
  const attribute = field.attributes.find(({ name }) => name.startsWith('db.'));
  if (!attribute) return `${plain[field.type]!}${list}`;
  const type = native[attribute.name.slice(3)];
  if (type === undefined)
    return refuse(attribute.line, `\`@${attribute.name}\` of ${field.name} is no type of this database`);
  const numbers = attribute.arguments.map(({ value }) =>
    value.kind === 'number'
      ? value.text
      : refuse(attribute.line, `the arguments of \`@${attribute.name}\` are not understood`),
  );
  return type.replace('*', numbers.length > 0 ? `(${numbers.join(',')})` : '') + list;
}
