import { beforeAll, expect, test } from 'vitest';
import type { Rewrite } from '../../src/engine/model.ts';
import { tryOnWorlds, fewestWithRows, manyWorlds, type Equality } from '../../src/tune/rewrite/equal.ts';
import { right } from './cases.ts';
import { wrong } from './wrong-twins.ts';
import { postgres, shop, type Shop } from './shop.ts';

let made: Shop;

beforeAll(async () => {
  await postgres.grammar.ready();
  made = await shop();
});

async function tried(
  sql: string,
  values: readonly unknown[],
  rewrites: readonly Rewrite[],
  worlds: number,
): Promise<readonly Equality[]> {
  const session = await postgres.connect(made.empty.ownerUrl, { statementTimeoutMs: 5000 });
  try {
    return await tryOnWorlds({
      engine: postgres,
      session,
      catalog: made.catalog,
      sql,
      sets: values.length > 0 ? [{ values, share: 1, kind: 'common' }] : [],
      rewrites,
      worlds,
      signal: new AbortController().signal,
    });
  } finally {
    await session.close();
  }
}

test.each(right)('$rule keeps the rows: $sql', async ({ rule, sql, values = [], has }) => {
  const rewrites = postgres.rewrites.of(sql, made.catalog).filter((one) => one.rule === rule);
  expect(rewrites.map((one) => one.sql).join('\n')).toContain(has);
  for (const { counterexample, unable, worlds } of await tried(sql, values, rewrites, 36)) {
    expect(counterexample).toBeUndefined();
    expect(unable).toBeUndefined();
    expect(worlds.withRows).toBeGreaterThanOrEqual(fewestWithRows);
  }
});

test.each(wrong)('a database is found that tells apart: $what', async ({ sql, instead, values = [] }) => {
  const [equality] = await tried(
    sql,
    values,
    [{ rule: 'by-hand', sql: instead, because: 'it looks alike', provided: [] }],
    manyWorlds,
  );
  expect(equality!.counterexample).toBeDefined();
  expect(equality!.counterexample!.original).not.toEqual(equality!.counterexample!.rewritten);
});
