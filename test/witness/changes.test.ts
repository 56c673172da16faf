import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Observation, Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { changesOfOthers } from './changes-of-others.ts';
import { changesOfTables } from './changes-of-tables.ts';
import { rich, richBySuperuser } from './rich.sql.ts';

const changes = [...changesOfTables, ...changesOfOthers];

describe.each([18, 15])('on PostgreSQL %i the witness', (major) => {
  let sandbox: Sandbox;
  let base: SandboxDatabase;
  let before: Observation;

  beforeAll(async () => {
    sandbox = await startSandbox(postgres, major === 18 ? {} : { major });
    base = await sandbox.createDatabase();
    await inside(base.adminUrl, (session) => session.run('CREATE ROLE reader; CREATE ROLE writer'));
    await inside(base.ownerUrl, (session) => session.run(rich));
    await inside(base.adminUrl, (session) => session.run(richBySuperuser));
    before = await look(base);
  });
  afterAll(() => sandbox.stop());

  async function inside<T>(url: string, work: (session: Session) => Promise<T>): Promise<T> {
    const session = await postgres.connect(url);
    return work(session).finally(() => session.close());
  }
  const look = (database: SandboxDatabase): Promise<Observation> =>
    inside(database.adminUrl, (session) => postgres.witness.observe(session, { owner: sandbox.owner }));

  // Three of four on the newest, one of six on the older one, and all of them with `npm run corpus`.
  const chosen = (at: number): boolean => (major === 18 ? at % 4 !== 3 : at % 6 === 0);
  const seen = changes.filter(
    ({ since = 0 }, at) => since <= major && (chosen(at) || process.env.DBD_WHOLE === '1'),
  );
  test.each(seen.map((one) => [one.sql, one] as const))(
    'sees %s',
    async (sql, { sees, since18 = [], superuser }) => {
      const copy = await sandbox.createDatabase({ from: base });
      await inside(superuser ? copy.adminUrl : copy.ownerUrl, (session) => session.run(sql));
      const found = postgres.witness.compare(before, await look(copy));
      await sandbox.dropDatabase(copy);
      const wanted = [...sees, ...(major >= 18 ? since18 : [])];
      expect(found.map(({ path, fact }) => `${path} ${fact}`).toSorted()).toEqual(wanted.toSorted());
      for (const one of found) expect(one.before).not.toBe(one.after);
    },
  );

  test('shows no secret', () => {
    const text = JSON.stringify([...before.objects]);
    expect(text).toContain('user mapping of reader');
    expect(text).not.toContain('password=one');
  });
});
