import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** What only a person can do: it changes the application, or what a statement promises. */
const byHand = ['query-per-row-to-one', 'unchanged-update', 'late-fetch', 'repeated-subquery'];

test('a plan rule names a rewrite that there is, or one that is done by hand', () => {
  const known = readdirSync('src/engines/postgres/rewrites/rules').map((name) => name.replace(/\.ts$/, ''));
  const named = readdirSync('src/rules/plan', { withFileTypes: true })
    .filter((one) => one.isFile())
    .flatMap(({ name }) =>
      [
        ...readFileSync(`src/rules/plan/${name}`, 'utf8').matchAll(/kind: 'rewrite'[^}]*?rule: '([a-z-]+)'/g),
      ].map(([, rule]) => rule!),
    );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((rule) => !known.includes(rule) && !byHand.includes(rule))).toEqual([]);
});
