/** The words of an entity: fields, keys, uniques, and summaries derived from other entities. */
import { isMap, isScalar, isSeq } from 'yaml';
import { child } from '../form/entries.ts';
import { flag, oneOf, refuseValue, scalar, text, type Form } from '../form/form.ts';
import { list, literal, mapOf, object, placed, unwrap, type Values } from '../form/object.ts';
import { fieldType } from './types.ts';
import { count, name, reference, rows, says, sql } from './words.ts';

const fieldBody = object('a map with `type`, `required` … or a type', {
  type: fieldType,
  required: flag,
  unique: flag,
  default: literal,
  examples: list(literal, 'a list of examples', true),
  sensitive: flag,
  unit: text('a unit such as `kg` or `EUR`'),
  check: sql,
  generated: sql,
  shape: mapOf(
    scalar(
      '`text`, `number`, `int`, `bool`, `object` or `list`, with `!` when the key must be there',
      { type: 'string' },
      (value) => (/^(?:text|number|int|bool|object|list)!?$/.test(value) ? value : undefined),
    ),
    'a map from key to the kind of its value, such as `{ page: text!, ms: number }`',
  ),
  values: list(text('a tag'), 'a list of tags', true),
});

/** A field: its map, or its type alone. */
export const field: Form<Values<{ type: typeof fieldType }> & Partial<ReturnType<typeof fieldBody.read>>> = {
  expected: fieldBody.expected,
  closed: true,
  schema: {
    anyOf: [
      fieldType.schema,
      fieldBody.schema,
      { const: 'unknown' },
      { type: 'object', properties: { assume: fieldType.schema }, additionalProperties: false },
    ],
  },
  read(at) {
    const { kind, at: inner } = unwrap(at);
    const path = [...at.path, 'type'];
    if (kind !== 'declared') at.source.open.push({ path, kind });
    if (kind === 'unknown') return { type: undefined };
    if (isScalar(inner.node) && inner.node.value !== null)
      return { type: fieldType.read({ ...inner, path }) };
    return isMap(inner.node) || isSeq(inner.node) ? fieldBody.read(inner) : { type: undefined };
  },
};

/** Fields by name, in the order of their columns. */
export const fields = mapOf(field, 'a map from field name to type');

const key: Form<'identity' | 'uuid' | readonly (typeof name extends Form<infer P> ? P : never)[]> = {
  expected: '`identity`, `uuid` or a list of fields and relations',
  schema: {
    anyOf: [{ enum: ['identity', 'uuid'] }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
  },
  read(at) {
    if (isScalar(at.node) && (at.node.value === 'identity' || at.node.value === 'uuid')) return at.node.value;
    if (!isSeq(at.node) || at.node.items.length === 0) return refuseValue(at, this.expected);
    return at.node.items.map((item, index) => name.read(child(at, item, String(index))));
  },
};

const derived = object(
  'a map with `from`, `by` and `set`',
  {
    from: reference,
    by: mapOf(text('a SQL expression or the name of a relation'), 'a map from key field to expression'),
    set: mapOf(
      placed(text('`count`, `count by <field>`, `sum <field>`, `min <field>` or `max <field>`')),
      'a map from field to aggregate',
    ),
    keep: oneOf(['on-write', 'on-schedule', 'none']),
    on_source_delete: oneOf(['subtract', 'keep']),
  },
  ['from', 'by', 'set'],
);

const uniques: Form<readonly (readonly ReturnType<typeof name.read>[])[]> = {
  expected: 'a list of uniques, each a list of fields and relations',
  schema: {
    type: 'array',
    items: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
  },
  read: (at) =>
    isSeq(at.node)
      ? at.node.items.map((item, index) => names.read(child(at, item, String(index))))
      : refuseValue(at, 'a list such as `[[user, day]]`'),
};

/** Names of fields and relations; one may stand without the list. */
export const names = list(name, 'a list of names', true);

/** What may stand below `E1 Name`. */
export const entity = object('an entity: a map with `fields` and more', {
  says,
  purpose: text('a sentence that says what one row is'),
  table: text('the name of a table', { type: 'string' }),
  key,
  fields,
  unique: uniques,
  history: oneOf(['none', 'audit', 'soft-delete', 'temporal']),
  lookup: rows,
  tenant: name,
  derived,
  states: object(
    'a map with `field`, `start` and `moves`',
    {
      field: name,
      start: text('a state'),
      moves: mapOf(
        list(text('a state'), 'a list of states', true),
        'a map from state to the states that may follow',
      ),
    },
    ['field', 'start', 'moves'],
  ),
  optimistic: flag,
  outbox: flag,
  partition: object(
    'a map with `by` and `every`',
    { by: name, every: oneOf(['day', 'week', 'month', 'quarter', 'year']), ahead: count },
    ['by', 'every'],
  ),
  depends: list(
    object('a dependency: a map with `on` and `sets`, or with `parts`', {
      on: names,
      sets: names,
      kind: oneOf(['functional', 'multivalued', 'join']),
      parts: list(names, 'a list of groups of fields'),
      why: text('why the table keeps it all the same'),
    }),
    'a list of dependencies, such as `[{ on: [zip], sets: [city] }]`',
  ),
  owner: text('a team or a person'),
  classification: text('a class such as `internal`'),
});
