/** A schema of many tables, as large applications have it: three indexes each, references in a tree, statistics. */
import { postgres } from '../../src/engines/postgres/index.ts';

export interface BigSchema {
  /** Number of tables; each has a primary key and two more indexes. */
  readonly tables: number;
  /** Rows of each table, which are analysed. */
  readonly rows?: number;
}

/** Makes the schema in the database of this address, a hundred tables per transaction. */
export async function bigSchema(url: string, { tables, rows = 20 }: BigSchema): Promise<void> {
  const session = await postgres.connect(url);
  try {
    for (let first = 0; first < tables; first += 100)
      await session.run(
        Array.from({ length: Math.min(100, tables - first) }, (_, at) => tableSql(first + at, rows)).join(
          '\n',
        ),
      );
  } finally {
    await session.close();
  }
}

/** Schema and name of the table with this number, from 0. */
export function bigTable(number: number): { readonly schema: string; readonly name: string } {
  return { schema: `area_${number % 10}`, name: `entity_${String(number).padStart(4, '0')}` };
}

function tableSql(number: number, rows: number): string {
  const path = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
    `${schema}.${name}`;
  const table = bigTable(number);
  const parent = number === 0 ? '' : ` REFERENCES ${path(bigTable(Math.floor(number / 2)))}`;
  return `${number < 10 ? `CREATE SCHEMA ${table.schema};` : ''}
CREATE TABLE ${path(table)} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent_id bigint${parent}, code text NOT NULL, state text NOT NULL DEFAULT 'open',
  amount numeric(12, 2) NOT NULL CHECK (amount >= 0), made_at timestamptz NOT NULL, done_on date, details jsonb);
INSERT INTO ${path(table)} (parent_id, code, state, amount, made_at, done_on)
  SELECT i, 'c' || i, CASE WHEN i % 5 = 0 THEN 'done' ELSE 'open' END, i * 1.5, '2026-01-01'::timestamptz + i * interval '1 hour', '2026-01-02'::date + i
    FROM generate_series(1, ${rows}) i;
CREATE INDEX ${table.name}_parent_idx ON ${path(table)} (parent_id);
CREATE INDEX ${table.name}_state_idx ON ${path(table)} (state, made_at DESC);
ANALYZE ${path(table)};`;
}
