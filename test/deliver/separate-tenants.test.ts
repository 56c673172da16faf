import { describe, expect, it } from 'vitest';
import type { Contribution } from '../../src/deliver/deliverables/model.ts';
import { tenancy } from '../../src/deliver/deliverables/tenancy.ts';
import { hostileTenants } from '../../src/deliver/trials/tenancy/separate-tenants.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase } from '../support/database.ts';
import { stageOf } from './stage.ts';

const blockOf = (model: string): string => `
change: { engine: postgres, kind: new }
tenancy: { model: ${model}, of: E1, connections: 2 }
entities:
  E1 Organisation: { table: organisations, fields: { name: { type: text, required: true } } }
  E2 Order:
    table: orders
    tenant: organisation
    history: audit
    fields: { code: { type: text(20), required: true, unique: true, default: "100%" }, total: { type: money, required: true } }
  E3 Line:
    table: order_lines
    tenant: organisation
    fields: { title: { type: text, required: true } }
relations:
  L1: { from: E2, to: E1, name: organisation, required: true }
  L2: { from: E3, to: E1, name: organisation, required: true }
  L3: { from: E3, to: E2, name: order, required: true, on_delete: cascade }
  L4: { from: E3, to: countries, name: country }
rules:
  R1: { says: A code is not blank, of: E2, check: "btrim(code) <> ''" }
`;
const current = `CREATE TABLE countries (id integer PRIMARY KEY, name text NOT NULL); INSERT INTO countries VALUES (1, 'Here');`;

const results = (
  made: Contribution,
): readonly { readonly attempt: string; readonly observed: string; readonly ok: boolean }[] => {
  const [block] = made.blocks!;
  return (block?.kind === 'table' ? block.rows : []).map(([attempt, expected, observed]) => ({
    attempt: attempt as string,
    observed: (observed as { readonly text: string }).text,
    ok: (observed as { readonly text: string }).text === expected,
  }));
};

describe('a schema for each tenant', () => {
  it('is made, used, changed and dropped, with hostile names', { timeout: 60_000 }, async () => {
    const stage = await stageOf(blockOf('schema'), current);
    const made = await tenancy.make(stage, []);
    const all = results(made);
    expect(all.filter(({ ok }) => !ok)).toEqual([]);
    expect(made.claims![0]).toMatchObject({ id: 'tenancy', verdict: 'proven' });
    expect(all.map(({ attempt }) => attempt)).toContain(
      `tables of ${hostileTenants[0]} against those that were measured`,
    );
    const text = made.files!.find(({ path }) => path === 'tenant-template.sql')!.text;
    expect(text).not.toContain('dbd_tenant_schema');

    const database = await testDatabase({ sql: current });
    const session = await postgres.connect(database.adminUrl);
    try {
      for (const phase of stage.planned.change.phases)
        for (const { sql } of phase.steps) await session.run(sql);
      await session.run(`${text}; CREATE ROLE acme_app; INSERT INTO organisations (name) VALUES ('Acme')`);
      await session.query(`CALL create_tenant('acme', 'acme_app')`);
      await session.run(
        `INSERT INTO acme.orders (organisation_id, total_minor, total_currency) VALUES (1, 5, 'EUR');
         INSERT INTO acme.order_lines (organisation_id, order_id, country_id, title) VALUES (1, 1, 1, 'A')`,
      );
      const { rows } = await session.query(`SELECT (SELECT code FROM acme.orders) AS code,
        (SELECT count(*)::int FROM acme.order_audit) AS kept, (SELECT count(*)::int FROM public.order_audit) AS elsewhere`);
      expect(rows).toEqual([{ code: '100%', kept: 1, elsewhere: 0 }]);
      await expect(
        session.query(
          `INSERT INTO acme.orders (organisation_id, code, total_minor, total_currency) VALUES (1, ' ', 5, 'EUR')`,
        ),
      ).rejects.toThrow(/check/);
    } finally {
      await session.run('DROP OWNED BY acme_app; DROP ROLE acme_app').catch(() => undefined);
      await session.close();
    }
  });
});

describe('a database for each tenant', () => {
  it('lets nobody in but its own role', { timeout: 60_000 }, async () => {
    const made = await tenancy.make(await stageOf(blockOf('database'), current), []);
    const all = results(made);
    expect(all.filter(({ ok }) => !ok)).toEqual([]);
    expect(all.map(({ attempt }) => attempt)).toContain("tenant 1 connects to the other's database");
    expect(made.claims![0]!.verdict).toBe('proven');
  });

  it('says what it does not do: count rows', { timeout: 60_000 }, async () => {
    const block = blockOf('database').replace('connections: 2', 'quota: { E2: 5 }');
    const made = await tenancy.make(await stageOf(block, current), []);
    expect(made.claims![0]!.verdict).toBe('not-proven');
  });
});
