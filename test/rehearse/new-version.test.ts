import { expect, test } from 'vitest';
import { rehearseChange, rehearseFiles } from '../../src/rehearse/rehearse.ts';
import type { NewVersionTrip } from '../../src/rehearse/model.ts';
import { testSandbox } from '../support/database.ts';
import { change, postgres, shop, workload } from './shop.ts';

async function trip(up: string, down: string, more: string = ''): Promise<NewVersionTrip> {
  const seen = await rehearseFiles({
    engine: postgres,
    sandbox: await testSandbox(),
    base: await shop(),
    load: false,
    newWrites: true,
    files: [{ path: 'up.sql', sql: up }],
    down: [{ path: 'down.sql', sql: down }],
    ...(more === ''
      ? {}
      : {
          workloadNew: {
            source: 'test',
            queries: [{ name: 'new', sql: more, rate: { perSecond: 1, peakPerSecond: 1 }, params: {} }],
          },
        }),
    emit: () => undefined,
    signal: new AbortController().signal,
    seed: 7,
  });
  return seen.newVersion!;
}

test('values of a new column are lost on the way back, and named with their rows', async () => {
  const seen = await trip(
    'ALTER TABLE orders ADD COLUMN channel text',
    'ALTER TABLE orders DROP COLUMN channel',
  );
  expect(seen).toMatchObject({ verdict: 'lossy', inserted: 20, updated: 20, refused: [] });
  expect(seen.lost).toEqual([{ table: 'public.orders', column: 'channel', rows: 40 }]);
});

test('a rename keeps what was written under the new name', async () => {
  const seen = await trip(
    'ALTER TABLE orders RENAME COLUMN note TO remark',
    'ALTER TABLE orders RENAME COLUMN remark TO note',
  );
  expect(seen).toMatchObject({ verdict: 'exact', inserted: 20, updated: 20, lost: [] });
});

test('a value that only the wider type holds makes the way back impossible', async () => {
  const seen = await trip(
    'ALTER TABLE orders ALTER COLUMN total TYPE bigint',
    'ALTER TABLE orders ALTER COLUMN total TYPE int',
  );
  expect(seen).toMatchObject({ verdict: 'impossible', failed: { where: 'down' } });
  expect(seen.failed!.error.message).toContain('integer out of range');
});

test('a way back that cuts values is lossy, one that cannot take an empty value is impossible', async () => {
  const cut = await trip(
    'ALTER TABLE customers ALTER COLUMN email TYPE text',
    'ALTER TABLE customers ALTER COLUMN email TYPE varchar(100) USING left(email, 100)',
  );
  expect(cut.verdict).toBe('lossy');
  expect(cut.lost).toEqual([{ table: 'public.customers', column: 'email', rows: 40 }]);
  const empty = await trip(
    'ALTER TABLE customers ALTER COLUMN email DROP NOT NULL',
    'ALTER TABLE customers ALTER COLUMN email SET NOT NULL',
  );
  expect(empty).toMatchObject({ verdict: 'impossible', failed: { where: 'down' } });
});

test('rows of a new table go with it; checks, references and labels are respected', async () => {
  const seen = await trip(
    `CREATE TYPE state AS ENUM ('open', 'done');
     CREATE TABLE visits (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id int NOT NULL REFERENCES orders, state state NOT NULL,
       kind text NOT NULL CHECK (kind IN ('first', 'second')), at timestamptz NOT NULL DEFAULT now());`,
    'DROP TABLE visits; DROP TYPE state;',
  );
  expect(seen).toMatchObject({ verdict: 'lossy', refused: [] });
  expect(seen.lost).toEqual([{ table: 'public.visits', column: '*', rows: 20 }]);
});

test('what cannot be written is said, and nothing is called proven then', async () => {
  const seen = await trip(
    'ALTER TABLE orders ADD COLUMN code text CHECK (length(code) = 3 AND code < code)',
    'ALTER TABLE orders DROP COLUMN code',
  );
  expect(seen.refused.join('\n')).toContain('orders.code was not changed');
});

test('the given queries of the new version write too', async () => {
  const seen = await trip(
    'ALTER TABLE orders ADD COLUMN channel text',
    'ALTER TABLE orders DROP COLUMN channel',
    "UPDATE orders SET channel = 'web' WHERE id = :id",
  );
  expect(seen.called).toBe(10);
  expect(seen.lost.map(({ column }) => column)).toEqual(['channel']);
});

test('a planned change with a copied column comes back exactly', async () => {
  const seen = await rehearseChange({
    engine: postgres,
    sandbox: await testSandbox(),
    base: await shop(),
    workload,
    load: false,
    newWrites: true,
    change: change([
      {
        sql: 'ALTER TABLE orders RENAME COLUMN total TO amount',
        undo: 'ALTER TABLE orders RENAME COLUMN amount TO total',
      },
    ]),
    emit: () => undefined,
    signal: new AbortController().signal,
    seed: 7,
  });
  expect(seen.newVersion!.verdict).toBe('exact');
});
