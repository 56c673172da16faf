import type { Name } from '../../../catalog/model.ts';
import type { Session } from '../../../engine/model.ts';

interface SequenceRow extends Record<string, unknown> {
  column: string;
  sequence: string;
  increment: string;
}

/** Sequences a table's columns draw from: owned ones, identities, and those that only a default names. */
const sequencesOf = `
SELECT a.attname AS column, format('%I.%I', sn.nspname, s.relname) AS sequence, q.seqincrement::text AS increment
FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_depend d ON (d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i'))
  OR (d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_attrdef'::regclass
      AND d.objid = (SELECT f.oid FROM pg_attrdef f WHERE f.adrelid = c.oid AND f.adnum = a.attnum))
JOIN pg_class s ON s.relkind = 'S' AND s.oid IN (d.objid, d.refobjid)
JOIN pg_namespace sn ON sn.oid = s.relnamespace
JOIN pg_sequence q ON q.seqrelid = s.oid
WHERE n.nspname = $1 AND c.relname = $2
GROUP BY 1, 2, 3`;

/** Moves each sequence of a table behind the greatest value its column holds; empty tables are left alone. */
export async function advance(session: Session, table: Name): Promise<void> {
  const { rows } = await session.query<SequenceRow>(sequencesOf, [table.schema, table.name]);
  for (const row of rows) {
    const column = `"${row.column.replaceAll('"', '""')}"`;
    const from = `"${table.schema.replaceAll('"', '""')}"."${table.name.replaceAll('"', '""')}"`;
    const furthest = row.increment.startsWith('-') ? 'min' : 'max';
    await session.query(
      `SELECT setval($1::regclass, greatest(m, (SELECT last_value FROM ${row.sequence}))) FROM (SELECT ${furthest}(${column})::bigint AS m FROM ${from}) t WHERE m > 0`,
      [row.sequence],
    );
  }
}
