import { expect, test } from 'vitest';
import { table as tableWith } from '../../test/support/catalog.ts';
import type { Catalog, Constraint, Table } from '../catalog/model.ts';
import type { Lifecycle, Volume } from '../task/model.ts';
import { planVolumes, type VolumeOptions } from './volumes.ts';

const place = { line: 1, column: 1 };
const given = (value: number) => ({ kind: 'declared' as const, value });
const table = (name: string, ...parents: string[]): Table =>
  tableWith(name, [], {
    constraints: parents.map((parent): Constraint => ({
      name: `${name}_${parent}`,
      kind: 'foreign',
      columns: [`${parent}_id`],
      definition: '',
      validated: true,
      deferrable: false,
      deferred: false,
      enforced: true,
      references: {
        schema: 'public',
        name: parent,
        columns: ['id'],
        onDelete: 'no action',
        onUpdate: 'no action',
      },
    })),
  });
const volume = (of: string, now: number, perDay: number, horizonDays = 365): Volume => ({
  id: `V-${of}`,
  says: '',
  place,
  of,
  now: given(now),
  perDay: given(perDay),
  horizonDays: given(horizonDays),
  skew: {},
});
const keep = (of: string, keepDays: number): Lifecycle => ({
  id: 'C1',
  says: '',
  place,
  of,
  keepDays,
  // oxlint-disable-next-line unicorn/no-thenable -- the task's own word; nothing awaits it
  then: 'delete',
});

function plan(tables: readonly Table[], more: Partial<VolumeOptions>) {
  const catalog = { tables } as unknown as Catalog;
  const planned = planVolumes({
    catalog,
    volumes: [],
    lifecycle: [],
    tableOf: (of) => tables.find((t) => t.name === of),
    ...more,
  });
  return Object.fromEntries(planned.map((one) => [one.table.name, one]));
}

const example = [table('users'), table('events', 'users'), table('summary', 'users')];

test('parents keep their declared rows, children shrink to the budget, and the slice keeps the depth per parent', () => {
  const planned = plan(example.slice(0, 2), {
    volumes: [volume('users', 50_000, 40), volume('events', 0, 40_000)],
    lifecycle: [keep('events', 180)],
    rows: 1_000_000,
  });
  expect(planned.users).toMatchObject({
    now: 50_000,
    horizon: 64_600,
    rows: 64_600,
    scale: 1,
    basis: 'declared',
  });
  expect(planned.events).toMatchObject({ now: 40_000, horizon: 7_200_000, perDay: 40_000 });
  expect(planned.users!.rows + planned.events!.rows).toBe(1_000_000);
  expect(planned.events!.slice).toBeCloseTo(935_400 / 7_200_000, 6);
});

test('a twin that holds everything is whole', () => {
  const planned = plan(example.slice(0, 2), {
    volumes: [volume('users', 100, 0), volume('events', 1000, 1, 10)],
    rows: 100_000,
  });
  expect(planned.events).toMatchObject({ horizon: 1010, rows: 1010, scale: 1, slice: 1 });
});

test('a small budget shrinks even parents', () => {
  const planned = plan(example.slice(0, 2), {
    volumes: [volume('users', 50_000, 0), volume('events', 5_000_000, 0)],
    rows: 20_000,
  });
  expect(planned.users!.rows).toBe(12_000);
  expect(planned.users!.rows + planned.events!.rows).toBe(20_000);
});

test('tables without a volume are assumed from their parents and take a small part of the budget', () => {
  const planned = plan([table('users'), table('posts', 'users'), table('tags')], {
    volumes: [volume('users', 1000, 0)],
    rows: 1_000_000,
  });
  expect(planned.posts).toMatchObject({ rows: 5000, basis: 'assumed', scale: 1 });
  expect(planned.tags).toMatchObject({ rows: 1000, basis: 'assumed' });
  const large = plan([table('users'), table('posts', 'users')], {
    volumes: [volume('users', 400_000, 0)],
    rows: 1_000_000,
  });
  expect(large.posts!.rows).toBe(100_000);
});

test('derived tables follow the scale of their sources and cost nothing', () => {
  const planned = plan(example, {
    volumes: [volume('users', 50_000, 0), volume('events', 0, 40_000), volume('summary', 0, 12_000)],
    lifecycle: [keep('events', 180)],
    derived: [{ schema: 'public', name: 'summary' }],
    rows: 1_000_000,
  });
  expect(planned.users!.rows + planned.events!.rows).toBe(1_000_000);
  expect(planned.summary!.scale).toBeCloseTo(planned.events!.scale, 5);
});

test('a scale replaces the budget', () => {
  const planned = plan(example.slice(0, 2), {
    volumes: [volume('users', 1000, 0), volume('events', 100_000, 0)],
    rows: 10,
    scale: 0.1,
  });
  expect(planned.users!.rows).toBe(1000);
  expect(planned.events!.rows).toBe(10_000);
});

test('tables that reference each other and themselves come to an end', () => {
  const planned = plan([table('a', 'b', 'a'), table('b', 'a')], {});
  expect(planned.a!.rows).toBeGreaterThan(0);
  expect(planned.b!.rows).toBeGreaterThan(0);
});
