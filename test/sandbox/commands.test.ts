import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { ownCache } from './own-cache.ts';

const cache = ownCache();
afterAll(async () => {
  await dbd('sandbox', 'stop', '--all');
  cache.remove();
});

interface Answer {
  readonly code: number;
  readonly said: Record<string, unknown> & {
    readonly error?: { readonly code: string; readonly hint: string };
  };
}

function dbd(...args: readonly string[]): Promise<Answer> {
  const env = { ...process.env, DBD_CACHE: cache.folder, DATABASE_URL: 'postgres://u:hunter2@production/db' };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join('dist', 'bin.js'), ...args, '--json'],
      { env, timeout: 50_000 },
      (error, stdout) => {
        expect(stdout).not.toContain('hunter2');
        resolve({ code: Number(error?.code ?? 0), said: JSON.parse(stdout) as Answer['said'] });
      },
    );
  });
}

const runs = (): readonly string[] => readdirSync(join(cache.folder, 'run'));

describe('dbd sandbox', () => {
  test('start, list, stop: the server outlives its command and ends when it is told', async () => {
    const { code, said } = await dbd('sandbox', 'start', '--ttl', '5 min');
    expect(code).toBe(0);
    const session = await postgres.connect(String(said['url']));
    expect((await session.query('SELECT current_user AS role, current_database() AS name')).rows).toEqual([
      { role: 'dbd_owner', name: 'app' },
    ]);
    await session.close();

    const listed = (await dbd('sandbox', 'list')).said['sandboxes'] as readonly Record<string, unknown>[];
    expect(listed).toMatchObject([{ id: said['id'], url: said['url'] }]);
    expect(Date.parse(String(listed[0]!['until'])) - Date.parse(String(listed[0]!['since']))).toBe(300_000);

    expect(await dbd('sandbox', 'stop', String(said['id']))).toMatchObject({
      code: 0,
      said: { stopped: [said['id']] },
    });
    expect(runs()).toEqual([]);
    expect(await cache.processes()).toEqual([]);
    expect(await dbd('sandbox', 'stop', String(said['id']))).toMatchObject({
      code: 2,
      said: { error: { code: 'sandbox.unknown' } },
    });
  });

  test('start ends by itself', async () => {
    expect(await dbd('sandbox', 'start', '--ttl', '1 s')).toMatchObject({ code: 0 });
    for (let tries = 0; tries < 200 && runs().length > 0; tries += 1) await setTimeout(50);
    expect(runs()).toEqual([]);
    expect(await cache.processes()).toEqual([]);
  });

  test('list removes what is left of a sandbox whose guard was killed', async () => {
    await dbd('sandbox', 'start');
    for (const pid of await cache.processes()) process.kill(pid, 'SIGKILL');
    expect(await dbd('sandbox', 'list')).toMatchObject({ code: 0, said: { sandboxes: [] } });
    expect(runs()).toEqual([]);
  });

  test('says what was asked wrongly', async () => {
    expect(await dbd('sandbox', 'stop')).toMatchObject({
      code: 2,
      said: { error: { code: 'usage.missing-input' } },
    });
    expect(await dbd('sandbox', 'start', '--ttl', 'soon')).toMatchObject({
      code: 2,
      said: { error: { code: 'usage.wrong-option' } },
    });
    expect(await dbd('sandbox', 'start', '--major', '98')).toMatchObject({
      code: 3,
      said: { error: { code: 'sandbox.no-server', hint: 'Run: dbd sandbox install 98' } },
    });
    expect(await dbd('sandbox', 'install', '98')).toMatchObject({
      code: 3,
      said: { error: { code: 'sandbox.install' } },
    });
  });
});

test('dbd doctor tells servers, space and a trial start; of credentials only the name', async () => {
  const { code, said } = await dbd('doctor');
  expect(code).toBe(0);
  expect(said).toMatchObject({
    node: process.version,
    cache: cache.folder,
    servers: expect.arrayContaining([expect.objectContaining({ provider: 'bundled' })]),
  });
  expect(said['startMs']).toBeGreaterThan(0);
  expect(said['credentials']).toContain('DATABASE_URL');
});
