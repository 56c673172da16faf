/** Figures of indexes of every kind that nobody built, against the same ones built. */
import { expect, test } from 'vitest';
import { figure, quantile } from '../figure.ts';
import { errorsOf, type Miss } from './errors.ts';

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

test('costs with indexes of every kind', async () => {
  const found = [await errorsOf('orders'), await errorsOf('application')];
  const misses = found.flatMap((one) => one.misses);
  const sizes = found.flatMap((one) => one.sizes);
  for (const miss of [...misses]
    .sort((a, b) => b.error - a.error)
    .filter(({ error }) => error > 0.01)
    .slice(0, 40))
    process.stdout.write(
      `${percent(miss.error)} ${miss.kind}: ${miss.index}, ${miss.id}\n      ${miss.says}\n`,
    );
  for (const { index, ratio } of sizes.filter((one) => Math.abs(one.ratio - 1) > 0.05))
    process.stdout.write(`bytes ${ratio.toFixed(2)}x ${index}\n`);
  const sure = misses.filter(({ guessed }) => !guessed);
  const row = (what: string, goal: string, some: readonly Miss[]): void => {
    const errors = some.map(({ error }) => error);
    const same = some.filter(({ samePlan }) => samePlan).length;
    figure(
      what,
      goal,
      `${percent(quantile(errors, 0.9))}, ${percent(Math.max(0, ...errors))}; ${same} of ${some.length} plans the same`,
    );
  };
  row(
    `error of cost with ${new Set(sure.map(({ index }) => index)).size} indexes of every kind that nobody built, each alone, over queries that use it: 90 %, largest`,
    '≤ 1.5 %, ≤ 5 %',
    sure,
  );
  for (const kind of new Set(sure.map((miss) => miss.kind)))
    row(
      `&nbsp;&nbsp;${kind}`,
      '',
      sure.filter((miss) => miss.kind === kind),
    );
  row(
    '&nbsp;&nbsp;those over expressions and words that nobody gathered statistics of, which the what-if says: 90 %, largest',
    '',
    misses.filter(({ guessed }) => guessed),
  );
  figure(
    '&nbsp;&nbsp;bytes of such an index ÷ bytes built: 10 %, median, 90 %',
    '',
    [0.1, 0.5, 0.9]
      .map(
        (share) =>
          `${quantile(
            sizes.map(({ ratio }) => ratio),
            share,
          ).toFixed(3)}x`,
      )
      .join(', '),
  );
  const errors = sure.map(({ error }) => error);
  expect(errors.length).toBeGreaterThan(400);
  expect(quantile(errors, 0.9)).toBeLessThanOrEqual(0.015);
  expect(Math.max(...errors)).toBeLessThanOrEqual(0.05);
});
