/** Zod schemas of tables: what the database would refuse is refused before it is asked, as far as single values tell. */
import {
  doc,
  heading,
  importsUsed,
  indented,
  insertable,
  literal,
  optional,
  property,
} from '../code/typescript.ts';
import type { Attribute, CodeFile, Entity, Models } from '../model.ts';
import { limitsOf, untranslated } from './limits.ts';

/** `zod.ts`, for Zod 4. */
export function zodFiles(models: Models): readonly CodeFile[] {
  const body = [
    '// The server counts letters, the language counts halves of some of them.',
    'const letters = (most: number) => (text: string): boolean => [...text].length <= most;',
    "const plain = (text: string): boolean => !text.includes('\\0');",
    '',
    ...models.entities.flatMap((entity) => schemasOf(entity)),
  ];
  return [
    {
      path: 'zod.ts',
      text: [
        ...heading(
          'Schemas of rows. The database has the last word: keys, references and rules over several columns are its own.',
        ),
        ...importsUsed(body, [[['z'], 'zod']]),
        '',
        ...body,
      ].join('\n'),
    },
  ];
}

function schemasOf(entity: Entity): readonly string[] {
  const { typeName, one, table, attributes } = entity;
  const row = attributes.map((each) => `${property(each.property)}: ${schemaOf(entity, each)},`);
  const given = insertable(attributes).map(
    (each) => `${property(each.property)}: ${schemaOf(entity, each)}${optional(each) ? '.optional()' : ''},`,
  );
  return [
    ...doc(`A row of ${table.schema}.${table.name}`),
    `export const ${one}Schema = z.strictObject({`,
    ...indented(row),
    '});',
    '',
    ...doc('What an insert gives; what is left out gets its default.'),
    `export const new${typeName}Schema = z.strictObject({`,
    ...indented(given),
    '});',
    ...untranslated(entity).map((check) => `// Left to the database: ${check.replaceAll(/\s+/g, ' ')}`),
    '',
  ];
}

function schemaOf(entity: Entity, attribute: Attribute): string {
  return typeOf(attribute.type, entity, attribute) + (attribute.nullable ? '.nullable()' : '');
}

function typeOf(type: Attribute['type'], entity: Entity, attribute: Attribute): string {
  if (type.element) return `z.array(${typeOf(type.element, entity, { ...attribute, type: type.element })})`;
  const { atLeast, above, atMost, below, letters, notBlank, oneOf } = limitsOf(entity, attribute);
  const bounds = (as: (value: string) => string): string =>
    [
      ...(atLeast === undefined ? [] : [`.gte(${as(atLeast)})`]),
      ...(above === undefined ? [] : [`.gt(${as(above)})`]),
      ...(atMost === undefined ? [] : [`.lte(${as(atMost)})`]),
      ...(below === undefined ? [] : [`.lt(${as(below)})`]),
    ].join('');
  const compared = (sign: string, value: string | undefined): string =>
    value === undefined ? '' : `.refine((text) => Number(text) ${sign} ${value})`;
  switch (type.kind) {
    case 'integer':
      return type.base === 'smallint'
        ? `z.int().gte(-32768).lte(32767)${bounds(String)}`
        : `z.int32()${bounds(String)}`;
    case 'bigint':
      return `z.bigint().gte(-9223372036854775808n).lte(9223372036854775807n)${bounds((value) => (value.includes('.') ? `BigInt(Math.floor(${value}))` : `${value}n`))}`;
    case 'float':
      return `z.number()${bounds(String)}`;
    case 'decimal': {
      const whole = type.precision === undefined ? '+' : `{1,${Math.max(1, type.precision - type.scale!)}}`;
      const part =
        type.precision === undefined
          ? '(?:\\.\\d+)?'
          : type.scale === 0
            ? ''
            : `(?:\\.\\d{1,${type.scale}})?`;
      return `z.string().regex(/^-?\\d${whole}${part}$/)${compared('>=', atLeast)}${compared('>', above)}${compared('<=', atMost)}${compared('<', below)}`;
    }
    case 'boolean':
      return 'z.boolean()';
    case 'date':
      return 'z.iso.date()';
    case 'instant':
      return 'z.date()';
    case 'uuid':
      return 'z.guid()';
    case 'json':
      return 'z.json()';
    case 'bytes':
      return 'z.instanceof(Uint8Array)';
    case 'enum':
      return `z.enum([${type.enumeration!.labels.map(literal).join(', ')}])`;
    default:
      if (oneOf) return `z.enum([${oneOf.map(literal).join(', ')}])`;
      return [
        'z.string().refine(plain)',
        letters === undefined ? '' : `.refine(letters(${letters}))`,
        notBlank ? ".refine((text) => text.replaceAll(' ', '') !== '')" : '',
      ].join('');
  }
}
