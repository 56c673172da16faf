/** A hundred tables and a hundred statements on them, and logs of any number of statements. */
import { bigTable } from '../../support/big-schema.ts';
import type { Work, WorkQuery } from '../../../src/tune/advice/model.ts';

const forms: readonly ((table: string, parent: string) => readonly [sql: string, ...values: unknown[]])[] = [
  (t) => [`SELECT * FROM ${t} WHERE code = $1`, 'c17'],
  (t) => [
    `SELECT id, amount FROM ${t} WHERE state = $1 AND amount > $2 ORDER BY made_at DESC LIMIT 20`,
    'done',
    2500,
  ],
  (t) => [
    `SELECT count(*) FROM ${t} WHERE done_on BETWEEN $1::date AND $2::date`,
    '2026-02-01',
    '2026-02-03',
  ],
  (t, p) => [
    `SELECT c.id, p.code FROM ${t} c JOIN ${p} p ON p.id = c.parent_id WHERE c.amount > $1 AND p.state = $2`,
    2900,
    'done',
  ],
  (t) => [
    `SELECT state, sum(amount) FROM ${t} WHERE made_at >= $1::timestamptz GROUP BY state`,
    '2026-03-20',
  ],
  (t) => [`SELECT id FROM ${t} WHERE lower(code) = $1`, 'c99'],
  (t) => [
    `SELECT id, code FROM ${t} WHERE state = 'open' AND details IS NOT NULL ORDER BY amount DESC LIMIT 10`,
  ],
  (t) => [`SELECT id, code FROM ${t} WHERE code LIKE $1 ORDER BY code LIMIT 50`, 'c12%'],
  (t, p) => [
    `SELECT p.id, count(*) FROM ${p} p JOIN ${t} c ON c.parent_id = p.id WHERE p.code = $1 AND c.done_on > $2::date GROUP BY p.id`,
    'c3',
    '2026-03-01',
  ],
  (t) => [`UPDATE ${t} SET state = 'done' WHERE code = $1`, 'c41'],
];

/** One statement for each of so many tables of the big schema, of ten forms. */
export function workOfTables(tables: number): Work {
  const pathOf = (n: number): string => `${bigTable(n).schema}.${bigTable(n).name}`;
  const queries = Array.from({ length: tables }, (_, n): WorkQuery => {
    const [sql, ...values] = forms[n % forms.length]!(pathOf(n), pathOf(Math.floor(n / 2)));
    return {
      name: `q${n}`,
      sql,
      kind: sql.startsWith('UPDATE') ? 'write' : 'read',
      tables: [bigTable(n).name],
      sets: [{ values, share: 1, kind: 'common' }],
      basis: 'declared',
      callsPerDay: 10 + ((n * 37) % 990),
      callsBasis: 'assumed',
      told: [],
    };
  });
  const writes = Array.from({ length: tables }, (_, n) => ({
    table: bigTable(n),
    inserted: 1000 + ((n * 91) % 20_000),
    updated: 500,
    hotUpdated: 400,
    deleted: 0,
    sets: [{ column: 'state', share: 1 }],
    basis: 'assumed' as const,
  }));
  return { source: 'bench', queries, unsupported: [], writes, limits: [] };
}
