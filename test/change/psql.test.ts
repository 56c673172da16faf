import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { differences } from '../../src/catalog/difference.ts';
import { changeFiles } from '../../src/change/files.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { need } from '../support/require.ts';
import { planned } from './shop.ts';

const psql = spawnSync('psql', ['--version']).status === 0;

test.skipIf(!need(psql, 'psql: apt install postgresql-client'))(
  'psql runs the files as they are, up and down',
  async () => {
    const sql = `CREATE TABLE fresh (id int PRIMARY KEY, c bigint REFERENCES customers); CREATE INDEX ON orders (total);
    ALTER TABLE orders ADD COLUMN reference uuid NOT NULL DEFAULT gen_random_uuid(); ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers; ALTER TABLE customers ALTER COLUMN old_mail TYPE varchar(100)`;
    const { change, session, url } = await planned(sql);
    const folder = mkdtempSync(join(tmpdir(), 'dbd-files-'));
    try {
      const start = await postgres.inspect(session);
      const files = changeFiles(change);
      for (const { path, sql: text } of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      const run = (direction: string): string => {
        const paths = files.map(({ path }) => path).filter((path) => path.startsWith(direction));
        return spawnSync(
          'psql',
          [url, '-X', '-q', '-v', 'ON_ERROR_STOP=1', ...paths.flatMap((path) => ['-f', join(folder, path)])],
          { encoding: 'utf8' },
        ).stderr;
      };
      expect(run('up')).not.toMatch(/ERROR|FATAL/);
      expect(
        (await session.query('SELECT count(*)::int AS n FROM orders WHERE reference IS NULL')).rows,
      ).toEqual([{ n: 0 }]);
      expect(run('down')).not.toMatch(/ERROR|FATAL/);
      expect(differences(start, await postgres.inspect(session))).toEqual([]);
    } finally {
      await session.close();
      rmSync(folder, { recursive: true });
    }
  },
);
