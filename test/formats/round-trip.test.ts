import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { unitsOf, type Direction } from '../../src/apply/units.ts';
import type { Change } from '../../src/change/model.ts';
import { changesOf, type Imported } from '../../src/deliver/formats/changes.ts';
import { exportStory } from '../../src/deliver/formats/export.ts';
import { importStory } from '../../src/deliver/formats/import.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { readMigrations } from '../../src/formats/reading/read.ts';
import { writers } from '../../src/formats/writing/writers.ts';
import { readChanges } from '../../src/runner/folder.ts';
import { changeOf, changes, emptyFolder, folderName, plainChanges, write, writeChange } from './ground.ts';

beforeAll(() => postgres.grammar.ready());

async function exportOf(to: string, all: readonly Change[]): Promise<string> {
  const folder = emptyFolder();
  for (const change of all) await writeChange(join(folder, 'changes'), change);
  const out = join(folder, 'out');
  await exportStory({
    engine: postgres,
    to,
    changes: [{ path: join(folder, 'changes'), shown: 'changes' }],
    out: { folder: out, shown: 'out' },
  });
  return out;
}

async function importOf(folder: string): Promise<readonly Imported[]> {
  return changesOf(postgres, await readMigrations(['.'], folder));
}

/** Statements by transaction, in the order in which they are run. */
function runs(change: Change, direction: Direction): unknown {
  return unitsOf(change, direction).map(({ transaction, steps, lockTimeoutMs }) => ({
    outside: transaction === undefined,
    // A single statement needs no transaction to be one.
    lock: transaction === undefined ? undefined : lockTimeoutMs,
    sql: steps.map(({ sql }) => sql),
  }));
}

test.each(writers.map(({ name }) => name))(
  '%s: what is exported and imported is the same change',
  async (name) => {
    const before = name === 'drizzle' ? plainChanges : changes;
    const after = await importOf(await exportOf(name, before));
    expect(after.map(({ id }) => id)).toEqual(before.map(folderName));
    expect(after.map(({ change }) => runs(change, 'up'))).toEqual(before.map((change) => runs(change, 'up')));
    const back = !['prisma', 'drizzle'].includes(name);
    if (back)
      expect(after.map(({ change }) => runs(change, 'down'))).toEqual(
        before.map((change) => runs(change, 'down')),
      );
    expect(after.map(({ change }) => change.title)).toEqual(before.map(({ title }) => title));
    expect(after.map(({ same }) => same)).toEqual(before.map(() => true));
  },
);

test.each(writers.map(({ name }) => name))(
  '%s: an edited file is not taken for the exported one',
  async (name) => {
    const out = await exportOf(name, plainChanges);
    for (const path of await readdir(out, { recursive: true })) {
      const text = await readFile(join(out, path), 'utf8').catch(() => '');
      if (text.includes('odd; table_pkey'))
        await write(out, { [path]: text.replaceAll('odd; table_pkey', 'other') });
    }
    const after = await importOf(out);
    expect(after.map(({ same }) => same)).toEqual([true, false]);
  },
);

function exporting(folder: string, to = 'goose', out = 'out'): Promise<unknown> {
  return exportStory({
    engine: postgres,
    to,
    changes: [{ path: join(folder, 'changes'), shown: 'changes' }],
    out: { folder: join(folder, out), shown: out },
  });
}

test('files that are there are not written over, and none is written beside them', async () => {
  const folder = emptyFolder();
  for (const change of plainChanges) await writeChange(join(folder, 'changes'), change);
  await write(join(folder, 'out'), { 'sqitch.plan': 'mine' });
  await expect(exporting(folder, 'sqitch')).rejects.toMatchObject({ code: 'file.exists' });
  expect(await readdir(join(folder, 'out'))).toEqual(['sqitch.plan']);
  expect(await readFile(join(folder, 'out/sqitch.plan'), 'utf8')).toBe('mine');
});

test('a folder without changes is said', async () => {
  const folder = emptyFolder();
  await write(join(folder, 'changes'), { 'README.md': 'none' });
  await expect(exporting(folder)).rejects.toMatchObject({ code: 'usage.missing-input' });
});

test.each([
  ['drizzle', { sql: 'VACUUM users', transaction: 'none' as const }, /must not be in one/],
  ['goose', { sql: 'UPDATE users SET id = 1', batched: true }, /repeats it/],
  ['dbmate', { sql: 'SELECT 1\n-- migrate:down\n' }, /mark of dbmate/],
  ['liquibase', { sql: 'SELECT 1\n--rollback x\n' }, /mark of Liquibase/],
  ['knex', { sql: String.raw`SELECT E'\?'` }, /backslash before a question mark/],
])('%s: what it cannot carry is refused by name, and nothing is written', async (to, step, says) => {
  const folder = emptyFolder();
  await writeChange(join(folder, 'changes'), changeOf('001_first', [{ sql: 'SELECT 1' }]));
  await writeChange(join(folder, 'changes'), changeOf('002_second', [step]));
  const error = await exporting(folder, to).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'change.refused' });
  expect(String(error)).toMatch(says);
  expect(String(error)).toMatch(/- 002_second, .*c1/);
  expect(String(error)).not.toMatch(/001_first/);
  await expect(readdir(join(folder, 'out'))).rejects.toThrow('ENOENT');
});

test('a step without a way back stops the tool on its way back', async () => {
  const folder = emptyFolder();
  const change = changeOf('001_first', [{ sql: 'CREATE TABLE a (b int)' }]);
  for (const step of change.phases[0]!.steps) Reflect.deleteProperty(step, 'undo');
  await writeChange(join(folder, 'changes'), change);
  await exporting(folder);
  const [file] = await readdir(join(folder, 'out'));
  const text = await readFile(join(folder, 'out', file!), 'utf8');
  expect(text.slice(text.indexOf('-- +goose Down'))).toContain('RAISE EXCEPTION');
  const [again] = await importOf(join(folder, 'out'));
  expect(again!.change.phases[0]!.steps[0]!.undo).toBeUndefined();
});

test('plain files keep their way back, and numbers their order', async () => {
  const folder = emptyFolder();
  await write(join(folder, 'changes'), {
    '002_b.sql': 'CREATE TABLE b (a int);\r\nCREATE TABLE c (a int);\r\n',
    '002_b.down.sql': 'DROP TABLE c;\r\nDROP TABLE b;\r\n',
    '010_d.sql': 'DROP TABLE b;',
  });
  await exporting(folder, 'golang-migrate');
  expect((await readdir(join(folder, 'out'))).toSorted()).toEqual([
    '20000101000200_b_1_expand.down.sql',
    '20000101000200_b_1_expand.up.sql',
    '20000101001000_d_1_expand.down.sql',
    '20000101001000_d_1_expand.up.sql',
  ]);
  const [first] = await importOf(join(folder, 'out'));
  expect(runs(first!.change, 'up')).toEqual([
    { outside: false, lock: 2000, sql: ['CREATE TABLE b (a int)', 'CREATE TABLE c (a int)'] },
  ]);
});

/** What import makes of one folder: ids, and statements with `·` before those outside transactions and `|` between transactions. */
async function taken(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = emptyFolder();
  await write(folder, files);
  const said = (change: Change, way: Direction): string =>
    unitsOf(change, way)
      .map(({ transaction, steps }) => (transaction ? '' : '·') + steps.map(({ sql }) => sql).join('; '))
      .join(' | ');
  return (await importOf(folder)).map(
    ({ id, change }) => `${id}: ${said(change, 'up')} <- ${said(change, 'down')}`,
  );
}

test('migrations of others keep statements, transactions and order', async () => {
  expect(
    await taken({
      'V10__c.sql': 'VACUUM a;',
      'V2__b.sql': 'ALTER TABLE a ADD b int;\r\nCREATE INDEX i ON a (b);',
      'U2__b.sql': 'DROP INDEX i; ALTER TABLE a DROP b;',
      'R__v.sql': 'CREATE VIEW v AS SELECT 1',
    }),
  ).toEqual([
    '001-V2__b: ALTER TABLE a ADD b int; CREATE INDEX i ON a (b) <- DROP INDEX i; ALTER TABLE a DROP b',
    '002-V10__c: ·VACUUM a <- ',
    '003-R__v: CREATE VIEW v AS SELECT 1 <- ',
  ]);
  expect(
    await taken({
      '1_a.sql':
        '-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON a (b);\n-- migrate:down\nDROP INDEX i; SELECT 2;',
    }),
  ).toEqual(['1_a: ·CREATE INDEX CONCURRENTLY i ON a (b) | ·SELECT 1 <- DROP INDEX i | SELECT 2']);
  expect(
    await taken({
      'sqitch.plan': '%project=x\n\nb 2026-01-01T00:00:00Z x <x@x>\na [b] 2026-01-01T00:00:00Z x <x@x>\n',
      'deploy/a.sql': 'BEGIN; SELECT 1; SELECT 2; COMMIT; VACUUM a;',
      'deploy/b.sql': 'SELECT 3;',
      'revert/b.sql': 'BEGIN; SELECT 4; COMMIT;',
    }),
  ).toEqual(['001-b: ·SELECT 3 <- SELECT 4', '002-a: SELECT 1; SELECT 2 | ·VACUUM a <- ']);
  expect(
    await taken({
      '1_a.js':
        "exports.config = { transaction: false };\nexports.up = (knex) => knex.raw('SELECT a \\\\? b; SELECT 2');\nexports.down = (knex) => knex.raw('SELECT 3');",
    }),
  ).toEqual(['1_a: SELECT a ? b; SELECT 2 <- ·SELECT 3']);
});

test.each([
  [
    'a builder',
    { '1.js': "exports.up = (knex) => knex.schema.createTable('x', () => {});" },
    'change.refused',
  ],
  ['commands of psql', { '1.sql': '\\i other.sql\nSELECT 1;' }, 'change.refused'],
  ['a transaction that is left open', { '1.sql': 'BEGIN; SELECT 1;' }, 'change.refused'],
  ['a way back alone', { 'U1__a.sql': 'SELECT 1;' }, 'change.refused'],
  ['no SQL', { '1.sql': 'CREATE TABEL x;' }, 'sql.syntax'],
])('%s is refused with its file', async (_what, files, code) => {
  const error = await taken(files).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code });
  expect(String(error)).toContain(Object.keys(files)[0]);
});

test('a file cannot name a folder outside, or claim another change', async () => {
  const [one] = await taken({
    'V1__a.sql':
      '-- dbd: from "../../etc/x" · part 1 of 1 · expand\n-- dbd: title "a"\n-- dbd: step c1\nSELECT 1;',
  });
  expect(one).toBe('etc-x: SELECT 1 <- ');
});

test('import writes change folders that are read again, and over none', async () => {
  const folder = emptyFolder();
  await write(folder, { 'db/V1__a.sql': 'CREATE TABLE a (b int);' });
  const options = {
    engine: postgres,
    paths: ['db'],
    cwd: folder,
    out: { folder: join(folder, 'changes'), shown: 'changes' },
  };
  await importStory(options);
  const [change] = await readChanges(postgres, join(folder, 'changes'));
  expect(runs(change!.up, 'up')).toEqual([{ outside: false, lock: 2000, sql: ['CREATE TABLE a (b int)'] }]);
  await expect(importStory(options)).rejects.toMatchObject({ code: 'file.exists' });
  await expect(importStory({ ...options, from: ['goose'] })).rejects.toMatchObject({
    code: 'usage.missing-input',
  });
});
