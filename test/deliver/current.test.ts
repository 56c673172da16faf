import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase } from '../support/database.ts';
import { deliverTask, rehearse, scratch, sqlOf, taskOf } from './delivery.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const schema = `
CREATE TABLE accounts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mail text NOT NULL UNIQUE);
INSERT INTO accounts (mail) SELECT 'a' || n || '@b.example' FROM generate_series(1, 50) n;
CREATE VIEW mails AS SELECT mail FROM accounts;
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER tell AFTER INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION tell();
`;
const wish = taskOf(
  'entities:\n  E1 Note: { fields: { body: text } }\nrelations:\n  L1: { from: E1, to: accounts, required: true }',
);

/** Everything that a write would change: structure, rows, the transaction counter. */
async function stateOf(url: string): Promise<unknown> {
  const session = await postgres.connect(url);
  try {
    const { rows: counters } = await session.query<Record<string, unknown>>(
      'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next, (SELECT json_agg(a ORDER BY id) FROM accounts a) AS rows',
    );
    const { rows: counts } = await session.query<Record<string, unknown>>(
      'SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::text AS written FROM pg_stat_user_tables',
    );
    return { counters, counts, catalog: await postgres.inspect(session) };
  } finally {
    await session.close();
  }
}

test(
  'the structure is read from a database, and nothing is written there',
  { timeout: 120_000 },
  async () => {
    const database = await testDatabase({ sql: schema });
    const before = await stateOf(database.ownerUrl);
    const { verdicts, out, report } = await deliverTask(wish, { current: database.ownerUrl });
    expect(verdicts).toMatchObject({ E1: 'proven', L1: 'proven', 'round-trip': 'proven' });
    expect(sqlOf(out, 'up')).toContain('REFERENCES accounts');
    expect(await stateOf(database.ownerUrl)).toEqual(before);
    const password = new URL(database.ownerUrl).password;
    if (password !== '') expect(JSON.stringify(report)).not.toContain(password);

    const file = join(scratch(), 'add.sql');
    writeFileSync(file, 'ALTER TABLE accounts ADD COLUMN seen timestamptz;');
    const rehearsed = await rehearse({ files: [file], current: database.ownerUrl, load: false });
    expect(rehearsed.verdicts).toMatchObject({ runs: 'proven', 'round-trip': 'proven' });
    expect(await stateOf(database.ownerUrl)).toEqual(before);
  },
);
