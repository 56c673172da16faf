import { expect, test } from 'vitest';
import { inFile, placesIn } from '../../src/formats/text/lines.ts';
import type { Migration, Part } from '../../src/formats/model.ts';
import { readMigrations, readText } from '../../src/formats/reading/read.ts';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const trimmed = (parts: readonly Part[]): readonly string[] => parts.map(({ sql }) => sql.trim());

function shown({ id, up, down, transaction }: Migration) {
  return { id, up: trimmed(up), down: trimmed(down), transaction };
}

/** Every part of a text stands where it says. */
function standsThere(text: string, migrations: readonly Migration[]): void {
  for (const { up, down, file } of migrations)
    for (const part of [...up, ...down]) {
      if (part.positions || (part.file ?? file) !== file) continue;
      expect(text.slice(part.from, part.from + part.sql.length)).toBe(part.sql);
    }
}

const single: readonly (readonly [string, string, string, string, readonly unknown[]])[] = [
  ['plain', 'a/b.sql', 'SELECT 1;', 'plain', [{ id: 'b', up: ['SELECT 1;'], down: [], transaction: false }]],
  [
    'a versioned script',
    'db/V2_1__add.sql',
    'SELECT 1;',
    'flyway',
    [{ id: '2.1', up: ['SELECT 1;'], down: [], transaction: true }],
  ],
  [
    'an undo script',
    'db/U2.1__add.sql',
    'SELECT 1;',
    'flyway',
    [{ id: '2.1', up: [], down: ['SELECT 1;'], transaction: true }],
  ],
  [
    'a repeatable script',
    'R__views.sql',
    'SELECT 1;',
    'flyway',
    [{ id: 'R views', up: ['SELECT 1;'], down: [], transaction: true }],
  ],
  [
    'changesets',
    'c.sql',
    '--liquibase formatted sql\n\n--changeset ann:1 labels:a\nCREATE TABLE t (a int);\n--rollback DROP TABLE t;\n--changeset bob:2 runInTransaction:false splitStatements:false\nSELECT 2;\n/* liquibase rollback\nSELECT 3;\n*/\nSELECT 4;',
    'liquibase',
    [
      { id: 'ann:1', up: ['CREATE TABLE t (a int);'], down: ['DROP TABLE t;'], transaction: true },
      { id: 'bob:2', up: ['SELECT 2;', 'SELECT 4;'], down: ['SELECT 3;'], transaction: false },
    ],
  ],
  [
    'a folder of Prisma',
    'prisma/migrations/2026_x/migration.sql',
    'SELECT 1;',
    'prisma',
    [{ id: '2026_x', up: ['SELECT 1;'], down: [], transaction: true }],
  ],
  [
    'breakpoints of Drizzle',
    'd/0001_a.sql',
    'SELECT 1;--> statement-breakpoint\nSELECT 2;',
    'drizzle',
    [{ id: '0001_a', up: ['SELECT 1;', 'SELECT 2;'], down: [], transaction: true }],
  ],
  [
    'goose with a block',
    'g.sql',
    '-- +goose Up\nSELECT 1;\n-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;\n-- +goose StatementEnd\n-- +goose Down\nSELECT 2;',
    'goose',
    [
      {
        id: 'g',
        up: ['SELECT 1;', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;'],
        down: ['SELECT 2;'],
        transaction: true,
      },
    ],
  ],
  [
    'goose without a transaction',
    'g.sql',
    '-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;',
    'goose',
    [{ id: 'g', up: ['SELECT 1;'], down: [], transaction: false }],
  ],
  [
    'dbmate',
    '1_a.sql',
    '-- migrate:up transaction:false\r\nSELECT 1;\r\n-- migrate:down\r\nSELECT 2;',
    'dbmate',
    [{ id: '1_a', up: ['SELECT 1;'], down: ['SELECT 2;'], transaction: false }],
  ],
  [
    'node-pg-migrate',
    '1_a.sql',
    '-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 2;',
    'node-pg-migrate',
    [{ id: '1_a', up: ['SELECT 1;'], down: ['SELECT 2;'], transaction: true }],
  ],
  [
    'golang-migrate',
    '1_a.up.sql',
    'SELECT 1;',
    'golang-migrate',
    [{ id: '1_a', up: ['SELECT 1;'], down: [], transaction: true }],
  ],
  [
    'JavaScript',
    'm/1_a.ts',
    "// knex.raw('no')\nexport async function up(knex: Knex): Promise<void> {\n  const s = /'/;\n  await knex.raw<X[]>('SELECT \\'a\\' ' + \"|| 1\");\n  await knex.schema.raw(`SELECT\n 2`);\n}\nexport async function down(knex) { await knex.raw('SELECT 3'); }",
    'javascript',
    [{ id: '1_a', up: ["SELECT 'a' || 1", 'SELECT\n 2'], down: ['SELECT 3'], transaction: true }],
  ],
];

test.each(single)('%s', (_what, path, text, format, migrations) => {
  const read = readText(text, path);
  expect(Object.keys(read.formats)).toEqual([format]);
  expect(read.migrations.map(shown)).toEqual(migrations);
  standsThere(text, read.migrations);
});

test('what a program puts together is said, not skipped', () => {
  const text =
    "exports.up = async (knex) => {\n  await knex.raw(`UPDATE ${t} SET a = 1`);\n  await knex.raw(sqlText);\n  await knex.schema.createTable('x', (t) => {});\n};";
  const [migration] = readText(text, 'm/1.js').migrations;
  expect(migration!.up).toEqual([]);
  const places = placesIn(text);
  expect(migration!.unread.map(({ at, what }) => [places(at).line, what])).toEqual([
    [2, 'raw(…) with a text that is put together at run time'],
    [3, 'raw(…) with a text that is put together at run time'],
    [4, 'createTable(…) of a schema builder'],
  ]);
});

test('a character of a program’s text is found again behind escapes', () => {
  const text = String.raw`exports.up = (k) => k.raw("SELECT \"a\",\n 'b'");`;
  const [part] = readText(text, '1.js').migrations[0]!.up;
  expect(text[inFile(part!, part!.sql.indexOf('a'))]).toBe('a');
  expect(text[inFile(part!, part!.sql.indexOf('b'))]).toBe('b');
});

async function folderOf(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dbd-formats-'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

test('a folder in the order of its tool: versions as numbers, plans as they are written', async () => {
  const folder = await folderOf({
    'f/V10__c.sql': 'SELECT 3;',
    'f/V2__b.sql': 'SELECT 2;',
    'f/V2__b.sql.conf': 'executeInTransaction=false',
    'f/R__z.sql': 'SELECT 4;',
    's/sqitch.plan':
      '%syntax-version=1.0.0\n%project=shop\n\nzeta 2026-01-01T00:00:00Z A <a@b> # x\nalpha [zeta] 2026-01-02T00:00:00Z A <a@b> # y\n',
    's/deploy/alpha.sql': 'SELECT 2;',
    's/deploy/zeta.sql': 'SELECT 1;',
    's/revert/zeta.sql': 'SELECT -1;',
    's/verify/zeta.sql': 'SELECT 0;',
    'g/1_a.up.sql': 'SELECT 1;',
    'g/1_a.down.sql': 'SELECT -1;',
    'x/binary.sql': Buffer.from([0, 1, 2]),
    'x/latin.sql': Buffer.from([0x53, 0xe9]),
    'x/bom.sql': '\uFEFFSELECT 1;',
    'node_modules/p/x.sql': 'SELECT 9;',
  });
  try {
    const read = await readMigrations(['f', 's', 'g', 'x'], folder);
    expect(read.migrations.map(({ id }) => id)).toEqual(['2', '10', 'R z', '1_a', 'zeta', 'alpha', 'bom']);
    expect(read.migrations.find(({ id }) => id === '2')!.transaction).toBe(false);
    expect(trimmed(read.migrations.find(({ id }) => id === 'zeta')!.down)).toEqual(['SELECT -1;']);
    expect(trimmed(read.migrations.find(({ id }) => id === '1_a')!.down)).toEqual(['SELECT -1;']);
    expect(read.migrations.at(-1)!.up[0]).toEqual({ sql: 'SELECT 1;', from: 0 });
    expect(read.skipped).toEqual([
      { path: 'x/binary.sql', why: 'is not text' },
      { path: 'x/latin.sql', why: 'is not UTF-8 text' },
    ]);
    await expect(readMigrations(['gone.sql'], folder)).rejects.toMatchObject({ code: 'file.missing' });
    await expect(readMigrations(['x/binary.sql'], folder)).rejects.toMatchObject({ code: 'file.unreadable' });
    await mkdir(join(folder, 'empty'));
    await expect(readMigrations(['empty'], folder)).rejects.toMatchObject({ code: 'usage.missing-input' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
