/** Twins of sources of other major versions, and of a disk that is full. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { makeFilled } from '../../src/twin/sampled/sampled.ts';
import { probedSnapshot } from '../fidelity/workload.ts';
import { production } from '../support/production.ts';
import { need } from '../support/require.ts';
import { within } from './sampled-source.ts';

const common = { engine: postgres, emit: () => undefined, signal: new AbortController().signal, seed: 1 };

const cache = process.env.DBD_CACHE;
afterEach(() => {
  if (cache === undefined) delete process.env.DBD_CACHE;
  else process.env.DBD_CACHE = cache;
});

test.each([17])(
  'a twin of PostgreSQL %i has its rows and its families',
  async (major) => {
    const source = await production({ major, rows: 4000 });
    try {
      const snapshot = await probedSnapshot(source);
      const made = await makeFilled({ ...common, snapshot, scale: 1 });
      try {
        expect(made.sandbox.serverVersion).toBeGreaterThanOrEqual(major * 10_000);
        expect(made.sandbox.serverVersion).toBeLessThan((major + 1) * 10_000);
        const asked = `SELECT count(*)::int AS orders, count(DISTINCT customer_id)::int AS buyers,
        (SELECT max(c)::int FROM (SELECT count(*) AS c FROM sales.orders GROUP BY customer_id) AS f) AS most FROM sales.orders`;
        const read = (url: string) =>
          within(url, (session) => session.query<{ orders: number; buyers: number; most: number }>(asked));
        const [there, here] = await Promise.all([source.database.adminUrl, made.database.adminUrl].map(read));
        expect(here!.rows[0]!.orders).toBe(there!.rows[0]!.orders);
        expect(here!.rows[0]!.buyers / there!.rows[0]!.buyers).toBeCloseTo(1, 1);
        expect(here!.rows[0]!.most / there!.rows[0]!.most).toBeCloseTo(1, 1);
      } finally {
        await made.sandbox.stop();
      }
    } finally {
      await source.stop();
    }
  },
  120_000,
);

test('a disk that is full is said, and nothing stays', async () => {
  const source = await production({ rows: 1000 });
  const snapshot = await probedSnapshot(source).finally(() => source.stop());
  const folder = mkdtempSync(join(tmpdir(), 'dbd-full-'));
  const disk = join(folder, 'small');
  mkdirSync(disk);
  chmodSync(folder, 0o755);
  let mounted = false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=500m', 'tmpfs', disk], { stdio: 'ignore' });
    mounted = true;
  } catch {
    // Only root outside of closed containers may.
  }
  try {
    if (!need(mounted, 'the right to mount a small disk')) return;
    chmodSync(disk, 0o755);
    process.env.DBD_CACHE = join(disk, 'c');
    const making = makeFilled({ ...common, snapshot, rows: 20_000_000 });
    await expect(making).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:twin\.fill|sandbox\.disk)$/) as string,
      hint: expect.stringMatching(/--scale or --rows|room/) as string,
    });
    expect(readdirSync(join(disk, 'c', 'run'))).toEqual([]);
  } finally {
    if (mounted) execFileSync('umount', [disk]);
    rmSync(folder, { recursive: true, force: true });
    expect(existsSync(folder)).toBe(false);
  }
}, 240_000);
