import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { snapshotOf } from '../../../test/support/snapshot.ts';
import type { Snapshot } from '../../engine/model.ts';
import { checkSnapshot, fileSchema, snapshotSchema } from './schema.ts';

/** A type with its intersections and aliases written out, so that equal shapes are equal types. */
type Plain<T> = T extends readonly (infer U)[]
  ? readonly Plain<U>[]
  : T extends object
    ? { [K in keyof T]: Plain<T[K]> }
    : T;

test('the schema and the types of a snapshot are the same', () => {
  expectTypeOf<Plain<z.infer<typeof snapshotSchema>>>().toEqualTypeOf<Plain<Snapshot>>();
});

test('the published schema is the one that files are read with (update it with `npm run schema`)', async () => {
  await expect(`${JSON.stringify(fileSchema(), null, 2)}\n`).toMatchFileSnapshot(
    new URL('../../../docs/schema/snapshot.json', import.meta.url).pathname,
  );
});

test('a snapshot with a value at every place fits, and leaves as it came', () => {
  expect(checkSnapshot(snapshotOf())).toEqual({ kind: 'snapshot', snapshot: snapshotOf() });
});

test('the published schema accepts it too, in its wrapping', () => {
  const schema = z.fromJSONSchema(fileSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  const wrapped = {
    format: 'dbds',
    version: 1,
    program: '0.1.0',
    snapshot: snapshotOf(),
    sha256: 'a'.repeat(64),
  };
  expect(schema.safeParse(wrapped).error).toBeUndefined();
  expect(schema.safeParse({ ...wrapped, more: 1 }).success).toBe(false);
});

const [statistics] = snapshotOf().columns;
const [statement] = snapshotOf().workload.statements;
const [customers, orders] = snapshotOf().catalog.tables;
const catalog = snapshotOf().catalog;

test.each<[string, Record<string, unknown>, string]>([
  ['an unknown key', { more: 1 }, 'the whole'],
  ['a share above 1', { columns: [{ ...statistics, nullFraction: 1.5 }] }, 'columns[0].nullFraction'],
  ['no number', { columns: [{ ...statistics, distinct: Number.NaN }] }, 'columns[0].distinct'],
  ['a key less', { columns: [{ ...statistics, averageWidth: undefined }] }, 'columns[0].averageWidth'],
  [
    'a text for a list',
    { workload: { ...snapshotOf().workload, statements: 'none' } },
    'workload.statements',
  ],
  [
    'a number without end',
    { workload: { ...snapshotOf().workload, statements: [{ ...statement, meanMs: Infinity }] } },
    'workload.statements[0].meanMs',
  ],
  ['a name without letters', { roles: [{ ...snapshotOf().roles[0], name: '' }] }, 'roles[0].name'],
  [
    'a name that is too long',
    { roles: [{ ...snapshotOf().roles[0], name: 'x'.repeat(300) }] },
    'roles[0].name',
  ],
  ['the character 0', { roles: [{ ...snapshotOf().roles[0], name: 'a\0b' }] }, 'roles[0].name'],
  ['no time', { takenAt: 'yesterday' }, 'takenAt'],
  [
    'a list that is too long',
    { extended: [{ ...snapshotOf().extended[0], expressions: Array(101).fill({}) }] },
    'extended[0].expressions',
  ],
  [
    'partitions in a circle',
    {
      catalog: {
        ...catalog,
        tables: [
          { ...customers, partitionOf: { schema: 'public', name: 'orders', bound: 'DEFAULT' } },
          { ...orders, inherits: [{ schema: 'public', name: 'customers' }] },
        ],
      },
    },
    'catalog.tables',
  ],
  [
    'roles in a circle',
    { roles: snapshotOf().roles.map((role) => ({ ...role, memberOf: ['app', 'reader'] })) },
    'roles',
  ],
])('%s is refused at its field', (_, more, field) => {
  expect(checkSnapshot({ ...snapshotOf(), ...more })).toMatchObject({ kind: 'wrong', field });
});

test('keys that would reach into every object are refused or dropped', () => {
  const text = JSON.stringify(snapshotOf());
  const evil = (inside: string): unknown =>
    JSON.parse(text.replace(inside, `${inside}"__proto__":{"admin":true},`));
  expect(checkSnapshot(evil('"source":{'))).toMatchObject({ kind: 'wrong', field: 'source' });
  const read = checkSnapshot(
    JSON.parse(text.replace('"xact_commit":1000', '"xact_commit":1000,"__proto__":{"a":1}')),
  );
  expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  if (read.kind === 'snapshot') expect(Object.keys(read.snapshot.activity.database)).toEqual(['xact_commit']);
});

test('a thousand tables in a row of parents are no circle', () => {
  const tables = Array.from({ length: 1000 }, (_, at) => ({
    ...customers,
    name: `t${at}`,
    inherits: at === 0 ? [] : [{ schema: 'public', name: `t${at - 1}` }],
  }));
  expect(checkSnapshot({ ...snapshotOf(), catalog: { ...catalog, tables } }).kind).toBe('snapshot');
});
