import { execFileSync, spawn } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openPlace } from '../../src/sandbox/place.ts';
import { need } from '../support/require.ts';
import { finished } from './own-cache.ts';

const root = process.getuid?.() === 0;
const folder = realpathSync(mkdtempSync(join(root ? '/var/tmp' : tmpdir(), 'dbd-test-')));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const child = join(import.meta.dirname, 'child.mjs');

/** Starts and stops a sandbox in a process of its own; as an ordinary user when we are root. */
function start(env: Record<string, string>, user: 'root' | 'ordinary'): ReturnType<typeof finished> {
  const nobody = root && user === 'ordinary' ? { uid: 65_534, gid: 65_534 } : {};
  return finished(
    spawn(process.execPath, [child, 'stop'], {
      ...nobody,
      cwd: '/',
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

function own(name: string, mode = 0o700): string {
  const path = join(folder, name);
  mkdirSync(path, { mode });
  if (root) chownSync(path, 65_534, 65_534);
  return path;
}

const open = (path: string): boolean =>
  path === '/' || ((statSync(path).mode & 0o001) !== 0 && open(dirname(path)));
const reachable = !root || (open(dirname(import.meta.dirname)) && open(dirname(process.execPath)));

describe.skipIf(!need(reachable, 'a checkout and a node that the user nobody can read'))(
  'an ordinary user',
  () => {
    test('has the cache where the system wants it', async () => {
      const cache = own('xdg');
      expect(await start({ XDG_CACHE_HOME: cache, HOME: '/nonexistent' }, 'ordinary')).toMatchObject({
        end: 0,
        err: '',
      });
      expect(readdirSync(join(cache, 'dbd', 'template'))).toHaveLength(1);
      expect(readdirSync(join(cache, 'dbd', 'run'))).toEqual([]);
    });

    test('is told when the named cache cannot be written', async () => {
      const cache = own('closed', 0o500);
      const { end, err } = await start({ DBD_CACHE: join(cache, 'c') }, 'ordinary');
      expect(end).toBe(1);
      expect(err).toMatch(/sandbox\.disk/);
      expect(err).toMatch(/DBD_CACHE=/);
    });

    test('may have a cache with a path too long for sockets', async () => {
      const cache = join(own('long'), 'a'.repeat(60), 'b'.repeat(60));
      expect(await start({ DBD_CACHE: cache }, 'ordinary')).toMatchObject({ end: 0, err: '' });
      expect(readdirSync(join(cache, 'run'))).toEqual([]);
    });
  },
);

describe('a disk', () => {
  test('that is full is said, and nothing is left on it', async () => {
    const disk = join(folder, 'small');
    mkdirSync(disk);
    let mounted = false;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', disk], { stdio: 'ignore' });
      mounted = true;
    } catch {
      // Only root outside of closed containers may.
    }
    if (!need(mounted, 'the right to mount a small disk')) return;
    try {
      chmodSync(disk, 0o755);
      const { end, err } = await start({ DBD_CACHE: join(disk, 'c') }, 'root');
      expect(end).toBe(1);
      expect(err).toMatch(/cache folder .*small\/c is full/);
      for (const name of ['run', 'server', 'template'])
        expect(readdirSync(join(disk, 'c', name))).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test('path that is a file is said', () => {
    expect(() => openPlace([], { DBD_CACHE: join(import.meta.filename, 'x') })).toThrow(
      expect.objectContaining({ code: 'sandbox.disk' }),
    );
  });

  test('folder that others may write to is refused', () => {
    const path = join(folder, 'shared');
    mkdirSync(path);
    chmodSync(path, 0o777);
    expect(() => openPlace(['postgres'], { DBD_CACHE: path })).toThrow(
      expect.objectContaining({ code: 'sandbox.disk', message: expect.stringContaining('others may write') }),
    );
    expect(existsSync(path)).toBe(true);
  });
});

test('the cache keeps others out of running sandboxes', () => {
  const place = openPlace(['postgres'], { DBD_CACHE: join(folder, 'mine') });
  expect(statSync(place.runs).mode & 0o077).toBe(0);
  expect(statSync(place.templates).mode & 0o077).toBe(0);
  accessSync(place.cache);
});
