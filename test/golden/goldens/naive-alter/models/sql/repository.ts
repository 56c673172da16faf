// Access patterns. Each statement stays prepared in its session under its name.
// Written by dbd from the catalog and the task; a later run overwrites it.

import { run, type Db, type Statement } from './connect.js';
import { decode, encode, type Json } from './values.js';

export type { Json };

export interface NewestOrdersRow {
  readonly id: bigint;
  readonly reference: string;
  readonly status: string;
}

const newestOrdersStatement: Statement = {
  name: 'newestOrders_ec1b1345',
  text: 'SELECT id, reference, status FROM orders ORDER BY created_at DESC LIMIT 50',
  columns: { id: 'bigint', reference: 'uuid', status: 'text' },
};

/** Q1: The newest orders, for the support desk */
export async function newestOrders(db: Db): Promise<NewestOrdersRow[]> {
  return decoded<NewestOrdersRow>(newestOrdersStatement, (await run(db, newestOrdersStatement, [])).rows);
}

function decoded<R>(statement: Statement, rows: readonly Readonly<Record<string, unknown>>[]): R[] {
  return rows.map((row) => Object.fromEntries(Object.entries(statement.columns).map(([name, kind]) => [name, decode(kind, row[name])])) as R);
}
