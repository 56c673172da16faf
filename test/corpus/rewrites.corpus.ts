/** Every rewrite on ten times as many small databases as in the tests, with other seeds. */
import { beforeAll, expect, test } from 'vitest';
import { tryOnWorlds } from '../../src/tune/rewrite/equal.ts';
import { right } from '../rewrites/cases.ts';
import { postgres, shop, type Shop } from '../rewrites/shop.ts';

let made: Shop;

beforeAll(async () => {
  await postgres.grammar.ready();
  made = await shop();
});

test.each(right)('$rule: $sql', async ({ rule, sql, values = [] }) => {
  const session = await postgres.connect(made.empty.ownerUrl, { statementTimeoutMs: 5000 });
  try {
    const found = await tryOnWorlds({
      engine: postgres,
      session,
      catalog: made.catalog,
      sql,
      sets: values.length > 0 ? [{ values, share: 1, kind: 'common' }] : [],
      rewrites: postgres.rewrites.of(sql, made.catalog).filter((one) => one.rule === rule),
      worlds: 300,
      seed: 1000,
      signal: new AbortController().signal,
    });
    for (const { counterexample } of found) expect(counterexample).toBeUndefined();
  } finally {
    await session.close();
  }
});
