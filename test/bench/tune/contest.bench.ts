/** Figures of advice: sets chosen by estimate, built and measured, ours beside those of published rules. */
import { expect, test } from 'vitest';
import { postgres } from '../../../src/engines/postgres/index.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { figure, quantile } from '../figure.ts';
import { contest, type Contestant } from './contest.ts';
import { measured } from './measured.ts';
import { rivals } from './rivals/all.ts';
import { filledShape, type ShapeName } from './shapes.ts';

const shares = [0.05, 0.1, 0.25, 0.5];
const ours: readonly Contestant[] = [];

test.each<ShapeName>(['orders', 'application'])('sets of indexes for %s, built', async (shape) => {
  const sandbox = await startSandbox(postgres, {
    settings: { autovacuum: 'off', shared_buffers: '1GB' },
  });
  try {
    const filled = await filledShape(sandbox, shape);
    const chosen = await contest(filled, shares, rivals, ours);
    await sandbox.durable(true);
    const { sets, ...rest } = await measured(filled, chosen);
    const seconds = (ms: number): string => (ms / 1000).toFixed(1);
    for (const [e, { name, share, set, cost, calls, ms, bytes, claim }] of chosen.entries.entries())
      process.stdout.write(
        `${share} ${name}: cost ${(cost / chosen.before).toFixed(4)}, read ${seconds(sets[e]!.readMs)} s, write ${seconds(sets[e]!.writeMs)} s, ${set.length} indexes, ${(bytes / 1e6).toFixed(1)} MB said, ${(sets[e]!.bytes / 1e6).toFixed(1)} MB built, ${calls} calls, ${seconds(ms)} s; ${claim?.says ?? ''}\n   ${set.map(({ key }) => key).join('; ')}\n`,
      );
    process.stdout.write(
      `${JSON.stringify({ ...rest, errors: rest.errors.length })} p90 ${quantile(rest.errors, 0.9)} max ${Math.max(...rest.errors)}\n`,
    );
    figure('x', '', '');
    expect(sets.length).toBe(chosen.entries.length);
  } finally {
    await sandbox.stop();
  }
});
