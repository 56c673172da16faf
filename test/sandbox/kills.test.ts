import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { processesIn } from '../../src/sandbox/process.ts';
import { need } from '../support/require.ts';
import { finished, ownCache } from './own-cache.ts';

/** Two hundred with `npm run corpus`. */
const wanted = process.env.DBD_WHOLE === '1' ? 200 : 80;
const atOnce = 3;
const cache = ownCache();
afterAll(() => cache.remove());

const kinds = ['node', 'guard', 'server', 'session'] as const;
type Kind = (typeof kinds)[number];

/** Numbers between 0 and 1 that are the same in every run (a counter through an integer hash). */
function randomNumbers(seed: number): () => number {
  let count = seed;
  return () => {
    count += 0x9e3779b9;
    let mixed = Math.imul(count ^ (count >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

test.skipIf(!need(process.platform === 'linux', 'Linux, for finding each process of a sandbox'))(
  `nothing is left after ${wanted} kills of any process`,
  { timeout: 240_000 },
  async () => {
    expect(await finished(cache.start('stop'))).toMatchObject({ end: 0 });
    const random = randomNumbers(7);
    const kills: Record<Kind, number> = { node: 0, guard: 0, server: 0, session: 0 };
    const total = (): number => Object.values(kills).reduce((a, b) => a + b);
    const worker = async (): Promise<void> => {
      // Chance decides who is killed: it goes on until each kind was, often enough.
      while (total() < wanted || kinds.some((kind) => kills[kind] <= 5)) {
        const child = cache.start();
        const end = finished(child);
        // Half of them while it starts, half of them while a session is busy.
        await (random() < 0.5
          ? setTimeout(random() * 500)
          : Promise.race([end, new Promise((resolve) => child.stdout?.once('data', resolve))]));
        const kind = kinds[Math.floor(random() * kinds.length)]!;
        const victim = kind === 'node' ? undefined : await find(kind, child.pid!);
        if (victim !== undefined && kill(victim)) kills[kind] += 1;
        if (random() < 0.5) await setTimeout(random() * 100);
        if (kill(child.pid!)) kills.node += 1;
        await end;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    expect(total()).toBeGreaterThanOrEqual(wanted);
    for (const kind of kinds) expect(kills[kind], kind).toBeGreaterThan(5);

    // The next start finds what was killed together with its guard.
    expect(await finished(cache.start('stop'))).toMatchObject({ end: 0 });
    for (
      let tries = 0;
      tries < 200 && ((await cache.processes()).length > 0 || left().length > 0);
      tries += 1
    )
      await setTimeout(50);
    expect((await cache.processes()).map(command)).toEqual([]);
    expect(left()).toEqual([]);
  },
);

/** Folders of sandboxes, and unfinished copies of binaries. */
function left(): readonly string[] {
  return [
    ...readdirSync(join(cache.folder, 'run')),
    ...readdirSync(join(cache.folder, 'server')).filter((name) => name.includes('.')),
  ];
}

async function find(kind: Kind, owner: number): Promise<number | undefined> {
  const folder = readdirSync(join(cache.folder, 'run')).find((name) =>
    name.split('.')[1]?.startsWith(`${owner}-`),
  );
  if (folder === undefined) return undefined;
  const is: Record<Kind, (text: string) => boolean> = {
    node: () => false,
    guard: (text) => text.includes('dbd-guard'),
    server: (text) => text.includes('/postgres\0-D'),
    session: (text) => text.startsWith('postgres: '),
  };
  return (await processesIn(join(cache.folder, 'run', folder))).find((pid) => is[kind](command(pid)));
}

function command(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
