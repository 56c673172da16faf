import { fail } from '../base/error.ts';
import type { Table } from '../catalog/model.ts';
import type { Quote, Session } from '../engine/model.ts';

/** Counts, for each foreign key of a table, the rows that point at nothing; throws `twin.fill` for the first that has any. */
export async function verifyForeignKeys(session: Session, table: Table, quote: Quote): Promise<number> {
  let checked = 0;
  for (const constraint of table.constraints) {
    if (constraint.kind !== 'foreign' || !constraint.references || !constraint.enforced) continue;
    const { references } = constraint;
    const pairs = constraint.columns.map(
      (column, i) => `p.${quote.identifier(references.columns[i]!)} = c.${quote.identifier(column)}`,
    );
    const given = constraint.columns.map((column) => `c.${quote.identifier(column)} IS NOT NULL`);
    const { rows } = await session.query<{ orphans: string }>(
      `SELECT count(*)::text AS orphans FROM ${quote.name(table)} c WHERE ${given.join(' AND ')} AND NOT EXISTS (SELECT FROM ${quote.name(references)} p WHERE ${pairs.join(' AND ')})`,
    );
    const orphans = Number(rows[0]!.orphans);
    if (orphans > 0) {
      fail(
        'twin.fill',
        `Table ${table.schema}.${table.name} could not be filled under ${constraint.name}: ${orphans} rows point at nothing.`,
        {
          details: { table: `${table.schema}.${table.name}`, constraint: constraint.name },
        },
      );
    }
    checked += 1;
  }
  return checked;
}
