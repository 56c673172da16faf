import type { PlanCase } from '../model.ts';
import { casesOf } from './of.ts';

/** Writes, functions, triggers and policies. */
export const accountCases: readonly PlanCase[] = casesOf('account', {
  'accounts deleted with their bookings': [
    `DELETE FROM accounts WHERE id <= 20`,
    ['foreign-key-check-without-index'],
    { cure: { first: ['CREATE INDEX ON bookings (account_id)'] }, also: [14, 16] },
  ],
  'one account deleted': [
    `DELETE FROM accounts WHERE id = 77`,
    ['foreign-key-check-without-index'],
    { cure: { first: ['CREATE INDEX ON bookings (account_id)'] } },
  ],
  'accounts renumbered': [
    `UPDATE accounts SET id = id + 100000 WHERE id BETWEEN 5 AND 9`,
    ['foreign-key-check-without-index'],
    {
      before: [
        'DELETE FROM bookings WHERE account_id BETWEEN 5 AND 9',
        'DELETE FROM statements WHERE account_id BETWEEN 5 AND 9',
      ],
      may: ['stale-statistics'],
    },
  ],
  'holders deleted with their cards': [
    `DELETE FROM holders WHERE id <= 20`,
    [],
    { near: 'foreign-key-check-without-index', also: [14] },
  ],
  'bookings added': [
    `INSERT INTO bookings SELECT 200000 + n, n, 5, now() FROM generate_series(1, 2000) n`,
    [],
    { near: 'foreign-key-check-without-index', may: ['row-misestimate'] },
  ],
  'values written with an audit': [
    `UPDATE audited SET value = value + 1 WHERE id <= 800`,
    ['trigger-time'],
    { cure: { first: ['ALTER TABLE audited DISABLE TRIGGER audited_row'] }, also: [15] },
  ],
  'values written without one': [
    `UPDATE audited SET value = value + 1 WHERE id <= 800`,
    [],
    { before: ['ALTER TABLE audited DISABLE TRIGGER audited_row'], near: 'trigger-time' },
  ],
  'sessions written, with all their indexes': [
    `UPDATE sessions SET hits = hits + 1 WHERE account_id = 77`,
    ['update-of-indexed-column', 'full-scan-for-few-rows'],
    {
      may: ['scattered-rows', 'row-misestimate'],
      cure: { first: ['CREATE INDEX ON sessions (account_id)'] },
    },
  ],
  'session written by its key': [
    `UPDATE sessions SET hits = hits + 1 WHERE id = 'c4ca4238-a0b9-2382-0dcc-509a6f75849b'`,
    ['update-of-indexed-column'],
    {},
  ],
  'session written beside its indexes': [
    `UPDATE sessions SET state = 'busy' WHERE id = 'c4ca4238-a0b9-2382-0dcc-509a6f75849b'`,
    [],
    { near: 'update-of-indexed-column' },
  ],
  'job written': [
    `UPDATE jobs SET tries = tries + 1 WHERE id = 77`,
    [],
    { near: 'update-of-indexed-column' },
  ],
  'states set again': [
    `UPDATE movements SET kind = 'm1' WHERE account_id BETWEEN 100 AND 1100 AND kind IN ('m1', 'm2')`,
    ['unchanged-update'],
    {
      unchanged: `SELECT count(*) FILTER (WHERE kind = 'm1') AS rows, count(*) AS of FROM movements WHERE account_id BETWEEN 100 AND 1100 AND kind IN ('m1', 'm2')`,
      may: ['full-scan-for-few-rows', 'row-misestimate'],
    },
  ],
  'states set where they differ': [
    `UPDATE movements SET kind = 'm1' WHERE account_id BETWEEN 100 AND 1100 AND kind = 'm2'`,
    [],
    {
      unchanged: `SELECT 0 AS rows, count(*) AS of FROM movements WHERE account_id BETWEEN 100 AND 1100 AND kind = 'm2'`,
      near: 'unchanged-update',
      may: ['full-scan-for-few-rows', 'row-misestimate'],
    },
  ],
  'account that somebody holds': [
    `UPDATE accounts SET balance = 1 WHERE id = 900`,
    ['lock-wait'],
    { blocked: { by: 'UPDATE accounts SET balance = 2 WHERE id = 900', ms: 400 } },
  ],
  'account that somebody holds, locked': [
    `SELECT * FROM accounts WHERE id = 901 FOR UPDATE`,
    ['lock-wait'],
    { blocked: { by: 'UPDATE accounts SET balance = 2 WHERE id = 901', ms: 400 }, also: [14] },
  ],
  'account that nobody holds': [`UPDATE accounts SET balance = 1 WHERE id = 900`, [], { near: 'lock-wait' }],
  'many accounts written': [
    `UPDATE accounts SET balance = balance + 1`,
    [],
    { near: 'lock-wait', may: ['full-page-images', 'update-of-indexed-column'] },
  ],
  'all ready jobs locked': [
    `SELECT id FROM jobs WHERE state = 'ready' FOR UPDATE`,
    ['row-lock-fan-out'],
    { also: [14] },
  ],
  'all ready jobs locked, not run': [
    `SELECT id FROM jobs WHERE state = 'ready' FOR UPDATE`,
    ['row-lock-fan-out'],
    { plain: true },
  ],
  'newest ready jobs, by a generic plan': [
    `SELECT count(tries) FROM jobs WHERE state = 'ready' AND run_at > '2024-01-28'`,
    ['generic-plan-cost'],
    { generic: `SELECT count(tries) FROM jobs WHERE state = $1 AND run_at > '2024-01-28'` },
  ],
  'next jobs locked': [
    `SELECT id FROM jobs WHERE state = 'ready' ORDER BY run_at LIMIT 20 FOR UPDATE SKIP LOCKED`,
    [],
    { near: 'row-lock-fan-out', also: [16] },
  ],
  'sessions added at random places': [
    `UPDATE sessions SET state = 'x' WHERE account_id % 50 = 7`,
    ['full-page-images'],
    {
      durable: true,
      before: ['CHECKPOINT'],
      may: ['row-misestimate', 'expression-without-statistics', 'arithmetic-on-column', 'lock-wait'],
    },
  ],
  'jobs added in order': [
    `INSERT INTO jobs SELECT n, 'done', now(), 0 FROM generate_series(100001, 110000) n`,
    [],
    { durable: true, near: 'full-page-images', may: ['row-misestimate'] },
  ],
  'risk of each movement': [
    `SELECT count(*) FROM movements WHERE risk(amount) > 100000 AND id < 20000`,
    ['slow-function'],
    {
      may: [
        'call-per-row',
        'expression-without-statistics',
        'row-misestimate',
        'parallel-not-considered',
        'function-on-column',
      ],
      also: [15],
      settings: { max_parallel_workers_per_gather: '0' },
    },
  ],
  'risk in the list': [`SELECT id, risk(amount) FROM movements WHERE id < 5000`, ['slow-function'], {}],
  'doubled movements': [
    `SELECT sum(doubled(amount)) FROM movements WHERE id < 20000`,
    [],
    { near: 'slow-function' },
  ],
  'days of a function': [
    `SELECT count(*) FROM booked_days()`,
    ['slow-function'],
    { may: ['row-misestimate'] },
  ],
  'days of a series': [
    `SELECT count(*) FROM generate_series(1, 100000)`,
    [],
    { near: 'slow-function', may: ['count-of-everything'] },
  ],
  'movements by a shade': [
    `SELECT count(*) FROM movements WHERE shade(kind) = 'm3'`,
    ['parallel-not-considered'],
    {
      may: ['slow-function', 'expression-without-statistics', 'row-misestimate', 'function-on-column'],
      settings: {
        parallel_setup_cost: '10',
        parallel_tuple_cost: '0.001',
        min_parallel_table_scan_size: '0',
      },
    },
  ],
  'movements by a safe function': [
    `SELECT count(*) FROM movements WHERE doubled(amount) < 500`,
    [],
    {
      near: 'parallel-not-considered',
      may: ['expression-without-statistics', 'row-misestimate', 'function-on-column'],
      settings: {
        parallel_setup_cost: '10',
        parallel_tuple_cost: '0.001',
        min_parallel_table_scan_size: '0',
      },
    },
  ],
  'movements of the current owner': [
    `SELECT count(*) FROM movements WHERE owner = current_owner()`,
    ['call-per-row'],
    {
      may: ['slow-function', 'parallel-not-considered', 'row-misestimate'],
      cure: { sql: `SELECT count(*) FROM movements WHERE owner = (SELECT current_owner())` },
      also: [14],
    },
  ],
  'movements of a setting': [
    `SELECT count(*) FROM movements WHERE account_id = current_setting('app.account')::integer`,
    ['call-per-row'],
    {
      before: [`SET LOCAL app.account = '7'`],
      may: ['full-scan-for-few-rows'],
      settings: { max_parallel_workers_per_gather: '0' },
      cure: {
        sql: `SELECT count(*) FROM movements WHERE account_id = (SELECT current_setting('app.account')::integer)`,
        gain: 1.2,
      },
    },
  ],
  'movements of the owner, asked once': [
    `SELECT count(*) FROM movements WHERE owner = (SELECT current_owner())`,
    [],
    { may: ['full-scan-for-few-rows', 'parallel-not-considered', 'row-misestimate'], near: 'call-per-row' },
  ],
  'bookings before now': [
    `SELECT count(*) FROM bookings WHERE booked_at < now()`,
    [],
    { near: 'call-per-row' },
  ],
  'movements of an account': [
    `SELECT * FROM movements WHERE account_id = 77`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON movements (account_id)'] } },
  ],
  'movements by kind': [
    `SELECT kind, owner, sum(amount) FROM movements GROUP BY kind, owner`,
    [],
    { near: 'wrong-group-count' },
  ],

  'one worker for all': [
    `SELECT count(*) FROM movements m WHERE m.id < 50000 OR m.kind = 'm9'`,
    [],
    {
      near: 'worker-skew',
      may: ['worker-skew', 'or-over-columns'],
      settings: { max_parallel_workers_per_gather: '2', parallel_setup_cost: '0', parallel_tuple_cost: '0' },
    },
  ],
});
