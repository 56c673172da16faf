/** Types of fields: `text(100)`, `decimal(12, 2)`, `enum(a, b)`, or any SQL type in backquotes. */
import { scalar, type Form } from '../form/form.ts';
import type { FieldType } from '../model.ts';

const words = [
  'int',
  'bigint',
  'money',
  'bool',
  'date',
  'time',
  'instant',
  'duration',
  'uuid',
  'json',
  'bytes',
  'email',
  'url',
  'tags',
] as const;

/** Every type word, for messages and editors. */
export const typeWords: readonly string[] = ['text', 'text(n)', 'decimal(p, s)', 'enum(a, b)', ...words];

/** Characters of the longest type; an enum of a hundred words has about a thousand. */
const longestType = 4000;

/** A field's type; undefined when the text is none. Lengths are 1 to 10485760, precisions 1 to 1000 (limits of PostgreSQL). */
export function parseType(written: string): FieldType | undefined {
  if (written.length > longestType) return undefined;
  const value = written.trim();
  const sql = /^`([^`]+)`$/.exec(value)?.[1]?.trim();
  if (sql) return { kind: 'sql', sql };
  const word = words.find((each) => each === value);
  if (word) return { kind: word };
  if (value === 'text') return { kind: 'text' };
  const [, name, inside] = /^(text|decimal|enum)\s*\((.*)\)$/s.exec(value) ?? [];
  if (name === 'text') return sized(inside!);
  if (name === 'decimal') return decimal(inside!);
  const values = name === 'enum' ? enumValues(inside!) : undefined;
  return values && values.length > 0 && new Set(values).size === values.length
    ? { kind: 'enum', values }
    : undefined;
}

function sized(inside: string): FieldType | undefined {
  const length = /^\s*\d{1,8}\s*$/.test(inside) ? Number(inside) : 0;
  return length >= 1 && length <= 10_485_760 ? { kind: 'text', length } : undefined;
}

function decimal(inside: string): FieldType | undefined {
  const [, first, second] = /^\s*(\d{1,4})\s*(?:,\s*(\d{1,4})\s*)?$/.exec(inside) ?? [];
  const [precision, scale] = [Number(first ?? 0), Number(second ?? 0)];
  return precision >= 1 && precision <= 1000 && scale <= precision
    ? { kind: 'decimal', precision, scale }
    : undefined;
}

/** Words between commas; quotes keep commas and spaces, a doubled quote stands for one. */
function enumValues(inside: string): readonly string[] | undefined {
  const values: string[] = [];
  const part = /\s*(?:'((?:[^']|'')*)'|([^',()]+))\s*(,|$)/gy;
  for (;;) {
    const match = part.exec(inside);
    if (!match) return undefined;
    const value = match[1] === undefined ? match[2]!.trim() : match[1].replaceAll("''", "'");
    if (value === '') return undefined;
    values.push(value);
    if (match[3] === '') return values;
  }
}

/** Canonical text of a type. */
export function printType(type: FieldType): string {
  switch (type.kind) {
    case 'text':
      return type.length === undefined ? 'text' : `text(${type.length})`;
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'enum':
      return `enum(${type.values.map((value) => (/^[\p{L}\p{N}_-]+$/u.test(value) ? value : `'${value.replaceAll("'", "''")}'`)).join(', ')})`;
    case 'sql':
      return `\`${type.sql}\``;
    default:
      return type.kind;
  }
}

/** The type of a field as the block writes it. */
export const fieldType: Form<FieldType> = scalar(
  `a type: ${typeWords.join(', ')}, or a SQL type in backquotes`,
  {
    anyOf: [
      { enum: ['text', ...words] },
      { type: 'string', pattern: '^(text|decimal|enum)\\s*\\(.*\\)$' },
      { type: 'string', pattern: '^`[^`]+`$' },
    ],
  },
  parseType,
);
