/** Rows are asked on a standby; what only the primary knows is not proven until the primary is named. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run as call } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

test('a standby', async () => {
  const sandbox = await testSandbox();
  const database = await testDatabase({
    sql: 'CREATE TABLE users (id int PRIMARY KEY, email text); INSERT INTO users VALUES (1, NULL), (2, NULL); CREATE UNLOGGED TABLE fast (id int)',
  });
  const folder = await mkdtemp(join(tmpdir(), 'dbd-preflight-'));
  const follower = await sandbox.follow!({ delayMs: 5000, signal: new AbortController().signal });
  try {
    const url = follower.url(database);
    const ask = async (text: string, more = {}) => {
      await writeFile(join(folder, 'm.sql'), text);
      return call('preflight', { change: ['m.sql'], database: url, ...more }, { cwd: folder });
    };
    const filled = 'ALTER TABLE users ALTER COLUMN email SET NOT NULL';
    await expect
      .poll(async () => (await ask(filled)).headline, { timeout: 10_000 })
      .toContain('2 rows offend, such as (id 1, email null) (id 2, email null)');
    const report = await ask('ALTER TABLE users ADD CHECK (id > 0)');
    expect(report.output).toMatchObject({ go: 'open', preflight: { server: { standby: true } } });
    expect(report.findings.map(({ message }) => message).join()).toContain('locks of the primary');
    expect(report.claims[0]).toMatchObject({ verdict: 'proven' });
    expect(
      (await ask('ALTER TABLE users ADD CHECK (id > 0)', { primary: database.adminUrl })).output,
    ).toMatchObject({
      go: 'go',
    });
    const unlogged = await ask('ALTER TABLE fast ADD CHECK (id > 0)', { primary: database.adminUrl });
    expect(unlogged.output['go']).toBe('open');
    const session = await postgres.connect(url);
    const live = await postgres.live
      .look(session, { tables: ['public.users'] })
      .finally(() => session.close());
    expect(live).toMatchObject({ standby: true, sizes: [{ table: 'public.users' }] });
  } finally {
    await follower.stop();
    await rm(folder, { recursive: true });
  }
});
