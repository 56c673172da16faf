/** Answers of a preflight that was broken off, and where they must not count. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run as call } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { readPreflight } from '../../src/preflight/file.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { testDatabase } from '../support/database.ts';

const sql = `
  CREATE TABLE users (id int PRIMARY KEY, team int);
  INSERT INTO users SELECT i, i % 7 FROM generate_series(1, 1000) i;`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-resumed-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write({ ownerUrl }: SandboxDatabase): Promise<void> {
  const session = await postgres.connect(ownerUrl);
  await session.run('UPDATE users SET team = NULL WHERE id = 5').finally(() => session.close());
}

test('resumed answers count for the same database and the last hour only', async () => {
  const [database, other] = [await testDatabase({ sql }), await testDatabase({ sql })];
  await writeFile(join(folder, 'resumed.sql'), 'ALTER TABLE users ALTER COLUMN team SET NOT NULL;');
  const out = join(folder, 'resumed.json');
  const ask = async (of: SandboxDatabase, resume: boolean): Promise<unknown> =>
    (
      await call(
        'preflight',
        { change: ['resumed.sql'], database: of.adminUrl, out: 'resumed.json', resume },
        { cwd: folder },
      )
    ).output['go'];
  expect(await ask(database, false)).toBe('go');
  // Rows that offend now are not seen where an answer is taken over, and are wherever it must not be.
  for (const one of [database, other]) await write(one);
  const kept = await readFile(out, 'utf8');
  expect(await ask(database, true)).toBe('go');
  await writeFile(out, kept);
  expect(await ask(other, true)).toBe('stop');
  const old = readPreflight(kept)!;
  await writeFile(out, JSON.stringify({ ...old, ended: new Date(Date.now() - 2 * 3_600_000).toISOString() }));
  expect(await ask(database, true)).toBe('stop');
});
