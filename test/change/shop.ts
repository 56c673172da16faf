import { applyChange } from '../../src/apply/apply.ts';
import type { ApplyOptions } from '../../src/apply/options.ts';
import type { Change } from '../../src/change/model.ts';
import { planChange } from '../../src/change/plan.ts';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

/** A shop with rows in it; `odd` has a key of two columns and names that need quotes. */
export const shop = `
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(40) NOT NULL, name text, old_mail text);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL, total integer NOT NULL DEFAULT 0, note text, state text DEFAULT 'open',
  CONSTRAINT orders_total_check CHECK (total >= 0));
CREATE INDEX orders_state_idx ON orders (state);
CREATE TABLE "odd table" ("the key" integer, "select" text, "Größe" integer, PRIMARY KEY ("the key", "select"));
CREATE TABLE heap (a integer, b integer);
CREATE VIEW open_orders AS SELECT id, total FROM orders WHERE state = 'open';
COMMENT ON COLUMN orders.note IS 'Free text';
INSERT INTO customers (email, name, old_mail) SELECT 'c' || n || '@x.y', 'Name ' || n, NULLIF('m' || n, 'm3') FROM generate_series(1, 50) AS n;
INSERT INTO orders (customer_id, total, note) SELECT 1 + n % 50, n, NULLIF('note ' || n, 'note 77') FROM generate_series(1, 11000) AS n;
INSERT INTO "odd table" SELECT n % 7, 's' || n, n FROM generate_series(1, 6000) AS n;
INSERT INTO heap SELECT n, n FROM generate_series(1, 100) AS n;
`;

/** A planned change with its database. */
export interface Planned {
  readonly change: Change;
  readonly session: Session;
  readonly url: string;
  readonly adminUrl: string;
  readonly up: (onPhase?: ApplyOptions['onPhase']) => Promise<void>;
  readonly down: () => Promise<void>;
}

/** Plans naive statements on a shop of its own. */
export async function planned(
  sql: string,
  rename: Readonly<Record<string, string>> = {},
  current = shop,
): Promise<Planned> {
  await postgres.grammar.ready();
  const { serverVersion } = await testSandbox();
  const database = await testDatabase({ sql: current });
  const session = await postgres.connect(database.ownerUrl);
  const before = await postgres.inspect(session);
  const wishes = postgres.grammar
    .split(sql)
    .map((statement) => ({ sql: statement.sql, claims: ['E1'], reason: 'Wanted' }));
  const options = {
    engine: postgres,
    before,
    wishes,
    id: 'T-1',
    title: 'A test',
    lockTimeoutMs: 1000,
    serverVersion,
    rename,
  };
  let change: Change;
  try {
    change = planChange(options);
  } catch (error) {
    await session.close();
    throw error;
  }
  const run = async (direction: 'up' | 'down', onPhase?: ApplyOptions['onPhase']): Promise<void> => {
    await applyChange({
      engine: postgres,
      session,
      change,
      direction,
      emit: () => undefined,
      signal: new AbortController().signal,
      ...(onPhase ? { onPhase } : {}),
    });
  };
  return {
    get change() {
      return change;
    },
    session,
    url: database.ownerUrl,
    adminUrl: database.adminUrl,
    up: async (onPhase) => {
      await run('up', onPhase);
      if (change.phases.flatMap(({ steps }) => steps).every(({ undo }) => undo !== undefined)) return;
      const start = await testDatabase({ sql: current });
      const { statements } = await postgres.compare(database.adminUrl, start.adminUrl);
      change = planChange({ ...options, reverse: statements });
    },
    down: () => run('down'),
  };
}
