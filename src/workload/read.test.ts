import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DbdError } from '../base/error.ts';
import { readWorkload } from './read.ts';

function refused(text: string): string {
  try {
    readWorkload(text, 'w.sql');
  } catch (error) {
    if (error instanceof DbdError)
      return `${error.code} ${error.details['line'] as number}: ${error.message} ${error.hint ?? ''}`;
    throw error;
  }
  throw new Error('the workload was read');
}

test('named queries have a rate, a target and sources of their parameters', () => {
  const { source, queries } = readWorkload(
    [
      '-- Queries of the application.',
      '',
      '-- name: user_by_email :one',
      '-- rate: 50/s peak 200/s',
      '-- p95: 20 ms',
      '-- param email: from users.email',
      '-- param limit: 1..50k',
      '-- param kind: [chart, "a b", 3]',
      '-- param token: = md5(n::text)',
      '-- a remark: that stays out of it',
      'SELECT * FROM users -- who',
      "WHERE email = :email AND kind = :kind AND note <> ';' AND token = :token LIMIT :limit;",
      '',
      '-- name: count.all',
      '-- param id: from "odd ""schema""".things."Id"',
      'SELECT $x$;$x$, count(*) FROM things WHERE id = :id',
    ].join('\r\n'),
    'w.sql',
  );
  expect(source).toBe('w.sql');
  expect(queries[0]).toMatchObject({
    name: 'user_by_email',
    rate: { perSecond: 50, peakPerSecond: 200 },
    p95: 20,
    params: {
      email: { kind: 'column', table: 'users', column: 'email' },
      limit: { kind: 'range', from: 1, to: 50_000 },
      kind: { kind: 'values', values: ['chart', 'a b', 3] },
      token: { kind: 'expression', sql: 'md5(n::text)' },
    },
  });
  expect(queries[0]!.sql).toContain('SELECT * FROM users -- who\nWHERE email');
  expect(queries[1]).toEqual({
    name: 'count.all',
    sql: 'SELECT $x$;$x$, count(*) FROM things WHERE id = :id',
    rate: { perSecond: 1, peakPerSecond: 1 },
    rateAssumed: true,
    params: { id: { kind: 'column', table: 'odd "schema".things', column: 'Id' } },
  });
});

test.each([
  ['SELECT 1;', /invalid 1: .*before the first `-- name:`/],
  ['-- rate: 1/s\n-- name: a\nSELECT 1', /invalid 1: .*`-- rate` stands before/],
  ['-- name: a\n-- rate: 5 s\nSELECT 1', /invalid 2: .*`5 s` is not a rate.*peak 200\/s/],
  ['-- name: a\n-- p95: 20 parsecs\nSELECT 1', /invalid 2: .*not a duration/],
  ['-- name: a\n-- rte: 5/s\nSELECT 1', /invalid 2: .*`-- rte:`.*`-- rate:`/],
  ['-- name: a\n-- param id: users\nSELECT :id', /invalid 2: .*values come from/],
  ['-- name: a\n-- param id: 9..1\nSELECT :id', /invalid 2: /],
  ['-- name: a\n-- param idd: 1..9\nSELECT :id, x::idd', /invalid 2: .*no parameter :idd/],
  ['-- name: a\n-- param id: 1..9\n-- param id: 1..9\nSELECT :id', /invalid 3: .*twice/],
  ['-- name: a\n\n-- name: b\nSELECT 1', /invalid 1: .*a has no statement/],
  ['-- name: a\nSELECT 1; SELECT 2;', /invalid 1: .*2 statements/],
  ['-- name: a\nSELECT 1\n-- name: a\nSELECT 2', /invalid 3: .*used twice/],
  ['-- name: drop table\nSELECT 1', /invalid 1: .*not a name/],
  ['', /invalid 1: .*no named query/],
  ['a\0', /invalid 1: .*not text/],
])('%j is refused', (text, message) => {
  expect(refused(text)).toMatch(message);
});

test('the example of the running application is read', () => {
  const text = readFileSync(
    new URL('../../examples/dashboard-analytics/workload.queries.sql', import.meta.url),
    'utf8',
  );
  const { queries } = readWorkload(text, 'workload.queries.sql');
  expect(queries.length).toBe(9);
  expect(queries.every(({ rateAssumed, p95 }) => rateAssumed === undefined && p95 !== undefined)).toBe(true);
});
