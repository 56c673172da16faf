/** A small database, its backups, and ways to harm a copy of one. */
import { closeSync, cpSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Report } from '../../src/report/model.ts';
import { listSandboxes } from '../../src/sandbox/kept.ts';

/** Holds the backups of a test file; removed after its last test. */
export const folder = mkdtempSync(join(tmpdir(), 'dbd-backup-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of a backup that something is done to. */
export function copyOf(backup: string, harm: (copy: string) => void): string {
  const copy = mkdtempSync(join(folder, 'copy-'));
  cpSync(backup, copy, { recursive: true });
  harm(copy);
  return copy;
}

/** Turns one bit of a file. */
export function flip(path: string, at: number): void {
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  writeSync(file, Buffer.from([byte[0]! ^ 1]), 0, 1, at);
  closeSync(file);
}

export const verify = (backup: string, more: object = {}): Promise<Report> =>
  run('backup verify', { folder: backup, ...more });

/** Servers of this process: the test's own sandbox is one. */
export const ownServers = async (): Promise<number> =>
  (await listSandboxes(postgres)).filter(({ owner }) => owner === process.pid).length;
