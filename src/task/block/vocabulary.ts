/** The words of the block: what may stand where, once for the parser, its messages and the editors' schema. */
import { isMap } from 'yaml';
import { entity, fields, names } from './entity-words.ts';
import { entriesOf } from '../form/entries.ts';
import { flag, oneOf, refuseValue, scalar, text, type Form } from '../form/form.ts';
import type { Skew } from '../model.ts';
import { given, list, literal, mapOf, object, placed } from '../form/object.ts';
import { section } from '../form/section.ts';
import { count, days, duration, perDay, rate, reference, rows, says, sql } from './words.ts';

const deleteRule = oneOf(['no action', 'restrict', 'cascade', 'set null', 'set default'], {
  no_action: 'no action',
  'no-action': 'no action',
  set_null: 'set null',
  'set-null': 'set null',
  set_default: 'set default',
  'set-default': 'set default',
});

/** What may stand below `L1`. */
export const relation = object(
  'a relation: a map with `from`, `to` and more',
  {
    says,
    from: reference,
    to: list(reference, 'an entity, a table, or a list of them', true),
    name: text('a name', { type: 'string' }),
    required: flag,
    on_delete: deleteRule,
    one: flag,
    via: text('the name of the junction table'),
    fields,
    tree: oneOf(['adjacency', 'closure']),
  },
  ['from', 'to'],
);

/** What may stand below `R1`. */
export const rule = object(
  'a rule: a map with `check`, `unique`, `exclude` or `never`, and rows to accept and reject',
  {
    says,
    of: reference,
    check: sql,
    unique: names,
    exclude: mapOf(
      scalar('an operator such as `=` or `&&`', { type: 'string' }, (value) =>
        /^[-+*/<>=~!@#%^&|`?]{1,8}$/.test(value) ? value : undefined,
      ),
      'a map from field or relation to an operator',
    ),
    never: sql,
    lock: names,
    given: rows,
    accept: rows,
    reject: rows,
  },
  ['of'],
);

/** What may stand below `Q1`. */
export const access = object('an access pattern: a map with `sql` or `insert`, and a `rate`', {
  says,
  sql,
  insert: reference,
  transaction: list(sql, 'a list of statements'),
  rate: given(rate),
  p95: duration,
  params: mapOf(list(literal, 'a list of values', true), 'a map from parameter to values'),
});

const skewWord = scalar<Skew>(
  '`uniform`, `zipf 1.1`, or a map from value to weight',
  { type: 'string' },
  (value) => {
    if (value === 'uniform') return { kind: 'uniform' };
    const exponent = Number(/^zipf\s+(\d+(?:\.\d+)?)$/.exec(value)?.[1]);
    return exponent > 0 && exponent <= 10 ? { kind: 'zipf', exponent } : undefined;
  },
);
const weight = scalar('a weight: a number from 0', { type: 'number' }, (value) =>
  /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value) && Number.isFinite(Number(value)) ? Number(value) : undefined,
);
const skewValue: Form<Skew> = {
  expected: skewWord.expected,
  schema: { anyOf: [skewWord.schema, { type: 'object', additionalProperties: { type: 'number' } }] },
  read(at) {
    if (!isMap(at.node)) return skewWord.read(at);
    const weights = entriesOf(at, at.node).map((entry) => [entry.key, weight.read(entry.at)] as const);
    return weights.some(([, share]) => share > 0)
      ? { kind: 'weights', weights: Object.fromEntries(weights) }
      : refuseValue(at, 'weights of which one is above 0');
  },
};

/** What may stand below `V1`. */
export const volume = object(
  'a volume: a map with `of`, `now`, `per_day` and `horizon`',
  {
    says,
    of: reference,
    now: given(count),
    per_day: given(perDay),
    horizon: given(days),
    skew: { ...mapOf(skewValue, 'a map from field or relation to its skew'), closed: false },
  },
  ['of'],
);

/** What may stand below `C1`. */
export const lifecycle = object(
  'a lifecycle: a map with `of`, `keep` and `then`',
  {
    says,
    of: reference,
    keep: days,
    // oxlint-disable-next-line unicorn/no-thenable -- the word of the task format
    then: oneOf(['delete', 'anonymise', 'archive'], { anonymize: 'anonymise' }),
    hold: text('what must not be removed'),
  },
  ['of'],
);

/** What may stand below `P1`. */
export const privacy = object(
  'a privacy claim: a map with `of`, `class`, `mask` and `readers`',
  {
    says,
    of: placed(
      scalar('`table.column` or `Entity.field`', { type: 'string' }, (value) =>
        /^[^\0]+\.[^.\0]+$/.test(value) ? value : undefined,
      ),
    ),
    class: text('a class such as `personal`'),
    mask: text('a mask such as `email`'),
    readers: list(text('a role'), 'a list of roles', true),
    purpose: text('what the values are kept for'),
    encrypt: flag,
  },
  ['of'],
);

/** What may stand below `F1`. */
export const routine = object('a routine: a map with `kind`', {
  says,
  kind: oneOf(['upsert', 'bulk', 'function', 'procedure']),
  of: reference,
  on: names,
  batch: count,
  arguments: mapOf(text('a SQL type', { type: 'string' }), 'a map from argument to its type'),
  returns: text('a SQL type', { type: 'string' }),
  body: sql,
  accept: rows,
  reject: rows,
});

/** How tenants share a server. */
export const tenancy = object(
  'a map with `model` and `of`',
  {
    model: oneOf(['shared', 'schema', 'database']),
    of: reference,
    quota: mapOf(count, 'a map from entity or table to the most rows of one tenant'),
    connections: count,
    timeout: duration,
  },
  ['model', 'of'],
);

/** What may stand below `B1`. */
export const limit = object('a limit: a map with `blocked`, `lock_wait` or `rewrite`', {
  says,
  blocked: duration,
  lock_wait: duration,
  rewrite: oneOf(['never', 'allowed']),
});
/** What may stand below `K1`. */
export const compatibility = object('a compatibility claim: a map with `says` and `workload`', {
  says,
  workload: text('`current`, or a file of named queries'),
});
/** What may stand below `A1`. */
export const acceptance = object(
  'an acceptance: a map with `says` and `by`',
  { says, by: list(reference, 'a list of claim ids', true) },
  ['by'],
);

const split = (expected: string): Form<readonly (readonly [string, readonly string[]])[]> => ({
  expected,
  closed: true,
  schema: {
    type: 'object',
    additionalProperties: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    description: expected,
  },
  read: (at) =>
    mapOf(list(text('a column'), 'a list of columns', true), expected)
      .read(at)
      .map(([column, parts]) => [column, parts] as const),
});

/** What is done to what exists. */
export const change = object('a map with `engine` and `kind`', {
  engine: oneOf(['postgres'], { postgresql: 'postgres' }),
  kind: oneOf(['new', 'alter', 'split', 'merge', 'rename', 'backfill', 'drop', 'tune']),
  rename: mapOf(
    text('the new name', { type: 'string' }),
    'a map from `table.column` (or `table`) to its new name',
  ),
  split: split('a map from `table.column` to the new columns, and `using`'),
  merge: split('a map from the new `table.column` to the columns it is made of, and `using`'),
  backfill: mapOf(sql, 'a map from `table.column` to a SQL expression'),
  drop: list(text('a table or `table.column`', { type: 'string' }), 'a list of tables and columns', true),
});

const version = scalar('`1`, the only version of the block so far', { const: 1 }, (value) =>
  value === '1' ? 1 : undefined,
);

/** The whole block. */
export const block = object(
  'a map that begins with `dbd: 1`',
  {
    dbd: version,
    change,
    extensions: list(
      scalar('the name of an extension', { type: 'string' }, (value) =>
        /^[a-z0-9_-]{1,63}$/i.test(value) ? value : undefined,
      ),
      'a list of extensions',
      true,
    ),
    schema: sql,
    entities: section('E', entity, 'a map from `E1 Name` to its fields'),
    relations: section('L', relation, 'a map from `L1` to a relation'),
    rules: section('R', rule, 'a map from `R1` to a rule'),
    access: section('Q', access, 'a map from `Q1` to an access pattern'),
    volume: section('V', volume, 'a map from `V1` to a volume'),
    lifecycle: section('C', lifecycle, 'a map from `C1` to a lifecycle'),
    privacy: section('P', privacy, 'a map from `P1` to a privacy claim'),
    limits: section('B', limit, 'a map from `B1` to a limit'),
    compat: section('K', compatibility, 'a map from `K1` to a compatibility claim'),
    accept: section('A', acceptance, 'a map from `A1` to an acceptance'),
    routines: section('F', routine, 'a map from `F1 name` to a routine'),
    tenancy,
    roles: mapOf(oneOf(['application', 'read-only', 'migration']), 'a map from role to what it is for'),
  },
  ['dbd'],
);

/** The block as it is read, before references are resolved. */
export type RawBlock = ReturnType<typeof block.read>;
