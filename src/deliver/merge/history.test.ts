import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { hash } from '../../base/hash.ts';
import { historyOf } from './history.ts';
import { linesOf, rootsIn } from './lines.ts';
import type { Side } from './model.ts';

const made: string[] = [];
afterEach(() => made.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

type Files = Readonly<Record<string, string>>;

async function side(files: Files): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'dbd-side-'));
  made.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const hashes = new Map(Object.entries(files).map(([path, text]) => [path, hash(text)]));
  return { folder, hashes, lines: await linesOf(folder, [...hashes.keys()].toSorted(), []) };
}

async function compared(base: Files, added: Files, enforced = false) {
  const { findings, added: lines } = historyOf(
    await side(base),
    await side({ ...base, ...added }),
    'main',
    enforced,
  );
  return {
    findings: findings.map(({ rule, severity, place }) => `${severity} ${rule} ${place}`),
    added: lines.flatMap(({ migrations, folders, programs }) => [
      ...migrations.map(({ id }) => id),
      ...folders,
      ...programs,
    ]),
  };
}

const up = '-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n';

describe('what a branch adds to each tool’s history', () => {
  it.each<readonly [string, Files, Files, readonly string[], readonly string[]]>([
    ['Flyway, in time', { 'sql/V1__a.sql': '' }, { 'sql/V2__b.sql': 'SELECT 1' }, ['2'], []],
    [
      'Flyway, too late',
      { 'sql/V10__a.sql': 'SELECT 1' },
      { 'sql/V9__b.sql': 'SELECT 1' },
      ['9'],
      ['error migration-out-of-order sql/V9__b.sql'],
    ],
    [
      'Flyway, one version in two spellings',
      { 'sql/V1_0__a.sql': 'SELECT 1' },
      { 'sql/V01__b.sql': 'SELECT 1' },
      ['01'],
      ['error version-taken sql/V01__b.sql'],
    ],
    [
      'Flyway, an undo script is no migration',
      { 'sql/V1__a.sql': 'SELECT 1' },
      { 'sql/U1__a.sql': 'SELECT 1' },
      [],
      [],
    ],
    [
      'golang-migrate, too late',
      { 'migrations/000002_a.up.sql': 'SELECT 1', 'migrations/000002_a.down.sql': 'SELECT 1' },
      { 'migrations/000001_b.up.sql': 'SELECT 1', 'migrations/000001_b.down.sql': 'SELECT 1' },
      ['000001_b'],
      ['error migration-out-of-order migrations/000001_b.up.sql'],
    ],
    [
      'dbmate, too late',
      { 'db/migrations/20260102_a.sql': up },
      { 'db/migrations/20260101_b.sql': up },
      ['20260101_b'],
      ['warning migration-out-of-order db/migrations/20260101_b.sql'],
    ],
    [
      'Prisma, in time',
      { 'prisma/migrations/20260101_a/migration.sql': 'SELECT 1' },
      { 'prisma/migrations/20260102_b/migration.sql': 'SELECT 1' },
      ['20260102_b'],
      [],
    ],
    [
      'Prisma, equal times',
      { 'prisma/migrations/20260101_a/migration.sql': 'SELECT 1' },
      { 'prisma/migrations/20260101_b/migration.sql': 'SELECT 1' },
      ['20260101_b'],
      ['error version-taken prisma/migrations/20260101_b/migration.sql'],
    ],
    [
      'two services',
      { 'a/migrations/002_a.sql': 'SELECT 1' },
      { 'b/migrations/001_b.sql': 'SELECT 1' },
      ['001_b'],
      [],
    ],
    [
      'programs',
      { 'migrations/1.js': 'x' },
      { 'migrations/2.ts': 'x', 'migrations/2.test.ts': 'x', 'alembic/versions/3.py': 'x' },
      ['migrations/2.ts', 'alembic/versions/3.py'],
      [],
    ],
    [
      'changelogs that are no SQL',
      { 'db/changelog/a.sql': 'SELECT 1' },
      { 'db/changelog/b.xml': 'x', 'db/changelog/2026/c.yaml': 'x', 'db/changelog/README.md': 'x' },
      ['db/changelog/2026/c.yaml', 'db/changelog/b.xml'],
      [],
    ],
    [
      'Liquibase: a changeset behind another one, an edited one, and one that runs on change',
      {
        'db/changelog/001-a.sql':
          '--liquibase formatted sql\n--changeset ann:1\nSELECT 1;\n--changeset ann:2\nSELECT 2;\n--changeset ann:3 runOnChange:true\nSELECT 3;\n',
      },
      {
        'db/changelog/001-a.sql':
          '--liquibase formatted sql\n--changeset ann:1\nSELECT 1;\n--changeset ann:2\nSELECT 22;\n--changeset ann:3 runOnChange:true\nSELECT 33;\n--changeset bob:1\nSELECT 4;\n',
        'db/changelog/001-b.sql': '--liquibase formatted sql\n--changeset bob:1\nSELECT 5;\n',
      },
      ['ann:3', 'bob:1', 'bob:1'],
      ['error migration-edited db/changelog/001-a.sql'],
    ],
    [
      'programs that are edited',
      { 'migrations/1.js': 'x' },
      { 'migrations/1.js': 'y' },
      [],
      ['error migration-edited migrations/1.js'],
    ],
    [
      'a way back',
      { 'db/migrations/1_a.sql': up },
      { 'db/migrations/1_a.sql': up.replace('2', '3') },
      [],
      ['warning way-back-edited db/migrations/1_a.sql'],
    ],
    [
      'change folders',
      { 'changes/20260101-a/up/01-expand.sql': 'SELECT 1' },
      { 'changes/20260102-b/up/01-expand.sql': 'SELECT 1' },
      ['changes/20260102-b'],
      [],
    ],
    [
      'change folders, too late',
      { 'changes/20260102-a/up/01-expand.sql': 'SELECT 1' },
      { 'changes/20260101-b/up/01-expand.sql': 'SELECT 1' },
      ['changes/20260101-b'],
      ['warning migration-out-of-order changes/20260101-b/up/01-expand.sql'],
    ],
    [
      'change folders that are edited',
      { 'changes/a/up/01-expand.sql': 'SELECT 1', 'changes/a/down/01-expand.sql': 'SELECT 1' },
      { 'changes/a/up/01-expand.sql': 'SELECT 2' },
      [],
      ['error migration-edited changes/a/up/01-expand.sql'],
    ],
    [
      'reports beside a change',
      { 'changes/a/up/01-expand.sql': 'SELECT 1' },
      { 'changes/a/report.md': 'new' },
      [],
      [],
    ],
    ['anything else', { 'src/a.sql': 'SELECT 1' }, { 'src/b.sql': 'SELECT 1', 'README.md': 'x' }, [], []],
  ])('%s', async (_, base, added, wanted, findings) => {
    const seen = await compared(base, added);
    expect(seen.added).toEqual(wanted);
    expect(seen.findings).toEqual(findings);
  });

  it('a runner of dbd’s own refuses late changes, so they are errors there', async () => {
    const seen = await compared(
      { 'changes/20260102-a/up/01-expand.sql': 'SELECT 1' },
      { 'changes/20260101-b/up/01-expand.sql': 'SELECT 1' },
      true,
    );
    expect(seen.findings).toEqual(['error migration-out-of-order changes/20260101-b/up/01-expand.sql']);
  });

  it('what is gone is named', async () => {
    const { findings } = historyOf(
      await side({ 'sql/V1__a.sql': 'SELECT 1', 'changes/a/up/01-expand.sql': 'SELECT 1' }),
      await side({}),
      'main',
      false,
    );
    expect(findings.map(({ rule, place }) => `${rule} ${place}`).toSorted()).toEqual([
      'migration-deleted changes/a/up/01-expand.sql',
      'migration-deleted sql/V1__a.sql',
    ]);
  });
});

it('roots are found where tools put them, and only below what is named', () => {
  const paths = [
    'node_modules/x/migrations/1.sql',
    'services/a/db/migrations/1.sql',
    'db/migrations/2026/1.sql',
    'deep/sql/V1__a.sql',
    'changes/KAN-1/up/01-expand.sql',
    'sqitch/sqitch.plan',
  ];
  expect(rootsIn(paths, [])).toEqual({
    roots: ['db/migrations', 'deep/sql', 'services/a/db/migrations', 'sqitch'],
    changes: ['changes/KAN-1'],
  });
  expect(rootsIn(paths, ['services/a'])).toEqual({ roots: ['services/a'], changes: [] });
});
