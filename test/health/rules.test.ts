import { beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { healthRules } from '../../src/rules/health/all.ts';
import type { HealthFacts } from '../../src/rules/health/model.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { testSandbox } from '../support/database.ts';
import { factsOf, findsOf, fixtureOf, placesOf, runAll, setUp, type Fixture } from './fixtures.ts';

const written = healthRules.flatMap((rule) => {
  const bad = fixtureOf(rule.id, 'bad');
  const good = fixtureOf(rule.id, 'good');
  return bad && good ? [{ rule, bad, good }] : [];
});

let bad: SandboxDatabase;
let facts: { readonly bad: HealthFacts; readonly good: HealthFacts };

async function prepared(kind: 'bad' | 'good'): Promise<SandboxDatabase> {
  const database = await (await testSandbox()).createDatabase();
  await setUp(
    database,
    written.map((one) => one[kind]),
  );
  return database;
}

beforeAll(async () => {
  await postgres.grammar.ready();
  bad = await prepared('bad');
  const good = await prepared('good');
  facts = { bad: await factsOf(bad.adminUrl), good: await factsOf(good.adminUrl) };
});

describe.each(written.map((one) => [one.rule.id, one] as const))('%s', (_, one) => {
  test('finds what is bad, and nothing in what is good', () => {
    expect(one.bad.finds.length).toBeGreaterThan(0);
    const found = findsOf(one.rule, facts.bad, one.bad);
    expect(placesOf(one.rule, found)).toEqual(one.bad.finds);
    for (const { message } of found) expect(message).toMatch(/\.$/);
    expect(
      findsOf(one.rule, facts.good, { ...one.good, limits: one.bad.limits, days: one.bad.days }),
    ).toEqual([]);
    expect(one.rule.threshold).toMatch(/\.$/);
    expect(one.rule.instead).toMatch(/\.$/);
    expect(one.rule.because).not.toMatch(/\.$/);
  });
});

test('the rules have names of their own', () => {
  expect(new Set(healthRules.map(({ id }) => id)).size).toBe(healthRules.length);
});

test('each fix is taken as it stands, and what it mends is gone', async () => {
  const mended: Fixture[] = [];
  const session = await postgres.connect(bad.adminUrl, { names: 'database' });
  try {
    for (const one of written)
      for (const { fix } of findsOf(one.rule, facts.bad, one.bad)) {
        if (fix === undefined || one.bad.unmended) continue;
        await runAll(session, fix).catch((error: unknown) => {
          throw new Error(`${one.rule.id}: ${fix}`, { cause: error });
        });
        if (!mended.includes(one.bad)) mended.push(one.bad);
      }
  } finally {
    await session.close();
  }
  const after = await factsOf(bad.adminUrl);
  const left = written
    .filter((one) => mended.includes(one.bad))
    .flatMap((one) =>
      findsOf(one.rule, after, one.bad)
        .filter(({ fix }) => fix !== undefined)
        .map(({ object, message }) => `${one.rule.id} ${object}: ${message}`),
    );
  expect(mended.length).toBeGreaterThan(10);
  expect(left).toEqual([]);
});
