/** Looks whether the rows that a lookup table is made of are there. */
import { SqlError } from '../../base/error.ts';
import type { Table } from '../../catalog/model.ts';
import type { Entity } from '../../task/model.ts';
import type { FieldTest } from './entity-tests.ts';
import { literalOf } from './fresh-rows.ts';
import type { RowTestContext } from './row-tests.ts';

/** Each declared row must stand in the table once, with all its values. */
export async function testLookup(
  { session, quote }: RowTestContext,
  table: Table,
  entity: Entity,
  columnsOf: (name: string) => readonly string[],
): Promise<readonly FieldTest[]> {
  if (entity.lookup.length === 0) return [];
  const wrong: string[] = [];
  for (const row of entity.lookup) {
    const equal = Object.entries(row).map(([name, value]) => {
      const [column = name] = columnsOf(name);
      const type = table.columns.find((one) => one.name === column)?.type ?? 'text';
      return `${quote.identifier(column)}::text IS NOT DISTINCT FROM (${literalOf(quote, value)}::${type})::text`;
    });
    const sql = `SELECT count(*)::int AS n FROM ${quote.name(table)} WHERE ${equal.join(' AND ')}`;
    try {
      const { rows } = await session.query<{ n: number }>(sql);
      if (rows[0]!.n !== 1) wrong.push(`${JSON.stringify(row)} is there ${rows[0]!.n} times`);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return [{ result: 'open', text: `its rows could not be looked for: ${error.message}` }];
    }
  }
  return wrong.length > 0
    ? [{ result: 'broken', text: wrong.join('; ') }]
    : [{ result: 'kept', text: `its ${entity.lookup.length} rows are there, each once` }];
}
