import { beforeAll, describe, expect, it } from 'vitest';
import type { Contribution, Stage } from '../../src/deliver/deliverables/model.ts';
import { tenancy, tryApart } from '../../src/deliver/deliverables/tenancy.ts';
import type { TenantCheck } from '../../src/deliver/trials/tenancy/tenant-scene.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { applyTo } from '../../src/deliver/twin/twin.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { withPsql } from './psql.ts';
import { stageOf } from './stage.ts';

const block = `
change: { engine: postgres, kind: new }
tenancy: { model: shared, of: E1, quota: { E2: 500 }, connections: 3, timeout: 200 ms }
entities:
  E1 Organisation: { table: organisations, fields: { name: { type: text, required: true, unique: true } } }
  E2 Project:
    table: projects
    tenant: organisation
    history: audit
    fields: { code: { type: text, required: true, unique: true }, owner_email: { type: email, required: true } }
  E3 Task:
    table: tasks
    tenant: organisation
    history: soft-delete
    fields: { title: { type: text, required: true }, due: { type: date } }
relations:
  L1: { from: E2, to: E1, name: organisation, required: true, on_delete: cascade }
  L2: { from: E3, to: E1, name: organisation, required: true, on_delete: cascade }
  L3: { from: E3, to: E2, name: project, required: true, on_delete: cascade }
  L4: { from: E3, to: users, name: assignee, on_delete: set null }
access:
  Q1: { says: Tasks of a project, sql: "SELECT t.id, t.title, p.code FROM tasks t JOIN projects p ON p.id = t.project_id WHERE t.project_id = :project", rate: 1/s }
  Q2: { says: All projects, sql: "SELECT code, count(*) OVER () FROM projects", rate: 1/s }
volume:
  V1: { of: E1, now: 8, per_day: 1 }
  V2: { of: E2, now: 200, per_day: 1 }
  V3: { of: E3, now: 300, per_day: 1 }
privacy:
  P1: { of: E2.owner_email, class: personal, mask: email, readers: [app] }
`;
const current = `CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
INSERT INTO users (name) SELECT 'Person ' || n FROM generate_series(1, 30) n;`;

let stage: Stage;
const spoilt = (sql: string): Promise<readonly TenantCheck[]> =>
  tryApart(stage, stage.planned.design.tenancy!, sql);
const wrong = (checks: readonly TenantCheck[]): readonly string[] =>
  checks.filter(({ ok }) => !ok).map(({ attempt, observed }) => `${attempt}: ${observed}`);

beforeAll(async () => {
  stage = await stageOf(block, current, 1200);
}, 90_000);

describe('tenants of shared tables', () => {
  let made: Contribution;
  beforeAll(async () => {
    made = await tenancy.make(stage, []);
  }, 90_000);

  it('are kept apart in every way that was tried', () => {
    const [block_] = made.blocks!;
    const rows = block_?.kind === 'table' ? block_.rows : [];
    const done = rows.map(([attempt, expected, observed]) => ({
      attempt: attempt as string,
      same: expected === (observed as { readonly text: string }).text,
    }));
    expect(done.filter(({ same }) => !same)).toEqual([]);
    const attempts = done.map(({ attempt }) => attempt.replaceAll(/\d+/g, 'n'));
    for (const attempt of [
      'a session without a tenant reads n tables',
      'the owner of the tables, without a tenant reads n tables',
      'insert into projects for the other tenant',
      'move a row of tasks to the other tenant',
      'insert into project_audit past its trigger',
      'delete rows of the other tenant in project_audit',
      'read the view projects_masked as nobody and as two tenants',
      'read the view live_tasks as nobody and as two tenants',
      'SET ROLE to the owner',
      'the tenant "n OR true"',
      'a function that is asked before the policy',
      'move tenant n to another database: rows and fingerprints of n tables',
      'delete tenant n: its rows afterwards',
      'n writers at a limit of n rows in projects, n places left, n rows offered',
      'a statement of a tenant that would take longer than n ms',
      'connection n of a tenant',
    ])
      expect(attempts).toContain(attempt);
    expect(made.findings).toEqual([]);
    expect(made.claims![0]).toMatchObject({ id: 'tenancy', verdict: 'proven' });
  });
});

describe.skipIf(!withPsql)('the scripts of a tenant, run by psql', () => {
  it('take it out, bring it in and delete it', { timeout: 60_000 }, async () => {
    const made = await tenancy.make(stage, []);
    const folder = mkdtempSync(join(tmpdir(), 'dbd-tenant-'));
    const source = await stage.sandbox.createDatabase({ from: stage.twin.sizes[0]!.database });
    const target = await stage.sandbox.createDatabase({ from: stage.current });
    try {
      await applyTo(stage.engine, target, stage.planned.change, stage);
      for (const { path, text } of made.files!) writeFileSync(join(folder, path), text);
      const counts = async (url: string, tenant: string): Promise<readonly number[]> => {
        const session = await postgres.connect(url);
        try {
          const { rows } = await session.query<Record<string, number>>(
            `SELECT (SELECT count(*)::int FROM tasks WHERE organisation_id = $1) AS own, (SELECT count(*)::int FROM tasks WHERE organisation_id <> $1) AS others,
               (SELECT count(*)::int FROM project_audit WHERE coalesce(new_row, old_row) ->> 'organisation_id' = $1::text) AS kept`,
            [Number(tenant)],
          );
          return Object.values(rows[0]!);
        } finally {
          await session.close();
        }
      };
      const session = await postgres.connect(source.adminUrl);
      const { rows } = await session.query<{ tenant: string }>(
        'SELECT organisation_id::text AS tenant FROM tasks GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1',
      );
      const { tenant } = rows[0]!;
      await session.query('UPDATE projects SET code = code || $1 WHERE organisation_id = $2', [
        '\t\\N',
        Number(tenant),
      ]);
      await session.close();
      const [own = 0, others = 0, kept = 0] = await counts(source.adminUrl, tenant);
      expect(own).toBeGreaterThan(0);
      expect(kept).toBeGreaterThan(0);
      const run = (url: string, file: string): string =>
        execFileSync(
          'psql',
          [url, '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-v', `tenant=${tenant}`, '-f', file],
          {
            cwd: folder,
            encoding: 'utf8',
            stdio: 'pipe',
          },
        );
      run(source.adminUrl, 'tenant-export.sql');
      // Whoever a task may be assigned to is nobody's alone, and comes by another way.
      const people = await postgres.connect(target.adminUrl);
      await people.run('ALTER TABLE tasks DISABLE TRIGGER ALL');
      await people.close();
      run(target.adminUrl, 'tenant-import.sql');
      expect(await counts(target.adminUrl, tenant)).toEqual([own, 0, kept]);
      run(source.adminUrl, 'tenant-delete.sql');
      expect(await counts(source.adminUrl, tenant)).toEqual([0, others, 0]);
    } finally {
      await stage.sandbox.dropDatabase(source);
      await stage.sandbox.dropDatabase(target);
      rmSync(folder, { recursive: true });
    }
  });
});

describe('what lets one tenant reach another turns the verdict', () => {
  it.each([
    ['a table without row security', 'ALTER TABLE tasks DISABLE ROW LEVEL SECURITY', /reads .* tables/],
    [
      'an owner that is not bound',
      'ALTER TABLE tasks NO FORCE ROW LEVEL SECURITY',
      /the owner of the tables/,
    ],
    ['a second policy', 'CREATE POLICY more ON projects USING (true)', /rows, [1-9]\d* of others/],
    [
      'a policy that lets everybody delete',
      'CREATE POLICY more ON tasks FOR DELETE USING (true)',
      /delete rows of tasks without a condition: \d+ rows/,
    ],
    [
      'a policy that lets everybody update',
      'CREATE POLICY more ON tasks FOR UPDATE USING (true) WITH CHECK (true)',
      /change rows of tasks without a condition: \d+ rows/,
    ],
    [
      'a policy that checks no write',
      'ALTER POLICY tasks_tenant ON tasks WITH CHECK (true)',
      /insert into tasks for the other tenant/,
    ],
    [
      'a history that everybody may write',
      'GRANT INSERT ON project_audit TO PUBLIC',
      /insert into project_audit past its trigger/,
    ],
    [
      'all rows without a setting',
      `DROP POLICY tasks_tenant ON tasks; CREATE POLICY t ON tasks USING (current_setting('app.tenant', true) IS NULL OR organisation_id::text = current_setting('app.tenant', true))`,
      /a session without a tenant/,
    ],
    [
      'a masked view that asks for any tenant',
      `DROP VIEW projects_masked; CREATE VIEW projects_masked AS SELECT * FROM projects WHERE current_setting('app.tenant', true) <> ''; GRANT SELECT ON projects_masked TO PUBLIC; ALTER TABLE projects NO FORCE ROW LEVEL SECURITY`,
      /read the view projects_masked/,
    ],
  ])('%s', async (_name, sql, expected) => {
    expect(wrong(await spoilt(sql)).join('\n')).toMatch(expected);
  });
});

describe('tenants that are there today', () => {
  it('keep the new tables apart, and say which old ones are open', { timeout: 60_000 }, async () => {
    const there = await stageOf(
      `
change: { engine: postgres, kind: new }
tenancy: { model: shared, of: accounts }
entities:
  E1 Note: { table: notes, tenant: account, fields: { text: { type: text, required: true } } }
relations:
  L1: { from: E1, to: accounts, name: account, required: true, on_delete: cascade }
  L2: { from: E1, to: members, name: author, on_delete: set null }
volume:
  V1: { of: E1, now: 60, per_day: 1 }
  V2: { of: members, now: 40, per_day: 1 }
`,
      `CREATE TABLE accounts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
       CREATE TABLE members (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id uuid NOT NULL REFERENCES accounts);`,
    );
    const made = await tenancy.make(there, []);
    expect(made.findings).toEqual([]);
    expect(made.claims![0]).toMatchObject({
      verdict: 'not-proven',
      because: expect.stringContaining(
        'notes.author_id may name a row of another tenant (reference-across-tenants).',
      ),
    });
    expect(made.claims![0]!.because).toMatch(/^row security of accounts, .*off today/);
    expect(made.claims![0]!.evidence.map(({ text }) => text.replaceAll(/[0-9a-f-]{36}/g, 'T'))).toContain(
      'insert into notes for the other tenant: refused',
    );
  });
});
