import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isHere } from './here.ts';

const folder = mkdtempSync(join(tmpdir(), 'dbd-here-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a folder is the server’s own only with its identity and its start', () => {
  mkdirSync(join(folder, 'global'));
  const control = Buffer.alloc(8192);
  control.writeBigUInt64LE(7_412_345_678_901_234_567n);
  writeFileSync(join(folder, 'global', 'pg_control'), control);
  writeFileSync(join(folder, 'postmaster.pid'), `4711\n${folder}\n1770000000\n5432\n`);
  const server = { folder, identity: '7412345678901234567', started: 1_770_000_000.5 };
  expect(isHere(server)).toBe(true);
  expect(isHere({ ...server, identity: '7412345678901234568' })).toBe(false);
  // A standby on this machine has its primary's identity.
  expect(isHere({ ...server, started: 1_770_009_000 })).toBe(false);
  expect(isHere({ ...server, folder: join(folder, 'global') })).toBe(false);
});
