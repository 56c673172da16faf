import { expect, test } from 'vitest';
import { inColumnOrder } from './compare-order.ts';

const action = (sql: string, produces: readonly string[] = [], consumes: readonly string[] = []) => ({
  sql,
  produces,
  consumes,
});
const columns = new Map([['"public"."t"', ['id', 'mood', 'a,b', 'made']]]);

test('types come first and later columns move into their table, in its order', () => {
  expect(
    inColumnOrder(
      [
        action('CREATE SCHEMA "s"', ['schema']),
        action(
          'CREATE TABLE "public"."t" ("id" int DEFAULT f(1, \'),(\'), "a,b" numeric(1,2), CONSTRAINT "c" CHECK (id IN (1, 2))) WITH (fillfactor=80)',
          ['t', 't.id'],
        ),
        action('CREATE INDEX i ON t (id)', ['i'], ['t']),
        action('CREATE TYPE "s"."mood" AS ENUM (\'x\')', ['mood'], ['schema']),
        action('ALTER TABLE "public"."t" ADD COLUMN "mood" s.mood', ['t.mood'], ['t', 'mood']),
      ],
      columns,
    ),
  ).toEqual([
    'CREATE SCHEMA "s"',
    'CREATE TYPE "s"."mood" AS ENUM (\'x\')',
    'CREATE TABLE "public"."t" ("id" int DEFAULT f(1, \'),(\'), "mood" s.mood, "a,b" numeric(1,2), CONSTRAINT "c" CHECK (id IN (1, 2))) WITH (fillfactor=80)',
    'CREATE INDEX i ON t (id)',
  ]);
});

test('a column that needs what is made later stays behind, and other tables stay as they are', () => {
  const plan = [
    action('CREATE TABLE "public"."t" ("id" int)', ['t']),
    action('CREATE FUNCTION f()', ['f'], ['t']),
    action('ALTER TABLE "public"."t" ADD COLUMN "made" int DEFAULT f()', ['t.made'], ['t', 'f']),
    action('ALTER TABLE "public"."old" ADD COLUMN "x" int', ['old.x'], ['old']),
  ];
  expect(inColumnOrder(plan, columns)).toEqual(plan.map(({ sql }) => sql));
  expect(inColumnOrder([], columns)).toEqual([]);
});
