/** A reader of another product is asked where one is installed that reads the server. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { need } from '../support/require.ts';

const folder = mkdtempSync(join(tmpdir(), 'dbd-third-'));

test.skipIf(!need(existsSync('/usr/lib/postgresql/15/bin/pg_dump'), 'pg_dump 15: apt install postgresql-15'))(
  'pg_dump agrees to a plan for PostgreSQL 15, and is not asked about a newer server',
  async () => {
    writeFileSync(join(folder, 'a.sql'), 'CREATE TABLE t (id integer PRIMARY KEY, a text);');
    writeFileSync(
      join(folder, 'b.sql'),
      'CREATE TABLE t (id integer PRIMARY KEY, a text NOT NULL); CREATE INDEX t_a ON t (a);',
    );
    const because = async (major: number): Promise<string> =>
      (await run('plan', { from: 'a.sql', to: 'b.sql', major }, { cwd: folder })).claims[0]!.because;
    expect(await because(15)).toContain('so does pg_dump 15');
    expect(await because(18)).not.toContain('pg_dump');
  },
);
