import { fail } from '../../base/error.ts';
import { periodOf } from '../../catalog/find.ts';
import type { Table } from '../../catalog/model.ts';
import type { Quote, Session } from '../../engine/model.ts';

/** Counts, for each foreign key of a table, the rows that point at nothing; throws `twin.fill` for the first that has any. */
export async function verifyForeignKeys(session: Session, table: Table, quote: Quote): Promise<number> {
  let checked = 0;
  for (const constraint of table.constraints) {
    if (constraint.kind !== 'foreign' || !constraint.references || !constraint.enforced) continue;
    const { references } = constraint;
    const period = periodOf(constraint);
    const pairs = constraint.columns.flatMap((column, i) =>
      column === period
        ? []
        : [`p.${quote.identifier(references.columns[i]!)} = c.${quote.identifier(column)}`],
    );
    const same = pairs.join(' AND ');
    const found =
      period === undefined
        ? `EXISTS (SELECT FROM ${quote.name(references)} p WHERE ${same})`
        : `coalesce(c.${quote.identifier(period)} <@ (SELECT range_agg(p.${quote.identifier(references.columns.at(-1)!)}) FROM ${quote.name(references)} p WHERE ${same}), false)`;
    const given = constraint.columns.map((column) => `c.${quote.identifier(column)} IS NOT NULL`);
    const { rows } = await session.query<{ orphans: string }>(
      `SELECT count(*)::text AS orphans FROM ${quote.name(table)} c WHERE ${given.join(' AND ')} AND NOT ${found}`,
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
