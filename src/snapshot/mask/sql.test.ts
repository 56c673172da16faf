import { describe, expect, test } from 'vitest';
import { scan } from '../../engines/postgres/grammar/lex.ts';
import { instants } from '../../mask/scalars.ts';
import type { Domain, Leaves } from './domain.ts';
import { freeText, maskSql, type SqlRules, type SqlScope } from './sql.ts';

/** Every private text becomes its length in crosses, every number one more. */
const leaves: Leaves = {
  text: (value) => 'x'.repeat(value.length),
  hex: (value) => value,
  number: (_, __, value) => value + 86_400_000_000n,
};
const text: Domain = { kind: 'text' };
const scope: SqlScope = new Map<string, Domain | undefined>([
  ['email', text],
  ['tags', { kind: 'array', of: text }],
  ['born', { kind: 'scalar', forms: [instants], set: 's' }],
  ['status', undefined],
]);
const rules: SqlRules = {
  scan,
  known: (value) => value === 'Anna Smith',
  strangers: 'keep',
  comments: 'keep',
};
const masked = (sql: string, more: Partial<SqlRules> = {}): string =>
  maskSql(sql, scope, leaves, { ...rules, ...more });

describe('literals of definitions', () => {
  test.each([
    ["(email = 'root'::text)", "(email = 'xxxx'::text)"],
    [
      "((email)::text = ANY ((ARRAY['a b'::character varying, 'cd'::character varying])::text[]))",
      "((email)::text = ANY ((ARRAY['xxx'::character varying, 'xx'::character varying])::text[]))",
    ],
    ["(email ~~ 'adm%'::text)", "(email ~~ 'xxx%'::text)"],
    [
      "((email = 'root'::text) AND (status = 'open'::text))",
      "((email = 'xxxx'::text) AND (status = 'open'::text))",
    ],
    ["(born > '1980-02-28'::date)", "(born > '1980-02-29'::date)"],
    ["(tags @> ARRAY['vip'::text])", "(tags @> ARRAY['xxx'::text])"],
    ["(tags @> '{vip,new}'::text[])", "(tags @> '{xxx,xxx}'::text[])"],
    ["(lower(email) = 'it''s'::text)", "(lower(email) = 'xxxx'::text)"],
    ["(email ~ '^[^@]+@[^@]+$'::text)", "(email ~ '^[^@]+@[^@]+$'::text)"],
    ["nextval('a_seq'::regclass)", "nextval('a_seq'::regclass)"],
    ["(status = 'Anna Smith'::text)", "(status = 'Anna Smith'::text)"],
    ["date_trunc('month'::text, born)", "date_trunc('month'::text, born)"],
    ["CASE WHEN (email = E'a\\'b') THEN 1 END", "CASE WHEN (email = E'xxx') THEN 1 END"],
    ["(status = 'ann@mail.org')", "(status = 'xxxxxxxxxxxx')"],
    ["BEGIN\n IF x = 'Anna Smith' THEN", "BEGIN\n IF x = 'xxxxxxxxxx' THEN"],
    ["AS $$ SELECT 1 WHERE email = 'root' $$", "AS $$ SELECT 1 WHERE email = 'xxxx' $$"],
    ['("email" = \'root\')', '("email" = \'xxxx\')'],
    ["(status = 'C:\\') AND (email = 'root')", "(status = 'C:\\') AND (email = 'xxxx')"],
  ])('%s', (sql, expected) => {
    expect(masked(sql)).toBe(expected);
  });
});

describe('statements that were sent as they are', () => {
  const sent = (sql: string): string => masked(sql, { strangers: 'replace', comments: 'drop' });

  test.each([
    ["SET app.user = 'ann'", "SET app.user = 'xxx'"],
    ["ALTER ROLE x PASSWORD 'hunter2'", "ALTER ROLE x PASSWORD 'xxxxxxx'"],
    ["SET statement_timeout = '5s'", "SET statement_timeout = '5s'"],
    ["SELECT * FROM u WHERE email = 'ann@ma", "SELECT * FROM u WHERE email = 'xxxxxx"],
    ['SELECT 1 /* user=ann@mail.org */', 'SELECT 1 '],
    ['/* name: one_user, by ann */ SELECT 1', '/* name: one_user */ SELECT 1'],
    ["SELECT 1 -- it's ann\nFROM u", 'SELECT 1 \nFROM u'],
    ['SELECT 1 /* open', 'SELECT 1 '],
    ['SELECT 1 /* a /* b */ Anna Smith */ + 2', 'SELECT 1  + 2'],
    ["DO $x$ BEGIN PERFORM 'ann@mail.org'; END $x$", "DO $x$ BEGIN PERFORM 'xxxxxxxxxxxx'; END $x$"],
    ["WHERE born BETWEEN '1980-02-28' AND '1980-03-01'", "WHERE born BETWEEN '1980-02-29' AND '1980-03-02'"],
    ["WHERE email IN ('a', 'b') AND status IN ('c')", "WHERE email IN ('x', 'x') AND status IN ('c')"],
  ])('%s', (sql, expected) => {
    expect(sent(sql)).toBe(expected);
  });
});

test('comments for people lose addresses and known values only', () => {
  expect(freeText('Ask ann@mail.org. Or Bo, DE89370400440532013000', leaves, () => false)).toBe(
    'Ask xxxxxxxxxxxx. Or Bo, xxxxxxxxxxxxxxxxxxxxxx',
  );
});
