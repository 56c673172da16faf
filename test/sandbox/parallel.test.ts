import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { finished, ownCache } from './own-cache.ts';

const cache = ownCache();
afterAll(() => cache.remove());

test('six commands that start at once from an empty cache do not collide', async () => {
  const ends = await Promise.all(Array.from({ length: 6 }, () => finished(cache.start('stop'))));
  for (const end of ends) expect(end).toMatchObject({ end: 0, err: '' });
  expect(new Set(ends.map(({ out }) => out.trim())).size).toBe(6);
  expect(readdirSync(join(cache.folder, 'template'))).toHaveLength(1);
  expect(readdirSync(join(cache.folder, 'run'))).toEqual([]);
  expect(readdirSync(join(cache.folder, 'server')).filter((name) => name.includes('.'))).toEqual([]);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s leaves nothing', async (signal) => {
  const child = cache.start();
  const end = finished(child);
  await new Promise((resolve) => child.stdout!.once('data', resolve));
  expect(await cache.processes()).not.toEqual([]);
  child.kill(signal);
  expect(await end).toMatchObject({ end: signal });
  for (let tries = 0; tries < 200 && readdirSync(join(cache.folder, 'run')).length > 0; tries += 1)
    await setTimeout(25);
  expect(readdirSync(join(cache.folder, 'run'))).toEqual([]);
  expect(await cache.processes()).toEqual([]);
});
