import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { need } from '../support/require.ts';
import { copyOf, flip, folder, verify } from './backups.ts';
import { makeShop } from './shop.ts';

const tools = '/usr/lib/postgresql/15/bin';
const present = need(
  existsSync(join(tools, 'pg_verifybackup')) && existsSync(join(tools, 'pg_basebackup')),
  'PostgreSQL 15 with its client programs: apt install postgresql-15',
);

describe.skipIf(!present)('the server’s own tools', () => {
  let sandbox: Sandbox;
  let shop: SandboxDatabase;
  const ours = join(folder, 'ours');

  beforeAll(async () => {
    sandbox = await startSandbox(postgres, { major: 15 });
    shop = await makeShop(sandbox);
    await run('backup', { database: shop.adminUrl, out: ours, as: 'plain', fingerprints: true });
  });
  afterAll(() => sandbox.stop());

  const judge = (backup: string): string => {
    try {
      return execFileSync(join(tools, 'pg_verifybackup'), [join(backup, 'base')], {
        stdio: 'pipe',
      }).toString();
    } catch (error) {
      return String((error as { stderr: Buffer }).stderr);
    }
  };

  test('find our backup good, and the same byte wrong as we do', async () => {
    expect(judge(ours)).toContain('backup successfully verified');
    const tables = join('base', 'base', '5');
    const name = readdirSync(join(ours, tables)).find((file) => /^\d+$/.test(file))!;
    const harmed = copyOf(ours, (copy) => flip(join(copy, tables, name), 10));
    expect(judge(harmed)).toContain(`base/5/${name}`);
    expect((await verify(harmed)).findings.map(({ place }) => place)).toEqual([`base/5/${name}`]);
  });

  test.each(['plain', 'tar'])('make a backup (%s) that we verify and restore', async (format) => {
    const made = join(folder, `theirs-${format}`);
    mkdirSync(made);
    const { searchParams, username, password } = new URL(shop.adminUrl);
    execFileSync(
      join(tools, 'pg_basebackup'),
      ['-h', searchParams.get('host')!, '-U', username, '-D', join(made, 'base'), '-c', 'fast', '-F', format],
      { env: { PGPASSWORD: password, PATH: process.env['PATH'] }, stdio: 'pipe' },
    );
    expect(readFileSync(join(made, 'base', 'backup_manifest'), 'utf8')).toContain('CRC32C');
    const backup = join(made, 'base');
    expect(await verify(backup)).toMatchObject({ verdict: 'proven' });
    const restored = await run('restore', {
      folder: backup,
      user: username,
      database: shop.name,
      verify: true,
    });
    expect(restored.verdict).toBe('proven');
    expect(restored.meta.server).toContain('PostgreSQL 15');
  });

  test('start what we lay out as a data folder', async () => {
    const to = join(folder, 'data-15');
    const report = await run('restore', { folder: ours, to, verify: true });
    expect(report.claims.map(({ verdict }) => verdict)).toEqual(['proven', 'proven', 'proven', 'proven']);
    const said = execFileSync(join(tools, 'pg_controldata'), [to]).toString();
    expect(said).toMatch(/Database cluster state:\s+in production/);
  });
});
