import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { migrationFiles, writtenChange } from '../../src/deliver/rehearsal/migration-files.ts';
import { deliverTask, filesIn, rehearse, scratch, sqlOf, type Delivered } from './delivery.ts';

const example = resolve('examples/naive-alter');
const sqlBlock = ({ report }: Delivered, id: string): string =>
  report.blocks
    .flatMap((block) => (block.id === id && block.kind === 'sql' ? block.files : []))
    .map((file) => file.sql)
    .join('\n');
const stepsOf = ({ report }: Delivered) =>
  report.blocks.flatMap((block) => (block.kind === 'steps' ? block.steps : []));

describe('a naive ALTER as a task', () => {
  let ord: Delivered;
  beforeAll(async () => void (ord = await deliverTask(`${example}/ORD-7.md`, { rows: 3000 })), 120_000);

  test('becomes phases that rewrite no table', () => {
    expect(Object.keys(filesIn(ord.out)).filter((path) => path.startsWith('up/'))).toEqual([
      'up/01-expand.sql',
      'up/02-backfill.sql',
      'up/03-contract.sql',
    ]);
    expect(stepsOf(ord).flatMap((step) => step.rewrites)).toEqual([]);
    const up = sqlOf(ord.out, 'up');
    expect(up).toContain('CREATE INDEX CONCURRENTLY orders_created_at_idx');
    expect(up).toMatch(/orders_customer_fkey FOREIGN KEY [^;]* NOT VALID;/);
    expect(up).toContain('VALIDATE CONSTRAINT orders_customer_fkey');
    expect(up).not.toMatch(/ADD COLUMN reference uuid NOT NULL/);
  });

  test('writes a probe for what generated rows cannot show, and says so', () => {
    const probes = filesIn(ord.out)['probes.sql'];
    expect(probes).toMatch(/FROM orders[\s\S]*NOT EXISTS[\s\S]*customers/);
    const preconditions = ord.report.claims.filter(({ id }) => /^D\d+$/.test(id));
    expect(preconditions.length).toBeGreaterThan(0);
    for (const claim of preconditions) expect(claim.verdict, claim.id).toBe('not-proven');
  });

  test('keeps the running shop working in every phase, and leads back', () => {
    expect(ord.verdicts).toMatchObject({ K1: 'proven', 'round-trip': 'proven', migrations: 'proven' });
    expect(ord.report.verdict).toBe('conditions');
  });
});

describe('the naive SQL itself', () => {
  let naive: Delivered;
  beforeAll(
    async () => void (naive = await rehearse({ files: [`${example}/migration.sql`], rows: 3000 })),
    120_000,
  );

  test('runs, and what it does to a busy table is found', () => {
    expect(naive.verdicts).toMatchObject({ runs: 'proven', data: 'proven', application: 'missed' });
    expect(naive.report.verdict).toBe('failed');
    const found = naive.report.findings.map(({ rule, place }) => `${rule}: ${place}`);
    const about = (rule: string, statement: RegExp): readonly string[] =>
      found.filter((each) => each.startsWith(rule) && statement.test(each));
    expect(about('table-rewritten', /ADD COLUMN reference/)).toHaveLength(1);
    expect(about('table-rewritten', /ALTER COLUMN total_cents/)).toHaveLength(1);
    expect(about('full-scan-blocks-writers', /CREATE INDEX/)).toHaveLength(1);
    expect(about('full-scan-blocks-writers', /ADD CONSTRAINT/)).toHaveLength(1);
    expect(about('prepared-query-broken', /order_by_id/)).not.toEqual([]);
    for (const finding of naive.report.findings) expect(finding.message).toMatch(/\S/);
  });

  test('gets a way back that was tried, and the same change in a safe form', () => {
    expect(naive.verdicts['round-trip']).toBe('proven');
    expect(sqlBlock(naive, 'way-back')).toMatch(/DROP COLUMN (?:IF EXISTS )?"?reference/i);
    expect(sqlBlock(naive, 'safe-form')).toContain('CONCURRENTLY');
    expect(sqlBlock(naive, 'safe-form')).toContain('NOT VALID');
  });

  test('the safe form lies beside the report, ready to be rehearsed: there and back, without a rewrite', async () => {
    const safe = await rehearse({
      files: [join(naive.out, 'safe')],
      current: `${example}/current.sql`,
      rows: 3000,
    });
    expect(safe.verdicts).toMatchObject({ runs: 'proven', data: 'proven', 'round-trip': 'proven' });
    expect(stepsOf(safe).flatMap((step) => step.rewrites)).toEqual([]);
  }, 120_000);

  test('a change that was edited by hand counts as the text it is', async () => {
    const files = await migrationFiles([join(naive.out, 'safe')]);
    expect(writtenChange(files)?.phases.map((phase) => phase.name)).toEqual([
      'expand',
      'backfill',
      'contract',
    ]);
    const [first, ...others] = files.up;
    const edited = { ...first!, sql: `${first!.sql}DROP TABLE order_items;\n` };
    expect(writtenChange({ ...files, up: [edited, ...others] })).toBeUndefined();
  });

  test('each statement has its locks', () => {
    const rewritten = stepsOf(naive).filter((step) => step.rewrites.length > 0);
    expect(rewritten).toHaveLength(2);
    for (const step of rewritten)
      expect(step.locks).toContainEqual(
        expect.objectContaining({ relation: 'public.orders', mode: 'ACCESS EXCLUSIVE' }),
      );
  });
});

test('a table dropped with its rows is a loss, also where the way back fails', async () => {
  const folder = scratch();
  const current = join(folder, 'current.sql');
  const migration = join(folder, 'drop.sql');
  writeFileSync(
    current,
    `CREATE TYPE mood AS ENUM ('good', 'bad');
     CREATE TABLE people (id bigint PRIMARY KEY, mood mood NOT NULL DEFAULT 'good');
     CREATE TABLE notes (id bigint PRIMARY KEY, body text NOT NULL);`,
  );
  writeFileSync(migration, `ALTER TYPE mood ADD VALUE 'calm';\nDROP TABLE notes;\n`);
  const dropped = await rehearse({ files: [migration], current, rows: 500, load: false });
  expect(dropped.claims.get('data')).toMatchObject({ verdict: 'missed' });
  expect(JSON.stringify(dropped.claims.get('data'))).toContain('notes');
}, 60_000);

test('a type change that is spared its rewrite only by the zone of the sandbox is told', async () => {
  const folder = scratch();
  const current = join(folder, 'current.sql');
  const migration = join(folder, 'zone.sql');
  writeFileSync(
    current,
    'CREATE TABLE notes (id bigint PRIMARY KEY, written timestamp NOT NULL, body text);',
  );
  writeFileSync(migration, 'ALTER TABLE notes ALTER COLUMN written TYPE timestamptz;\n');
  const changed = await rehearse({ files: [migration], current, rows: 500, load: false });
  expect(stepsOf(changed).flatMap((step) => step.rewrites)).toEqual([]);
  expect(changed.report.findings.map(({ rule }) => rule)).toContain('rewrite-depends-on-time-zone');
}, 60_000);
