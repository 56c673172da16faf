import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Observation } from '../../src/engine/model.ts';
import { shop } from '../catalog/shop.sql.ts';

describe.each([18, 15])('on PostgreSQL %i the witness', (major) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox(postgres, major === 18 ? {} : { major });
  });
  afterAll(() => sandbox.stop());

  async function observed(sql: string, as: 'ownerUrl' | 'adminUrl' = 'adminUrl'): Promise<Observation> {
    const database = await sandbox.createDatabase();
    const owner = await postgres.connect(database.ownerUrl);
    await owner.run(sql).finally(() => owner.close());
    const session = await postgres.connect(database[as]);
    return postgres.witness
      .observe(session, { owner: sandbox.owner })
      .finally(() => session.close())
      .finally(() => sandbox.dropDatabase(database));
  }

  test('sees the same as a superuser and as the owner, and says what the owner may not read', async () => {
    const [admin, owner] = [await observed(shop), await observed(shop, 'ownerUrl')];
    expect(admin.unread).toEqual([]);
    expect(owner.unread.toSorted()).toEqual(
      expect.arrayContaining(['pg_subscription.subconninfo', 'pg_user_mapping.umoptions']),
    );
    expect(postgres.witness.compare(admin, owner)).toEqual([]);
    expect(
      [...admin.objects.keys()].filter((path) => path.startsWith('table public.users ')).length,
    ).toBeGreaterThan(10);
  });

  test('names what differs', async () => {
    const before = await observed('CREATE TABLE t (a int, b text, c text); CREATE INDEX t_b ON t (b)');
    const after = await observed(
      "CREATE TABLE t (b text DEFAULT 'x', a int, d int); CREATE INDEX t_b ON t (b DESC); CREATE TABLE u (a int)",
    );
    expect(postgres.witness.compare(before, after)).toEqual([
      {
        path: 'table public.t',
        fact: 'pg_attribute.attnum',
        before: 'a, b, c',
        after: 'b, a, d',
        order: true,
      },
      { path: 'table public.t column b', fact: 'pg_attrdef.adbin', after: "'x'::text" },
      { path: 'table public.t column c', fact: 'exists', before: 'yes' },
      { path: 'table public.t column d', fact: 'exists', after: 'yes' },
      { path: 'table public.t index t_b', fact: 'pg_index.indoption', before: '0', after: '3' },
      { path: 'table public.u', fact: 'exists', after: 'yes' },
    ]);
  });
});
