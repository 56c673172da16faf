/** A standby is captured as it is, and says what it cannot know. */
import { chownSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { takeBackup } from '../../src/operate/backup.ts';
import { startRestored } from '../../src/sandbox/restored.ts';
import { testDatabase } from '../support/database.ts';
import { hasPsql, outputOf, run, snapshotOf, steady } from './capture-tools.ts';

test('a standby', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dbd-standby-'));
  const { signal } = new AbortController();
  const { name, ownerUrl, adminUrl } = await testDatabase({
    sql: `CREATE TABLE kept (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, word text);
      INSERT INTO kept (word) SELECT 'w' || i % 9 FROM generate_series(1, 500) i;
      CREATE UNLOGGED TABLE fast (id serial PRIMARY KEY, body text); INSERT INTO fast (body) SELECT 'b' FROM generate_series(1, 500)`,
  });
  await run(ownerUrl, 'ANALYZE');
  await run(adminUrl, 'CREATE EXTENSION pageinspect');
  try {
    const backup = join(folder, 'backup');
    await takeBackup({
      engine: postgres,
      url: adminUrl,
      folder: backup,
      format: 'tar',
      fingerprints: false,
      limitBytes: 1024 ** 3,
      emit: () => undefined,
      signal,
    });
    const server = await startRestored(postgres, {
      superuser: decodeURIComponent(new URL(adminUrl).username),
      database: name,
      readyMs: 30_000,
      signal,
      settings: { hot_standby: 'on' },
      async fill(data, own) {
        await postgres.backups.unpack(join(backup, 'base'), data, { signal, own });
        await postgres.backups.prepareRecovery(data, undefined, 'sandbox');
        const sign = join(data, 'standby.signal');
        writeFileSync(sign, '');
        const { uid, gid } = statSync(data);
        chownSync(sign, uid, gid);
      },
      explain: () => undefined,
    });
    try {
      const snapshot = await snapshotOf(server.url);
      expect(snapshot.source.standby).toBe(true);
      expect(snapshot.columns.filter(({ relation }) => relation === 'kept')).toHaveLength(2);
      expect(snapshot.relations.find(({ name: one }) => one === 'kept_pkey')?.index).toMatchObject({
        levelBasis: 'measured',
      });
      expect(snapshot.sequences).toContainEqual({ schema: 'public', name: 'kept_id_seq', last: '500' });
      expect(snapshot.sequences.find(({ name: one }) => one === 'fast_id_seq')?.last).toBeUndefined();
      expect(snapshot.unseen.map(({ what }) => what)).toContain(
        'writes and statements of the primary server',
      );
      if (hasPsql())
        expect(steady(await postgres.capture.fromScript(await outputOf(server.url)))).toEqual(
          steady(snapshot),
        );
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
