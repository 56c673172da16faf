/** Figures of advice: sets of indexes chosen by estimate, then built and measured, ours beside those of published rules. */
import { expect, test } from 'vitest';
import { postgres } from '../../../src/engines/postgres/index.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { figure, quantile } from '../figure.ts';
import { contest, type Entry } from './contest.ts';
import { measured, type Measured } from './measured.ts';
import { ours } from './ours.ts';
import { rivals } from './rivals/all.ts';
import { extend } from './rivals/extend.ts';
import { filledShape, type ShapeName } from './shapes.ts';

const shares = [0.05, 0.1, 0.25, 0.5];
const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

test.each<ShapeName>(['orders', 'application'])('sets of indexes for %s, built', async (shape) => {
  const sandbox = await startSandbox(postgres, {
    settings: { autovacuum: 'off', shared_buffers: '1GB', max_wal_size: '4GB' },
  });
  try {
    const filled = await filledShape(sandbox, shape);
    const chosen = await contest(filled, shares, rivals, [ours]);
    await sandbox.durable(true);
    const found = await measured(filled, chosen);
    const all = chosen.entries.map((entry, e) => ({ ...entry, built: found.sets[e]! }));
    for (const entry of all) process.stdout.write(`${told(entry, entry.built, chosen.before)}\n`);
    const about = `${filled.snapshot.catalog.tables.length} tables with ${Math.round(filled.dataBytes / 1e6)} MB, ${filled.queries.length} statements`;
    for (const share of shares) {
      const here = all.filter((entry) => entry.share === share);
      const own = here.find(({ name }) => name === ours.name)!;
      const others = here.filter((entry) => entry !== own);
      const day = ({ built }: (typeof all)[number]): number => built.readMs + built.writeMs;
      figure(
        `indexes for ${shape} (${about}) within ${percent(share, 0)} of the data's bytes, built: measured time of a day, reads and writes`,
        'less than each of the others',
        `${seconds(day(own))}; ${others.map((entry) => `${entry.name} ${seconds(day(entry))}`).join(', ')}`,
      );
      figure(
        '&nbsp;&nbsp;estimated cost, of that without new indexes',
        'none less, ≤ 1 % above the best',
        `${percent(own.cost / chosen.before)}; ${others.map(({ name, cost }) => `${name} ${percent(cost / chosen.before)}`).join(', ')}. ${own.claim!.says}`,
      );
      const { calls } = others.find(({ name }) => name === extend.name)!;
      figure(
        '&nbsp;&nbsp;plans priced for it',
        "≤ 25 % of Extend's",
        `${own.calls}, ${percent(own.calls / calls)} of Extend's ${calls}`,
      );
      for (const other of others)
        expect.soft(own.cost, `${shape} ${share} ${other.name}`).toBeLessThanOrEqual(other.cost);
      for (const other of others)
        expect.soft(day(own), `${shape} ${share} ${other.name}`).toBeLessThan(day(other));
      expect.soft(own.bytes).toBeLessThanOrEqual(share * filled.dataBytes);
    }
    figure(
      `&nbsp;&nbsp;error of cost of these sets, ${found.built} indexes built, ${found.errors.length} plans with one: 90 %, largest`,
      '≤ 1.5 %, ≤ 5 %',
      `${percent(quantile(found.errors, 0.9), 2)}, ${percent(Math.max(0, ...found.errors), 2)}`,
    );
    if (found.guessedErrors.length > 0)
      figure(
        '&nbsp;&nbsp;the same of plans with indexes over expressions and words that nobody gathered statistics of, built but not analysed: median, largest',
        '',
        `${percent(quantile(found.guessedErrors, 0.5), 2)}, ${percent(Math.max(...found.guessedErrors), 2)} of ${found.guessedErrors.length}`,
      );
    expect(found.plans).toBeGreaterThan(chosen.cases.length);
  } finally {
    await sandbox.stop();
  }
});

/** A set with all its figures, for who reads along. */
function told(
  { share, name, set, cost, calls, ms, bytes, claim }: Entry,
  built: Measured['sets'][number],
  before: number,
): string {
  return `${percent(share, 0)} ${name}: cost ${percent(cost / before)}, reads ${seconds(built.readMs)}, writes ${seconds(built.writeMs)}, ${(bytes / 1e6).toFixed(1)} MB (built ${(built.bytes / 1e6).toFixed(1)}), ${calls} plans in ${seconds(ms)}. ${claim?.says ?? ''}\n  ${set.map(({ key }) => key).join('; ')}`;
}
