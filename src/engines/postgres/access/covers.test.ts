import { blankTable } from '../../../catalog/blank.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalog, Column, Index } from '../../../catalog/model.ts';
import { ready } from '../grammar/parse.ts';
import { access } from './access.ts';

beforeAll(ready);

const columns: Readonly<Record<string, string>> = {
  id: 'bigint',
  email: 'character varying(200)',
  team: 'integer',
  active: 'boolean',
  data: 'jsonb',
  tags: 'text[]',
  day: 'date',
};

const catalog: Catalog = {
  engine: 'postgres',
  version: '18.0',
  schemas: [],
  extensions: [],
  tables: [
    {
      ...blankTable({ schema: 'public', name: 'users' }),
      columns: Object.entries(columns).map(([name, type], i): Column => ({
        name,
        position: i + 1,
        type,
        notNull: false,
        grants: [],
      })),
    },
  ],
  views: [],
  routines: [],
  types: [],
  sequences: [],
};

describe('indexes', () => {
  const index = (definition: string, unique = false): Index =>
    access.indexOf({ table: { schema: 'public', name: 'users' }, definition, unique }, catalog);
  const covers = (one: string, other: string, loose?: number): boolean =>
    access.covers(index(one), index(other), catalog, loose);

  test('written down', () => {
    expect(
      access.define({
        table: { schema: 'My Schema', name: 'Odd "T"' },
        method: 'btree',
        keys: [
          { key: 'a"b', expression: false },
          { key: 'lower("select")', expression: true, descending: true, nullsFirst: false },
        ],
        includes: ['select'],
        predicate: '"a""b" > 3',
      }),
    ).toEqual({
      table: { schema: 'My Schema', name: 'Odd "T"' },
      definition: '("a""b", lower("select") DESC NULLS LAST) INCLUDE ("select") WHERE "a""b" > 3',
      unique: false,
    });
  });

  test.each([
    ['(team)', '(team, id)'],
    ['(team, id)', '(team DESC, id DESC)'],
    ['(lower(email))', '(lower((email)::text), team)'],
    ["((data ->> 'a'))", "((data ->> 'a'::text))"],
    ['(team) INCLUDE (id)', '(team, id)'],
    ['(team) WHERE active', '(team, id) WHERE active'],
    ["(id) WHERE email IN ('a', 'b')", "(id) WHERE email IN ('b', 'a')"],
    ['(team) WHERE team IS NOT NULL', '(team)'],
    ['USING hash (id)', '(id, team)'],
    ['USING gin (tags)', 'USING gin (data, tags)'],
  ])('%s is done by %s', (one, other) => {
    expect(covers(one, other)).toBe(true);
  });

  test.each([
    ['(team, id)', '(team)'],
    ['(team)', '(id, team)'],
    ['(team, id)', '(team, id DESC)'],
    ['(email)', '(email varchar_pattern_ops)'],
    ['(email)', '(email COLLATE "C")'],
    ['(team)', '(team) WHERE active'],
    ['(team) WHERE active', '(team)'],
    ['(team) WHERE id > 5', '(team) WHERE id > 9'],
    ['(team) INCLUDE (id)', '(team)'],
    ['USING gin (data)', 'USING gin (data jsonb_path_ops)'],
    ['(id)', 'USING hash (id)'],
    ['(day) WHERE team IS NOT NULL', '(day)'],
  ])('%s is not done by %s', (one, other) => {
    expect(covers(one, other)).toBe(false);
  });

  test('directions that nobody asks for do not matter', () => {
    expect(covers('(team, id)', '(team, id DESC)', 1)).toBe(true);
    expect(covers('(team, id, day)', '(team, id DESC, day)', 1)).toBe(false);
  });

  test('a unique one is done by a unique one alone', () => {
    expect(access.covers(index('(id)', true), index('(id)'), catalog)).toBe(false);
    expect(access.covers(index('(id)', true), index('(id, team)', true), catalog)).toBe(false);
    expect(access.covers(index('(id)'), index('(id)', true), catalog)).toBe(true);
    expect(access.covers(index('(id)', true), index('(id)', true), catalog)).toBe(true);
  });
});
