import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { check } from './install.ts';

const folder = mkdtempSync(join(tmpdir(), 'dbd-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('an archive is taken only with the pinned checksum', () => {
  const archive = join(folder, 'server.tgz');
  writeFileSync(archive, 'what was published');
  const integrity = `sha512-${createHash('sha512').update('what was published').digest('base64')}`;
  const server = { major: 16, version: '16.1.0', platform: 'linux-x64', name: 'server', integrity };
  expect(() => check(server, archive)).not.toThrow();
  writeFileSync(archive, 'what was published!');
  expect(() => check(server, archive)).toThrow(expect.objectContaining({ code: 'sandbox.install' }));
  expect(() => check({ ...server, integrity: 'sha512-' }, archive)).toThrow(
    expect.objectContaining({ code: 'sandbox.install' }),
  );
});
