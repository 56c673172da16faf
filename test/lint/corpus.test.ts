import { beforeAll, expect, test } from 'vitest';
import { lint } from '../../src/deliver/lint/lint.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { FactsContext } from '../../src/engine/model.ts';
import { readText } from '../../src/formats/reading/read.ts';
import type { Finding } from '../../src/report/model.ts';
import { bad } from './bad.ts';
import { good } from './good.ts';

beforeAll(() => postgres.grammar.ready());

async function grave(one: {
  readonly path: string;
  readonly text: string;
  readonly current?: string;
  readonly major?: number;
}): Promise<readonly Finding[]> {
  let context: FactsContext = { serverVersion: 180_000 };
  for (const statement of postgres.grammar.split(one.current ?? ''))
    context = postgres.facts.after(statement, context);
  const { findings } = await lint({
    engine: postgres,
    read: readText(one.text, one.path),
    known: { source: 'a test', ...(context.catalog ? { catalog: context.catalog } : {}) },
    serverVersion: (one.major ?? 18) * 10_000,
    failOn: 'warning',
    only: [],
    smallRows: 10_000,
    today: '2026-11-20',
  });
  return findings.filter(({ severity }) => severity !== 'info');
}

test('there are enough of both', () => {
  expect(bad.length).toBeGreaterThanOrEqual(33);
  expect(good.length).toBeGreaterThanOrEqual(17);
});

test.each(bad.map((one) => [one.name, one] as const))('bad: %s', async (_name, one) => {
  const found = await grave(one);
  expect(found.map(({ rule }) => rule)).toEqual(expect.arrayContaining([...one.rules]));
  for (const { span } of found)
    expect(one.text.split('\n').length).toBeGreaterThanOrEqual(span?.line ?? Infinity);
});

test.each(good.map((one) => [one.name, one] as const))('good: %s', async (_name, one) => {
  expect((await grave(one)).map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
});
