/** The same findings whatever EXPLAIN prints, with names that have to be quoted, and with nothing known beside the plan. */
import { describe, expect, it } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { plans } from '../../src/engines/postgres/plans/plans.ts';
import { checkPlan } from '../../src/rules/check-plan.ts';
import type { PlanFinding } from '../../src/rules/plan/model.ts';
import { testDatabase } from '../support/database.ts';
import { cases } from './cases/all.ts';
import { labelled } from './stored.ts';

const hostile = `CREATE TABLE "Order; DROP TABLE x" (id integer PRIMARY KEY, "the ""Status""" text NOT NULL, größe integer NOT NULL);
INSERT INTO "Order; DROP TABLE x" SELECT n, CASE WHEN n % 1000 = 0 THEN 'it''s' ELSE 'usual' END, n % 7 FROM generate_series(1, 40000) n;
ANALYZE "Order; DROP TABLE x"`;

const sql = `SELECT * FROM "Order; DROP TABLE x" WHERE "the ""Status""" = 'it''s'`;

async function findings(format: string, options = 'ANALYZE, BUFFERS'): Promise<readonly PlanFinding[]> {
  const session = await postgres.connect((await testDatabase({ sql: hostile })).ownerUrl);
  try {
    await session.query('SET max_parallel_workers_per_gather = 0');
    const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(
      `EXPLAIN (${[options, `FORMAT ${format}`].filter(Boolean).join(', ')}) ${sql}`,
    );
    const text = rows
      .map((row) => row['QUERY PLAN'])
      .map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
      .join('\n');
    return checkPlan({
      plan: plans.read(text)[0]!,
      quote: postgres.quote,
      relations: [
        {
          schema: 'public',
          name: 'Order; DROP TABLE x',
          kind: 'table',
          pages: 300,
          rows: 40_000,
          allVisible: 0,
        },
      ],
    });
  } finally {
    await session.close();
  }
}

describe('findings', () => {
  it.each(['json', 'yaml', 'text'])('are the same for %s, and their fix can be run', async (format) => {
    const [found] = await findings(format);
    expect(found).toMatchObject({
      rule: 'full-scan-for-few-rows',
      path: '0',
      basis: 'measured',
      evidence: { 'rows read': 40_000, 'rows kept': 40 },
      fix: {
        kind: 'index',
        table: { schema: 'public', name: 'Order; DROP TABLE x' },
        definition: 'USING btree ("the ""Status""")',
      },
    });
    const { fix } = found!;
    if (fix.kind !== 'index') throw new Error('no index');
    const session = await postgres.connect((await testDatabase({ sql: hostile })).ownerUrl);
    try {
      await session.query(`CREATE INDEX ON ${postgres.quote.name(fix.table)} ${fix.definition}`);
      const after = await postgres.plans.explain(session, sql, [], { analyze: true });
      expect(checkPlan({ plan: after, quote: postgres.quote })).toEqual([]);
    } finally {
      await session.close();
    }
  });

  it.each(['json', 'yaml', 'text'])('without ANALYZE rest on the estimate, in %s', async (format) => {
    const [found] = await findings(format, '');
    expect(found).toMatchObject({ rule: 'full-scan-for-few-rows', basis: 'estimated' });
    expect(found!.stakeMs).toBeUndefined();
    expect(found!.message).toContain('would be read');
  });
});

describe('every stored plan', () => {
  const set = labelled(cases);

  it('can be asked about with nothing known beside it', () => {
    for (const { context } of set) {
      const { plan, quote } = context;
      for (const finding of checkPlan({ plan, quote })) {
        expect(finding.message).not.toMatch(/undefined|NaN|Infinity|\[object/);
        expect(plan.nodes.some(({ path }) => path === finding.path)).toBe(true);
      }
    }
  });

  it('gives findings in the order of what is at stake, in whole sentences', () => {
    for (const { context } of set) {
      const found = checkPlan(context);
      const shares = found.map(({ share }) => share);
      expect(shares).toEqual(shares.toSorted((a, b) => b - a));
      for (const { message, share, evidence } of found) {
        expect(message).toMatch(/[.]$|of: .*$/s);
        expect(message).not.toMatch(/undefined|NaN|Infinity|\[object/);
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(Object.keys(evidence).length).toBeGreaterThan(0);
      }
    }
  });

  it('may be cut off anywhere', () => {
    for (const { plan, context } of set.slice(0, 60))
      for (const share of [0.3, 0.6, 0.9]) {
        const text = JSON.stringify(JSON.parse(plan), undefined, 2);
        const cut = text.slice(0, Math.floor(text.length * share));
        let read;
        try {
          [read] = plans.read(cut);
        } catch {
          continue;
        }
        expect(() => checkPlan({ ...context, plan: read! })).not.toThrow();
      }
  });
});
