/** A shop with what tells statements apart: nulls, times with and without a zone, rows without partners. */
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Catalog } from '../../src/catalog/model.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import type { WorkQuery } from '../../src/tune/advice/model.ts';
import { testDatabase } from '../support/database.ts';

export const structure = `
  CREATE TABLE users (
    id bigint PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text,
    boss_id bigint REFERENCES users (id),
    created_at timestamptz NOT NULL
  );
  CREATE TABLE orders (
    id bigint PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id),
    ref_id bigint,
    status text NOT NULL CHECK (status IN ('open', 'paid', 'sent')),
    total numeric(10,2) NOT NULL,
    note text,
    created_at timestamptz NOT NULL,
    local_at timestamp NOT NULL,
    day date
  );
  CREATE TABLE items (
    id bigint PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders (id),
    sku text,
    price numeric
  );
  CREATE INDEX orders_created_at_idx ON orders (created_at, id);
  CREATE INDEX orders_local_at_idx ON orders (local_at);
  CREATE INDEX orders_user_id_idx ON orders (user_id);
  CREATE INDEX orders_ref_id_idx ON orders (ref_id);
  CREATE FUNCTION whoami() RETURNS bigint LANGUAGE plpgsql STABLE AS 'BEGIN PERFORM 1; RETURN 7; END';
`;

const rows = `
  INSERT INTO users SELECT n, 'user' || n || '@example.com', CASE WHEN n % 5 > 0 THEN 'User ' || n END,
    CASE WHEN n > 10 THEN n % 10 + 1 END, timestamptz '2024-01-01' + n * interval '1 hour' FROM generate_series(1, 3000) n;
  INSERT INTO orders SELECT n, n % 2500 + 1, CASE WHEN n % 3 > 0 THEN n % 4000 END, (ARRAY['open', 'paid', 'sent'])[n % 3 + 1], n % 500,
    CASE WHEN n % 7 > 0 THEN 'note ' || n END, timestamptz '2024-01-01' + n * interval '7 minutes', timestamp '2024-01-01' + n * interval '7 minutes',
    date '2024-01-01' + n % 300 FROM generate_series(1, 30000) n;
  INSERT INTO items SELECT n, n % 30000 + 1, CASE WHEN n % 4 > 0 THEN 'sku' || n % 50 END, n % 90 FROM generate_series(1, 40000) n;
  ANALYZE;
`;

export interface Shop {
  readonly empty: SandboxDatabase;
  readonly filled: SandboxDatabase;
  readonly catalog: Catalog;
}

/** The structure alone, and with rows. */
export async function shop(): Promise<Shop> {
  const empty = await testDatabase({ sql: structure });
  const filled = await testDatabase({ sql: structure + rows });
  const session = await postgres.connect(empty.ownerUrl);
  const catalog = await postgres.inspect(session).finally(() => session.close());
  return { empty, filled, catalog };
}

/** A read of a workload with sets of values. */
export function read(name: string, sql: string, ...sets: readonly (readonly unknown[])[]): WorkQuery {
  return {
    name,
    sql,
    kind: 'read',
    tables: [],
    sets: sets.map((values) => ({ values, share: 1 / sets.length, kind: 'common' })),
    basis: 'declared',
    callsPerDay: 1000,
    callsBasis: 'assumed',
    told: [],
  };
}

export { postgres };
