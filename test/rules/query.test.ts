import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalog } from '../../src/catalog/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { planRules } from '../../src/rules/plan/all.ts';
import type { PlanFinding } from '../../src/rules/plan/model.ts';
import { queryRules } from '../../src/rules/query/all.ts';
import { checkQueries } from '../../src/rules/check-queries.ts';
import type { QueryFinding } from '../../src/rules/query/model.ts';
import { testDatabase } from '../support/database.ts';

const folder = join(import.meta.dirname, 'query');
let catalog: Catalog;

beforeAll(async () => {
  await postgres.grammar.ready();
  const sql = readFileSync(join(import.meta.dirname, 'query-structure.sql'), 'utf8');
  const session = await postgres.connect((await testDatabase({ sql })).ownerUrl);
  catalog = await postgres.inspect(session).finally(() => session.close());
});

function found(file: string, planFindings: readonly PlanFinding[] = []): readonly QueryFinding[] {
  const sql = readFileSync(join(folder, file), 'utf8');
  return checkQueries([{ name: file, sql, planFindings }], { engine: postgres, catalog });
}

test('the rules have their cases, names of their own, and rules for plans that exist', () => {
  expect(readdirSync(folder).toSorted()).toEqual(queryRules.map(({ id }) => id).toSorted());
  const known = new Set(planRules.map(({ id }) => id));
  for (const { confirmedBy = [] } of queryRules) for (const id of confirmedBy) expect(known).toContain(id);
});

describe.each(queryRules.map(({ id }) => id))('%s', (id) => {
  test('finds what is bad, and nothing in what is good', () => {
    const bad = found(`${id}/bad.sql`).filter(({ rule }) => rule === id);
    expect(bad).toHaveLength(1);
    expect(bad[0]!.message).toMatch(/\.$/);
    expect(found(`${id}/good.sql`).map(({ rule }) => rule)).not.toContain(id);
  });
});

test('the text alone, the structure, and a plan are told apart', () => {
  const sql = 'SELECT id FROM users WHERE id NOT IN (SELECT ref_id FROM orders)';
  const only = checkQueries([{ name: 'q', sql }], { engine: postgres });
  expect(only.map(({ rule, confidence }) => [rule, confidence])).toEqual([['not-in-with-nulls', 'text']]);
  const known = checkQueries([{ name: 'q', sql }], { engine: postgres, catalog });
  expect(known.find(({ rule }) => rule === 'not-in-with-nulls')).toMatchObject({
    confidence: 'catalog',
    column: 'ref_id',
  });
  const seen: PlanFinding = {
    rule: 'not-in-subquery',
    severity: 'warning',
    path: '0',
    node: 'Seq Scan on users',
    message: 'The list of orders is searched for each of 3,000 rows.',
    evidence: { rows: 3000 },
    share: 0.9,
    basis: 'measured',
    stakeMs: 12,
    fix: { kind: 'rewrite', rule: 'not-in-to-not-exists', advice: 'NOT EXISTS' },
  };
  const [confirmed] = checkQueries([{ name: 'q', sql, planFindings: [{ ...seen, node: 'Result' }] }], {
    engine: postgres,
    catalog,
  });
  expect(confirmed).toMatchObject({ rule: 'not-in-with-nulls', confidence: 'plan', share: 0.9 });
});

test('a text that does not parse has no findings', () => {
  expect(checkQueries([{ name: 'torn', sql: 'SELECT FROM WHERE' }], { engine: postgres, catalog })).toEqual(
    [],
  );
});

test('hostile names are names', () => {
  const sql =
    'SELECT * FROM "ord""; DROP TABLE x; --" WHERE "a b" = NULL AND U&"d\\0061t" NOT IN (SELECT "ü" FROM "Ü")';
  const rules = checkQueries([{ name: 'odd', sql }], { engine: postgres, catalog }).map(({ rule }) => rule);
  expect(rules).toContain('comparison-with-null');
  expect(rules).toContain('all-columns-read');
});
