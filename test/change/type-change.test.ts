import { expect, test } from 'vitest';
import { differences } from '../../src/catalog/difference.ts';
import type { Catalog } from '../../src/catalog/model.ts';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase } from '../support/database.ts';
import { ledger } from './ledger.ts';
import { planned } from './shop.ts';

/** Every row of every table, columns by name. */
async function rows(session: Session, { tables }: Catalog): Promise<unknown> {
  const all: unknown[] = [];
  for (const table of tables) {
    const columns = table.columns.map(({ name }) => postgres.quote.identifier(name)).toSorted();
    const sql = `SELECT to_jsonb(r) AS row FROM (SELECT ${columns.join(', ')} FROM ${postgres.quote.name(table)}) AS r ORDER BY r::text`;
    all.push((await session.query(sql)).rows);
  }
  return all;
}

const paths = (before: Catalog, after: Catalog): readonly string[] =>
  differences(before, after).map(({ path }) => path);

const moved = ['table public.entries columns order differs'];

test.each([
  ['ALTER TABLE entries ALTER COLUMN amount TYPE bigint', moved],
  [
    'ALTER TABLE entries ALTER amount SET DATA TYPE numeric(12, 3) USING (entries.amount / 2.0)::numeric(12, 3)',
    moved,
  ],
  ['ALTER TABLE entries ALTER COLUMN account TYPE bigint', moved],
  ['ALTER TABLE entries ALTER COLUMN ticket TYPE bigint', moved],
  [
    'ALTER TABLE entries ALTER COLUMN raw TYPE integer USING raw::integer, ALTER COLUMN label TYPE varchar(10) USING left(label, 10)',
    moved,
  ],
  ['ALTER TABLE entries ALTER COLUMN raw TYPE json USING to_json(raw)', moved],
  ['ALTER TABLE entries ALTER COLUMN noted_on TYPE timestamptz', moved],
  ['ALTER TABLE entries ALTER COLUMN label TYPE text COLLATE "C"', moved],
  [
    'ALTER TABLE entries ALTER COLUMN fee TYPE numeric(10, 4); ALTER TABLE entries ALTER COLUMN fee SET DEFAULT 5; CREATE INDEX ON entries (fee)',
    [],
  ],
  ['ALTER TABLE "Odd one" ALTER COLUMN "Größe" TYPE bigint', []],
] as const)(
  '%s: the same end as written but for the place of the column, without a rewrite, there and back',
  { timeout: 60_000 },
  async (sql, order) => {
    const naive = await testDatabase({ sql: ledger });
    const plain = await postgres.connect(naive.ownerUrl);
    const { change, session, up, down } = await planned(sql, {}, ledger);
    const files = async (): Promise<unknown> =>
      (
        await session.query(
          `SELECT relname, pg_relation_filenode(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
        )
      ).rows;
    try {
      expect(change.phases.map(({ name }) => name)).toEqual(['expand', 'backfill', 'contract']);
      const start = await postgres.inspect(session);
      const [filled, stored] = [await rows(session, start), await files()];
      for (const { probe } of change.phases.flatMap(({ steps }) => steps))
        if (probe) expect((await plain.query(probe)).rows).toEqual([]);
      await plain.run(sql);
      await up();
      const [wanted, reached] = [await postgres.inspect(plain), await postgres.inspect(session)];
      expect(paths(wanted, reached)).toEqual(order);
      expect(await rows(session, wanted)).toEqual(await rows(plain, wanted));
      expect(await files()).toEqual(stored);
      await down();
      expect(paths(start, await postgres.inspect(session))).toEqual(order);
      expect(await files()).toEqual(stored);
      const lossy = change.phases.some(({ steps }) =>
        steps.some(({ destructive }) => destructive !== undefined),
      );
      if (!lossy) expect(await rows(session, start)).toEqual(filled);
      await up();
      expect(differences(reached, await postgres.inspect(session))).toEqual([]);
      if (!lossy) expect(await rows(session, wanted)).toEqual(await rows(plain, wanted));
    } finally {
      await Promise.all([plain.close(), session.close()]);
    }
  },
);

test(
  'writers beside every phase lose nothing, and prepared statements go on',
  { timeout: 60_000 },
  async () => {
    const { session, url, up, down } = await planned(
      'ALTER TABLE entries ALTER COLUMN amount TYPE bigint; ALTER TABLE entries ALTER COLUMN raw TYPE integer USING raw::integer',
      {},
      ledger,
    );
    const writers = await Promise.all([1, 2].map(() => postgres.connect(url)));
    const old = await postgres.connect(url);
    const other = await testDatabase({ sql: ledger });
    const watch = await postgres.connect(other.ownerUrl);
    let running = true;
    // Every value that was written, by the key it was written under: what must be found at the end.
    const written = new Map<number, number | null>();
    const write = async (writer: Session, from: number): Promise<void> => {
      for (let n = 0; running; n++) {
        const key = 1 + ((from * 5501 + n * 37) % 11_000);
        const mine = from === 0 ? key - (key % 2) || 2 : key - (key % 2) + 1;
        const value = n % 800;
        await writer.query('UPDATE entries SET amount = $1, raw = NULL WHERE id = $2', [value, mine]);
        written.set(mine, value);
        const both = await writer.query<{ id: string }>(
          n % 3 === 0
            ? 'INSERT INTO entries (label, raw) VALUES ($1, NULL) RETURNING id'
            : "INSERT INTO entries (amount, label, raw) VALUES (55, $1, '12') RETURNING id",
          [`w${from}`],
        );
        written.set(Number(both.rows[0]!.id), n % 3 === 0 ? 7 : 55);
      }
    };
    try {
      for (const statement of [
        'PREPARE by_label(bigint) AS SELECT id, label FROM entries WHERE id = $1',
        'PREPARE by_amount(integer) AS SELECT id FROM entries WHERE amount = $1 LIMIT 1',
        'PREPARE pay(integer, bigint) AS UPDATE entries SET amount = $1 WHERE id = $2',
        'PREPARE everything(bigint) AS SELECT * FROM entries WHERE id = $1',
      ])
        await old.run(statement);
      const busy = writers.map((writer, index) => write(writer, index));
      const everything: string[] = [];
      await up(async () => {
        await old.run('EXECUTE by_label(1)');
        await old.run('EXECUTE by_amount(12)');
        await old.run('EXECUTE pay(12, 10999)');
        everything.push(
          await old.run('EXECUTE everything(1)').then(
            () => 'ok',
            (error: { fields: { sqlstate: string } }) => error.fields.sqlstate,
          ),
        );
      });
      written.delete(10_999);
      const during = written.size;
      running = false;
      await Promise.all(busy);
      expect(during).toBeGreaterThan(100);
      expect(everything).toEqual(['ok', '0A000', '0A000', '0A000', '0A000', '0A000']);
      const check = async (): Promise<void> => {
        const { rows: found } = await session.query<{ id: string; amount: string; raw: number | null }>(
          'SELECT id, amount::int AS amount FROM entries',
        );
        const values = new Map(found.map(({ id, amount }) => [Number(id), Number(amount)]));
        for (const [key, value] of written) expect([key, values.get(key)]).toEqual([key, value]);
        expect(found.length).toBe(11_000 + [...written.keys()].filter((key) => key > 11_000).length);
      };
      await check();
      running = true;
      const again = writers.map((writer, index) =>
        (async () => {
          for (let n = 0; running; n++) {
            const key = 2 * ((n * 53) % 5000) + 1 + index;
            await writer.query('UPDATE entries SET amount = $1 WHERE id = $2', [n % 700, key]);
            written.set(key, n % 700);
          }
        })(),
      );
      await down();
      running = false;
      await Promise.all(again);
      await check();
      expect(
        differences(await postgres.inspect(watch), await postgres.inspect(session)).map(({ path }) => path),
      ).toEqual(moved);
    } finally {
      running = false;
      await Promise.all([session, old, watch, ...writers].map((each) => each.close()));
    }
  },
);

test('rows that replication writes stay in step too', async () => {
  const { session, adminUrl, up } = await planned(
    'ALTER TABLE entries ALTER COLUMN amount TYPE bigint',
    {},
    ledger,
  );
  const replica = await postgres.connect(adminUrl);
  try {
    await replica.run('SET session_replication_role = replica');
    await up(async ({ name }, when) => {
      if (name === 'contract' && when === 'before')
        await replica.query('UPDATE entries SET amount = 77 WHERE id = 5');
    });
    expect((await session.query('SELECT amount::int AS amount FROM entries WHERE id = 5')).rows).toEqual([
      { amount: 77 },
    ]);
  } finally {
    await Promise.all([session.close(), replica.close()]);
  }
});
