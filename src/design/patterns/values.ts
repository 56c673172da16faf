import { fail } from '../../base/error.ts';
import type { Quote } from '../../engine/model.ts';
import type { Field } from '../../task/model.ts';

/** JSON types of each kind of a shape, as the server names them. */
const jsonTypes: Readonly<Record<string, string>> = {
  text: 'string',
  number: 'number',
  int: 'number',
  bool: 'boolean',
  object: 'object',
  list: 'array',
};

/** Most tags of a list that are counted one by one for doubles. */
const mostTags = 200;

/** Condition that a column of tags holds listed ones only, each once and none empty; `column` is quoted. Throws `task.wrong-value` for a list that repeats a tag or is too long. */
export function tagsCheck(column: string, { name, values = [] }: Field, quote: Quote): string {
  if (new Set(values).size < values.length)
    fail('task.wrong-value', `The tags of ${name} are listed with a double.`);
  if (values.length > mostTags)
    fail('task.wrong-value', `${name} lists ${values.length} tags; a check holds at most ${mostTags}.`, {
      hint: 'Make the tags an entity of their own, with a relation `via`.',
    });
  const literals = values.map((value) => quote.literal(value));
  const once = literals.map((value) => `(${value} = ANY (${column}))::int`);
  return [
    `${column} <@ ARRAY[${literals.join(', ')}]::text[]`,
    `cardinality(${column}) = ${once.length > 0 ? once.join(' + ') : '0'}`,
  ].join(' AND ');
}

/** Condition that a JSON column is an object whose keys have the kinds of the shape; `column` is quoted. A key without `!` may be absent or null. */
export function shapeCheck(column: string, { shape = {}, required }: Field, quote: Quote): string {
  const keys = Object.entries(shape).map(([key, kind]) => {
    const value = `${column} -> ${quote.literal(key)}`;
    const must = kind.endsWith('!');
    const plain = kind.replace(/!$/, '');
    const types = [jsonTypes[plain]!, ...(must ? [] : ['null'])].map((type) => quote.literal(type));
    const typed =
      types.length === 1
        ? `jsonb_typeof(${value}) = ${types[0]!}`
        : `jsonb_typeof(${value}) IN (${types.join(', ')})`;
    const known = `coalesce(${typed}, ${must ? 'false' : 'true'})`;
    if (plain !== 'int') return known;
    const text = `(${column} ->> ${quote.literal(key)})`;
    // A cast inside AND may be tried before the type is known; inside CASE it is not.
    return `${known} AND CASE WHEN jsonb_typeof(${value}) = 'number' THEN ${text}::numeric = trunc(${text}::numeric) ELSE true END`;
  });
  const all = [`jsonb_typeof(${column}) = 'object'`, ...keys].join('\n    AND ');
  return required ? all : `${column} IS NULL OR (${all})`;
}

/** A value that a shape accepts. */
export function exampleOf(shape: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const values: Readonly<Record<string, unknown>> = {
    text: 'text',
    number: 1.5,
    int: 1,
    bool: true,
    object: {},
    list: [],
  };
  return Object.fromEntries(
    Object.entries(shape).map(([key, kind]) => [key, values[kind.replace(/!$/, '')]]),
  );
}
