/** `dbd plan` and `dbd drift` as a user calls them: files, folders, addresses, snapshots and changes on both sides. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Report } from '../../src/report/model.ts';
import { testDatabase } from '../support/database.ts';

const folder = mkdtempSync(join(tmpdir(), 'dbd-plan-'));
let files = 0;

function file(sql: string): string {
  const path = join(folder, `${(files += 1)}.sql`);
  writeFileSync(path, sql);
  return path;
}

const plan = (from: string, to: string, more: Record<string, unknown> = {}): Promise<Report> =>
  run('plan', { from, to, ...more }, { cwd: folder });

const verdicts = (report: Report): Record<string, string> =>
  Object.fromEntries(report.claims.map(({ id, verdict }) => [id, verdict]));

const before = `
CREATE TABLE users (id integer PRIMARY KEY, name text, age integer);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id integer REFERENCES users, total numeric(10, 2));
INSERT INTO users VALUES (1, 'a', 3), (2, 'b', 4);
INSERT INTO orders (user_id, total) VALUES (1, 2.5);`;
const after = `
CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, age bigint, email text UNIQUE);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id integer REFERENCES users ON DELETE CASCADE, total numeric(12, 2));
CREATE INDEX orders_user_id ON orders (user_id);
CREATE VIEW totals AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;`;

test('two files become phases that were carried out, witnessed and taken back', async () => {
  const report = await plan(file(before), file(after));
  expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(verdicts(report)).toEqual({ converges: 'proven', 'way-back': 'proven' });
  const { sql, steps, form } = report.output as {
    sql: string;
    form: string;
    steps: {
      sql: string;
      transaction: unknown;
      lockTimeoutMs: number;
      undo: unknown;
      facts: { known: string[] };
    }[];
  };
  expect(form).toBe('online');
  expect(sql).toContain('-- dbd:boundary');
  expect(sql).toContain('CREATE INDEX CONCURRENTLY');
  expect(sql).toMatch(/NOT VALID/);
  expect(steps.every(({ lockTimeoutMs, undo }) => lockTimeoutMs > 0 && undo !== undefined)).toBe(true);
  // The inside of a block cannot be looked up.
  expect(
    steps
      .filter((step) => step.facts.known.length === 0 && !step.sql.startsWith('DO '))
      .map((step) => step.sql),
  ).toEqual([]);
});

test('the short form is short, and leads to the same place', async () => {
  const report = await plan(file(before), file(after), { offline: true });
  expect(verdicts(report)).toEqual({ converges: 'proven', 'way-back': 'proven' });
  const { sql } = report.output as { sql: string };
  expect(sql).not.toContain('CONCURRENTLY');
  expect(sql.match(/^-- dbd:boundary$/gm)).toHaveLength(1);
});

test('alike sides need nothing', async () => {
  const report = await plan(file(after), file(after));
  expect(report.verdict).toBe('proven');
  expect(report.output).toMatchObject({ form: 'nothing to do', steps: [], sql: '' });
});

test('a column that cannot stand where it is wanted is said to be out of order', async () => {
  const report = await plan(
    file('CREATE TABLE t (a integer, c integer);'),
    file('CREATE TABLE t (a integer, b integer, c integer);'),
  );
  expect(verdicts(report)['converges']).toBe('proven');
  expect(report.output['order']).toBe('differs');
  expect(report.headline).toContain('order differs');
  expect(report.findings.map(({ rule }) => rule)).toContain('order-differs');
});

describe('renames', () => {
  const old = 'CREATE TABLE users (id integer PRIMARY KEY, full_name text NOT NULL);';
  const renamed = 'CREATE TABLE users (id integer PRIMARY KEY, display_name text NOT NULL);';

  test('are asked about, and never dropped in silence', async () => {
    const report = await plan(file(old), file(renamed));
    expect(verdicts(report)).toMatchObject({ converges: 'proven', renames: 'not-proven' });
    expect(report.findings.map(({ rule }) => rule)).toContain('rename-or-drop');
    expect(report.next.map(({ command }) => command).join('\n')).toContain(
      "--rename 'public.users.full_name=public.users.display_name'",
    );
    await expect(plan(file(old), file(renamed), { out: 'changes' })).rejects.toMatchObject({
      code: 'change.refused',
    });
  });

  test('are carried out once they are told', async () => {
    const report = await plan(file(`${old} INSERT INTO users VALUES (1, 'Ada');`), file(renamed), {
      rename: ['users.full_name=display_name'],
    });
    expect(verdicts(report)).toEqual({ converges: 'proven', 'way-back': 'proven' });
    expect(report.findings.filter(({ rule }) => rule === 'loses')).toEqual([]);
  });

  test('are dropped where that is meant, and what is lost is said', async () => {
    const report = await plan(file(old), file(renamed), { rename: ['users.full_name=no'] });
    expect(verdicts(report)['converges']).toBe('proven');
    expect(report.findings.map(({ rule }) => rule)).toContain('loses');
  });

  test('of what is not there are refused', async () => {
    await expect(plan(file(old), file(renamed), { rename: ['users.x=y'] })).rejects.toMatchObject({
      code: 'usage.wrong-option',
    });
    await expect(plan(file(old), file(renamed), { rename: ['users.full_name=z'] })).rejects.toMatchObject({
      code: 'usage.wrong-option',
    });
  });
});

test('an address, a snapshot and a change folder are sides like files', async () => {
  const database = await testDatabase({ sql: before });
  const report = await plan(database.ownerUrl, file(after), { out: 'changes', name: 'one' });
  expect(verdicts(report)).toEqual({ converges: 'proven', 'way-back': 'proven' });
  expect(readdirSync(join(folder, 'changes/one')).toSorted()).toEqual(['down', 'up']);
  expect(JSON.stringify(report)).not.toMatch(/:[^/@"]+@/);

  const asked = await run(
    'preflight',
    { change: ['changes/one'], database: database.adminUrl },
    { cwd: folder },
  );
  expect(asked.output).toMatchObject({ go: 'go' });

  await run('snapshot', { database: database.ownerUrl, out: 'start.dbds' }, { cwd: folder });
  const same = await plan('start.dbds', 'changes/one', {});
  expect(verdicts(same)['converges']).toBe('proven');
  const alike = await run('drift', { is: database.ownerUrl, should: 'start.dbds' }, { cwd: folder });
  expect(alike).toMatchObject({ verdict: 'proven' });
});

test('drift is named, and mended on either side', async () => {
  const database = await testDatabase({
    sql: `${before} ALTER TABLE users ADD COLUMN secret text DEFAULT 'x';`,
  });
  const report = await run('drift', { is: database.ownerUrl, should: file(before) }, { cwd: folder });
  expect(report.verdict).toBe('failed');
  const { drifted, mend, follow } = report.output as {
    drifted: { path: string }[];
    mend: string;
    follow: string;
  };
  expect(drifted.map(({ path }) => path)).toContain('table public.users column secret');
  expect(mend).toMatch(/DROP COLUMN/);
  expect(follow).toMatch(/ADD COLUMN/);
  // The change that mends is the one that removes the drift.
  const session = await postgres.connect(database.ownerUrl);
  await session.run(mend.replaceAll(/^-- dbd.*$/gm, ''));
  await session.close();
  const again = await run('drift', { is: database.ownerUrl, should: file(before) }, { cwd: folder });
  expect(again.verdict).toBe('proven');
});

test('what tools have noted in a database is left alone', async () => {
  const database = await testDatabase({
    sql: `${before} CREATE TABLE knex_migrations (id integer PRIMARY KEY, name text);`,
  });
  const from = database.ownerUrl;
  const report = await plan(from, file(before));
  expect(report.output).toMatchObject({ form: 'nothing to do', converges: true });
  expect(report.meta.limits.join('\n')).toContain('knex_migrations');
  // Two texts mean what they say.
  const texts = await plan(file(`${before} CREATE TABLE migrations (id integer);`), file(before));
  expect(texts.output['sql']).toContain('DROP TABLE');
});

test('bad input is told plainly', async () => {
  await expect(plan('missing.sql', file(after))).rejects.toMatchObject({ code: 'file.missing' });
  await expect(plan(file('CREATE TABLE ('), file(after))).rejects.toMatchObject({ code: 'sql.syntax' });
  await expect(plan(file(before), file(after), { name: '../x', out: 'changes' })).rejects.toMatchObject({
    code: 'usage.wrong-option',
  });
  await expect(run('drift', { is: 'a.sql', should: 'a.sql' }, { cwd: folder })).rejects.toMatchObject({
    code: expect.stringMatching(/usage|file/),
  });
  expect(readFileSync(join(folder, '1.sql'), 'utf8')).not.toBe('');
});
