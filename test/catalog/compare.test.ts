import { describe, expect, test } from 'vitest';
import { differences } from '../../src/catalog/difference.ts';
import type { Catalog } from '../../src/catalog/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { testDatabase } from '../support/database.ts';
import { shop } from './shop.sql.ts';

async function run(database: SandboxDatabase, statements: readonly string[]): Promise<Catalog> {
  const session = await postgres.connect(database.ownerUrl);
  try {
    for (const sql of statements) await session.query(sql);
    return await postgres.inspect(session);
  } finally {
    await session.close();
  }
}

/** Changes whose way back a comparison must find. */
const changes: readonly string[] = [
  'ALTER TABLE users ADD age int NOT NULL DEFAULT 7',
  'ALTER TABLE users ALTER email TYPE varchar(300), ALTER email DROP DEFAULT',
  'CREATE TABLE cards (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE, note text); CREATE INDEX ON cards (user_id)',
  'DROP INDEX users_name_idx; DROP POLICY own_orders ON sales.orders',
  "ALTER TYPE mood ADD VALUE 'great'; COMMENT ON TABLE users IS 'Other'",
  "DROP VIEW loud; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  'ALTER TABLE sales.orders DROP CONSTRAINT orders_user',
  'DROP TABLE sales.orders CASCADE',
  'DROP TABLE users CASCADE; DROP TYPE mood',
  'DROP TRIGGER users_touched ON users; DROP FUNCTION touched()',
  "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
  'CREATE INDEX part_only ON events_2025 (id)',
  'ALTER TABLE events_2025 ADD CONSTRAINT part_check CHECK (id > 0)',
  'CREATE INDEX events_id ON events (id)',
];

describe('compare', () => {
  const base = testDatabase({ sql: shop });

  test.each(changes)('finds the way back of %s', async (sql) => {
    const changed = await testDatabase({ sql: shop });
    const before = await run(await base, []);
    const after = await run(changed, sql.split('; '));
    expect(differences(before, after)).not.toEqual([]);
    const { statements } = await postgres.compare(changed.adminUrl, (await base).adminUrl);
    const left = differences(before, await run(changed, statements));
    // Extended statistics are what the comparison says it does not model.
    expect(left.filter(({ path }) => !path.startsWith('statistics '))).toEqual([]);
    expect(statements.filter((statement) => /OWNER TO|^SET /.test(statement))).toEqual([]);
  });

  test('of equal databases needs nothing', async () => {
    const { statements, unsupported } = await postgres.compare(
      (await testDatabase({ sql: shop })).adminUrl,
      (await base).adminUrl,
    );
    expect(statements).toEqual([]);
    expect(unsupported.every((name) => /statistics/i.test(name))).toBe(true);
  });

  // What is left is why the comparison is only a starting point that the witness judges.
  test('of an empty database makes everything but extended statistics', async () => {
    const empty = await testDatabase();
    const { statements } = await postgres.compare(empty.adminUrl, (await base).adminUrl);
    expect(statements.filter((statement) => /^GRANT .* TO "dbd_owner"/.test(statement))).toEqual([]);
    const reached = await run(empty, statements);
    const left = differences(await run(await base, []), reached).map(({ path }) => path);
    expect(left).toEqual(['statistics public.users_pair']);
  });
});
