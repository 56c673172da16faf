import { beforeAll, expect, test } from 'vitest';
import { postgres } from '../../engines/postgres/index.ts';
import type { StatementRun } from '../../rehearse/model.ts';
import { rowDependent } from './row-dependence.ts';

beforeAll(() => postgres.grammar.ready());

/** A statement that ran while its transaction held a lock on the filled table `old`. */
const ran = (sql: string): StatementRun => ({
  sql,
  locks: [{ relation: 'public.old', mode: 'SHARE ROW EXCLUSIVE' }],
  rewrites: [],
  scans: [],
  skipped: [],
  walBytes: 0,
  session: 1,
  transaction: 1,
  at: 0,
  ms: 1,
  sampled: false,
  attempts: 1,
});
const dependent = (sql: string): boolean =>
  rowDependent([ran(sql)], (name) => (name === 'public.old' ? 10 : 0), postgres.grammar).length > 0;

test.each([
  "INSERT INTO fresh (name) VALUES ('SELECT is a word')",
  'CREATE UNIQUE INDEX ON fresh (name) WHERE deleted_at IS NULL',
  'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE old ATTACH PARTITION p DEFAULT; END $$',
])('does not depend on rows: %s', (sql) => expect(dependent(sql)).toBe(false));

test.each([
  'INSERT INTO fresh SELECT id FROM old',
  "INSERT INTO old (name) VALUES ('a')",
  'ALTER TABLE old ATTACH PARTITION p DEFAULT',
  'CREATE UNIQUE INDEX ON old (name)',
  'UPDATE old SET name = lower(name)',
])('depends on rows: %s', (sql) => expect(dependent(sql)).toBe(true));
