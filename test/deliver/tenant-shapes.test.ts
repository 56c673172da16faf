import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Contribution, Stage } from '../../src/deliver/deliverables/model.ts';
import { tenancy, tryApart } from '../../src/deliver/deliverables/tenancy.ts';
import { crossingChecks } from '../../src/deliver/trials/tenancy/tenant-crossings.ts';
import { applyTo } from '../../src/deliver/twin/twin.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { withPsql } from './psql.ts';
import { stageOf } from './stage.ts';

/** Attempts with what was observed, numbers and ids masked. */
function observed(made: Contribution): Readonly<Record<string, string>> {
  const [block] = made.blocks!;
  const rows = block?.kind === 'table' ? block.rows : [];
  const masked = (text: string): string => text.replaceAll(/[0-9a-f-]{36}|\d+/g, 'n');
  return Object.fromEntries(
    rows.map(([attempt, , end]) => [
      masked(attempt as string),
      masked((end as { readonly text: string }).text),
    ]),
  );
}

const shapes = {
  folders: [
    `
change: { engine: postgres, kind: new }
tenancy: { model: shared, of: E1 }
entities:
  E1 Account: { table: accounts, fields: { name: { type: text, required: true } } }
  E2 Folder: { table: folders, tenant: account, fields: { name: { type: text, required: true } } }
relations:
  L1: { from: E2, to: E1, name: account, required: true, on_delete: cascade }
  L2: { from: E2, to: E2, name: parent, on_delete: restrict, tree: closure }
volume:
  V1: { of: E1, now: 5, per_day: 1 }
  V2: { of: E2, now: 200, per_day: 1 }
`,
    '',
  ],
  existing: [
    `
change: { engine: postgres, kind: new }
tenancy: { model: shared, of: accounts }
entities:
  E1 Note: { table: notes, tenant: account, fields: { text: { type: text, required: true } } }
relations:
  L1: { from: E1, to: accounts, name: account, required: true, on_delete: cascade }
  L2: { from: E1, to: folders, name: folder, on_delete: set null }
volume:
  V1: { of: E1, now: 200, per_day: 1 }
`,
    `CREATE TABLE accounts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
    CREATE TABLE folders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts, parent_id bigint REFERENCES folders);
`,
  ],
  locking: [
    `
change: { engine: postgres, kind: new }
tenancy: { model: shared, of: E1 }
entities:
  E1 House: { table: houses, fields: { name: { type: text, required: true } } }
  E2 Booking: { table: bookings, tenant: house, fields: { people: { type: int, required: true }, paid: { type: bool, required: true } } }
  E3 Note: { table: notes, tenant: house, fields: { text: { type: text } } }
relations:
  L2: { from: E3, to: E1, name: house, required: true, on_delete: cascade }
  L1: { from: E2, to: E1, name: house, required: true, on_delete: cascade }
access:
  Q1: { says: Pay a booking, rate: 1/s, transaction: [SELECT people FROM bookings WHERE id = :id FOR UPDATE, UPDATE bookings SET paid = true WHERE id = :id] }
volume:
  V3: { of: E3, now: 50, per_day: 1 }
  V1: { of: E1, now: 5, per_day: 1 }
  V2: { of: E2, now: 100, per_day: 1 }
`,
    '',
  ],
  outbox: [
    `
change: { engine: postgres, kind: new }
tenancy: { model: shared, of: E1 }
entities:
  E1 House: { table: houses, fields: { name: { type: text, required: true } } }
  E2 Booking: { table: bookings, tenant: house, outbox: true, fields: { people: { type: int, required: true }, paid: { type: bool, required: true } } }
relations:
  L1: { from: E2, to: E1, name: house, required: true, on_delete: cascade }
volume:
  V1: { of: E1, now: 5, per_day: 1 }
  V2: { of: E2, now: 100, per_day: 1 }
`,
    '',
  ],
  tenantTree: [
    `
change: { engine: postgres, kind: new }
tenancy: { model: shared, of: E1 }
entities:
  E1 Account: { table: accounts, fields: { name: { type: text, required: true } } }
  E2 Note: { table: notes, tenant: account, fields: { text: { type: text, required: true } } }
relations:
  L1: { from: E2, to: E1, name: account, required: true, on_delete: cascade }
  L2: { from: E1, to: E1, name: parent, on_delete: restrict }
volume:
  V1: { of: E1, now: 30, per_day: 1 }
  V2: { of: E2, now: 200, per_day: 1 }
`,
    '',
  ],
  parted: [
    `
change: { engine: postgres, kind: new }
tenancy: { model: shared, of: E1, quota: { E2: 500 }, connections: 2, timeout: 5 s }
entities:
  E1 Account: { table: accounts, fields: { name: { type: text, required: true } } }
  E2 Visit:
    table: visits
    tenant: account
    partition: { by: seen_at, every: month, ahead: 1 }
    fields: { seen_at: { type: instant, required: true, default: now } }
relations:
  L1: { from: E2, to: E1, name: account, required: true, on_delete: cascade }
volume:
  V1: { of: E1, now: 5, per_day: 1 }
  V2: { of: E2, now: 400, per_day: 2 }
`,
    '',
  ],
} as const satisfies Record<string, readonly [string, string]>;

const made = async (name: keyof typeof shapes): Promise<readonly [Stage, Contribution]> => {
  const stage = await stageOf(shapes[name][0], shapes[name][1]);
  return [stage, await tenancy.make(stage, [])];
};

describe('a tenant of any shape', { timeout: 60_000 }, () => {
  it('is moved with the partitions of the twin, and its limits bite', async () => {
    const [, { claims, ...more }] = await made('parted');
    const ends = observed({ ...more });
    expect(claims![0]).toMatchObject({ verdict: 'proven' });
    expect(ends['move tenant n to another database: rows and fingerprints of n tables']).toBe(
      'n rows, equal',
    );
    expect(ends['the time that a statement of a tenant may take, asked at sign-in']).toBe('n ms');
    expect(
      ends[
        'a statement of a tenant that would take longer than its role’s limit, set to n ms in place of n ms'
      ],
    ).toBe('cancelled');
    expect(more.files!.find(({ path }) => path === 'tenant-import.sql')!.text).toContain(
      '-- Partitions of visits must be there for all rows that come.',
    );
  });

  it('reads with locks as the tenant', async () => {
    const [, { claims }] = await made('locking');
    expect(claims![0]).toMatchObject({ verdict: 'proven' });
    expect(claims![0]!.evidence.map(({ text }) => text.replaceAll(/\d+/g, 'n'))).toContain(
      'Qn, statement n as tenant n, and where only its rows are (n times, n rows): the same answers',
    );
  });

  it('is open about an outbox with messages of all tenants', async () => {
    const [, { claims, findings }] = await made('outbox');
    expect(findings).toEqual([]);
    expect(claims![0]).toMatchObject({
      verdict: 'not-proven',
      because:
        'row security of outbox, which holds copies of bookings: off: whoever may read it reads the messages of all tenants, so give it to their consumer alone.',
    });
  });

  it.each([
    ['existing', 'notes_folder_id_fkey of notes'],
    ['tenantTree', 'accounts_parent_id_fkey of accounts'],
  ] as const)('keeps its evidence where %s rows lead to other tenants', async (name, key) => {
    const [, contribution] = await made(name);
    const ends = observed(contribution);
    expect(contribution.findings).toEqual([]);
    expect(contribution.claims![0]).toMatchObject({ verdict: 'not-proven' });
    expect(contribution.claims![0]!.because).toMatch(
      new RegExp(`references between tenants by ${key}: .* crosses tenants`),
    );
    expect(contribution.checklist!['security']!.because).toContain('crosses tenants');
    expect(ends['move tenant n to another database: rows and fingerprints of n tables']).toBe(
      'n rows, equal',
    );
    expect(contribution.files!.find(({ path }) => path === 'tenant-import.sql')!.text).toContain(key);
  });

  it('is wrong where the task promised the reference to stay within it', async () => {
    const [stage] = await made('existing');
    const [from] = stage.planned.after.tables;
    const crossing = { from: from!, constraint: 'c', out: 2, into: 1, known: false };
    expect(crossingChecks([crossing])).toMatchObject([{ ok: false }]);
    expect(crossingChecks([{ ...crossing, known: true }])).toMatchObject([{ ok: true, open: true }]);
  });
});

describe('a part of the trial that fails', { timeout: 60_000 }, () => {
  it('says why, and the other parts keep their evidence', async () => {
    const [stage] = await made('parted');
    const checks = await tryApart(
      stage,
      stage.planned.design.tenancy!,
      'CREATE POLICY boom ON visits AS RESTRICTIVE USING (1 / (id - id) = 1)',
    );
    const read = checks.find(({ attempt }) => attempt === 'read as two tenants');
    expect(read).toMatchObject({ open: true });
    expect(read!.observed).toMatch(/^could not be tried: division by zero \(at SELECT count/);
    expect(checks).toContainEqual(
      expect.objectContaining({ attempt: 'SET ROLE to the owner', observed: 'refused' }),
    );
  });

  it.each([
    ['', []],
    [
      '; ALTER POLICY notes_tenant ON notes WITH CHECK (true)',
      ['insert into notes for the other tenant: 1 rows'],
    ],
  ])('is no error where a table is empty%s', async (more, wrong) => {
    const [stage] = await made('locking');
    const checks = await tryApart(stage, stage.planned.design.tenancy!, `DELETE FROM notes${more}`);
    expect(checks.some(({ attempt }) => attempt === 'insert into notes for the other tenant')).toBe(true);
    expect(checks.filter(({ ok }) => !ok).map(({ attempt, observed: end }) => `${attempt}: ${end}`)).toEqual(
      wrong,
    );
  });

  it('turns the claim and the checklist, with the limits of the role still tried', async () => {
    const [stage] = await made('parted');
    const [size] = stage.twin.sizes;
    const gone = { ...size!, database: { ...size!.database, name: 'dbd_gone' } };
    const { claims, checklist } = await tenancy.make(
      { ...stage, twin: { ...stage.twin, sizes: [gone] } },
      [],
    );
    expect(claims![0]).toMatchObject({ verdict: 'not-proven' });
    expect(claims![0]!.because).toMatch(/^become two tenants: could not be tried: .*dbd_gone/);
    expect(claims![0]!.because).toContain('move and delete a tenant: could not be tried');
    expect(checklist!['security']!.because).toContain(claims![0]!.because);
    expect(claims![0]!.evidence.map(({ text }) => text)).toContain('connection 3 of a tenant: refused');
  });
});

describe.skipIf(!withPsql)('the scripts of a tenant with a tree, run by psql', () => {
  it('bring a tree in whose parents come after their children', { timeout: 60_000 }, async () => {
    const [stage, { files }] = await made('folders');
    const folder = mkdtempSync(join(tmpdir(), 'dbd-tree-'));
    const source = await stage.sandbox.createDatabase({ from: stage.twin.sizes[0]!.database });
    const target = await stage.sandbox.createDatabase({ from: stage.current });
    const ask = async (url: string, sql: string): Promise<readonly Record<string, unknown>[]> => {
      const session = await postgres.connect(url);
      try {
        return (await session.query(sql)).rows;
      } finally {
        await session.close();
      }
    };
    try {
      await applyTo(stage.engine, target, stage.planned.change, stage);
      for (const { path, text } of files!) writeFileSync(join(folder, path), text);
      await ask(
        source.adminUrl,
        'UPDATE folders AS f SET parent_id = last.id FROM (SELECT account_id, max(id) AS id FROM folders GROUP BY 1) AS last WHERE last.account_id = f.account_id AND f.id < last.id',
      );
      const most = await ask(
        source.adminUrl,
        'SELECT account_id::text AS tenant FROM folders WHERE parent_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1',
      );
      const tenant = String(most[0]!['tenant']);
      // Rows that were written again lie behind their children in the file.
      await ask(source.adminUrl, 'UPDATE folders SET name = name WHERE parent_id IS NULL');
      const tree = `SELECT count(*)::int AS n, count(parent_id)::int AS below FROM folders WHERE account_id = ${tenant}`;
      const expected = await ask(source.adminUrl, tree);
      expect(expected[0]!['below']).toBeGreaterThan(0);
      const run = (url: string, file: string): string =>
        execFileSync(
          'psql',
          [url, '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-v', `tenant=${tenant}`, '-f', file],
          { cwd: folder, encoding: 'utf8', stdio: 'pipe' },
        );
      run(source.adminUrl, 'tenant-export.sql');
      run(target.adminUrl, 'tenant-import.sql');
      expect(await ask(target.adminUrl, tree)).toEqual(expected);
      run(source.adminUrl, 'tenant-delete.sql');
      expect(await ask(source.adminUrl, tree)).toEqual([{ n: 0, below: 0 }]);
    } finally {
      await stage.sandbox.dropDatabase(source);
      await stage.sandbox.dropDatabase(target);
      rmSync(folder, { recursive: true });
    }
  });
});
