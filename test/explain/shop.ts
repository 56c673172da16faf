/** A small shop with skew, and `dbd explain` called as the command line calls it. */
import { explain } from '../../src/commands/explain.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Report } from '../../src/report/model.ts';

/** Orders of which every fourth is of customer 7, and one in a hundred is open. */
export const shop = `
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, country text NOT NULL);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, status text NOT NULL, total numeric(10,2) NOT NULL, created_at timestamptz NOT NULL);
  CREATE SEQUENCE calls;
  INSERT INTO customers SELECT n, 'customer ' || n, (ARRAY['de','fr','us','jp'])[1 + n % 4] FROM generate_series(1, 2000) n;
  INSERT INTO orders SELECT n, CASE WHEN n % 4 = 0 THEN 7 ELSE 1 + (n::bigint * 7919) % 2000 END,
    CASE WHEN n % 100 = 0 THEN 'open' WHEN n % 3 = 0 THEN 'paid' ELSE 'shipped' END, (n % 500) + 0.5,
    timestamptz '2026-01-01 00:00+00' + n * interval '1 minute' FROM generate_series(1, 40000) n;
  ANALYZE customers; ANALYZE orders`;

/** One parameter meets the skew, the other one does not. */
export const ofCustomer = 'SELECT id, total FROM orders WHERE customer_id = :customer AND total > 499';

/** Runs the command; throws what it throws. */
export function call(cwd: string, given: Readonly<Record<string, unknown>>, stdin = ''): Promise<Report> {
  return explain.run(explain.input.parse(given), {
    emit: () => undefined,
    signal: new AbortController().signal,
    cwd,
    env: {},
    engine: async () => postgres,
    stdin: async () => stdin,
  });
}

/** What `--json` holds, as far as tests look at it. */
export interface Output {
  readonly from: string;
  readonly plans: readonly {
    readonly kind: string;
    readonly values: readonly (string | null)[];
    readonly root: { readonly title: string; readonly totalCost: number; readonly planRows: number };
  }[];
  readonly run?: { readonly analyzed: boolean; readonly root: { readonly title: string } };
  readonly planFindings: readonly { readonly rule: string; readonly fix: { readonly kind: string } }[];
  readonly fixes: readonly {
    readonly shown: string;
    readonly rules: readonly string[];
    readonly verdict: string;
    readonly because: string;
    readonly basis?: string;
    readonly cost?: { readonly before: number; readonly after: number };
    readonly time?: {
      readonly ratio: {
        readonly value: number;
        readonly low: number;
        readonly high: number;
        readonly n: number;
      };
    };
    readonly aligned?: readonly { readonly kind: string; readonly differences: readonly string[] }[];
  }[];
  readonly strategies: readonly { readonly says: string; readonly cost: number }[];
  readonly joinOrders?: {
    readonly says: string;
    readonly misled?: { readonly node: string; readonly estimated: number; readonly came: number };
    readonly orders: readonly {
      readonly tables: readonly string[];
      readonly cost: number;
      readonly own: boolean;
      readonly verdict?: string;
      readonly hint?: string;
      readonly ratio?: { readonly value: number; readonly high: number };
    }[];
  };
  readonly compared?: readonly {
    readonly kind: string;
    readonly differences: readonly string[];
    readonly before?: { readonly title: string };
    readonly after?: { readonly title: string };
  }[];
}

export const outputOf = (report: Report): Output => report.output as unknown as Output;
