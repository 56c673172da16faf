import { expect, test } from 'vitest';
import { postgres } from '../../../src/engines/postgres/index.ts';
import { testDatabase } from '../../support/database.ts';

const sql = `
  CREATE SCHEMA "od d";
  CREATE TYPE "od d"."sta te" AS ENUM ('new', 'it''s');
  CREATE DOMAIN cents AS numeric(12,2) CHECK (VALUE >= 0);
  CREATE DOMAIN small_cents AS cents CHECK (VALUE < 100);
  CREATE TABLE parent (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(40) NOT NULL, price small_cents, tags text[],
    states "od d"."sta te"[], at timestamptz NOT NULL, during tstzrange, raw bytea, took interval);
  CREATE TABLE child (id int PRIMARY KEY, parent_id bigint NOT NULL REFERENCES parent, note text);`;

test('tables are described through domains, arrays and enums', async () => {
  const { ownerUrl } = await testDatabase({ sql });
  const [found, ...more] = await postgres.describe.tables(ownerUrl, [
    { schema: 'public', name: 'parent' },
    { schema: 'public', name: 'gone' },
  ]);
  expect(more).toEqual([]);
  expect(found!.columns.map(({ name, type }) => [name, type.type, type.base, type.kind])).toEqual([
    ['id', 'bigint', 'bigint', 'bigint'],
    ['name', 'character varying(40)', 'character varying(40)', 'text'],
    ['price', 'small_cents', 'numeric(12,2)', 'decimal'],
    ['tags', 'text[]', 'text[]', 'array'],
    ['states', '"od d"."sta te"[]', '"od d"."sta te"[]', 'array'],
    ['at', 'timestamp with time zone', 'timestamp with time zone', 'instant'],
    ['during', 'tstzrange', 'tstzrange', 'other'],
    ['raw', 'bytea', 'bytea', 'bytes'],
    ['took', 'interval', 'interval', 'interval'],
  ]);
  expect(found!.columns[1]!.type.length).toBe(40);
  expect(found!.columns[2]!.type).toMatchObject({ precision: 12, scale: 2 });
  expect(found!.columns[4]!.type.element?.enumeration).toEqual({
    schema: 'od d',
    name: 'sta te',
    labels: ['new', "it's"],
  });
});

test('statements are described without being run', async () => {
  const { ownerUrl } = await testDatabase({ sql });
  const described = await postgres.describe.statements(ownerUrl, [
    'SELECT p.id, p.price, c.note, count(*) AS n FROM parent p JOIN child c ON c.parent_id = p.id WHERE p.at > $1 GROUP BY 1, 2, 3 LIMIT $2',
    'SELECT p.id, c.id AS child_id, coalesce(c.note, $1) FROM parent p LEFT JOIN child c ON c.parent_id = p.id',
    'INSERT INTO parent (name, at) VALUES ($1, $2) RETURNING id, tags',
    'DELETE FROM parent WHERE id = ANY ($1)',
    'SELECT nothing FROM parent',
    'SELECT 1 AS one',
  ]);
  const brief = described.map((each) =>
    'refused' in each
      ? each.refused
      : [
          each.parameters.map(({ type }) => type),
          each.columns.map(({ name, type, nullable }) => `${name} ${type.type}${nullable ? '?' : ''}`),
        ],
  );
  expect(brief).toEqual([
    [
      ['timestamp with time zone', 'bigint'],
      ['id bigint', 'price numeric(12,2)?', 'note text?', 'n bigint'],
    ],
    [['text'], ['id bigint?', 'child_id integer?', 'coalesce text?']],
    [
      ['character varying', 'timestamp with time zone'],
      ['id bigint', 'tags text[]?'],
    ],
    [['bigint[]'], []],
    'column "nothing" does not exist',
    [[], ['one integer']],
  ]);
  const session = await postgres.connect(ownerUrl);
  const { rows } = await session
    .query('SELECT count(*)::int AS n FROM parent')
    .finally(() => session.close());
  expect(rows).toEqual([{ n: 0 }]);
});
