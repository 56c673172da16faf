/** An application that has not been told of a change, and writes in the middle of it. */
import type { OldWriter, Session } from '../../../engine/model.ts';

const TABLES = `
SELECT c.oid::regclass::text AS table,
  ARRAY(SELECT quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns
FROM pg_class c
WHERE c.oid >= 16384 AND c.relkind = 'r' AND NOT c.relispartition AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.confrelid = c.oid)
  AND c.relnamespace NOT IN (SELECT n.oid FROM pg_namespace n WHERE n.nspname ~ '^pg_(toast|temp)') ORDER BY 1`;

type Table = { readonly table: string; readonly columns: readonly string[] };

/** Remembers the columns of today; the writer takes each row out and puts it back with them alone. Tables that others refer to are left as they are. */
export async function oldWriter(session: Session): Promise<OldWriter> {
  await session.run('SET search_path = pg_catalog');
  const { rows: tables } = await session.query<Table>(TABLES);
  return async (during) => {
    await during.run('SET search_path = pg_catalog');
    const there = new Map((await during.query<Table>(TABLES)).rows.map((one) => [one.table, one.columns]));
    const refused: string[] = [];
    for (const { table, columns } of tables) {
      const now = there.get(table) ?? [];
      // An application whose columns are gone fails, and is none any longer.
      const knows = columns.length > 0 && columns.every((column) => now.includes(column));
      if (knows && !(await written(during, table, columns))) refused.push(table);
    }
    return refused;
  };
}

async function written(session: Session, table: string, columns: readonly string[]): Promise<boolean> {
  const list = columns.join(', ');
  await session.run('BEGIN');
  try {
    await session.run(`CREATE TEMPORARY TABLE rows_again ON COMMIT DROP AS SELECT ${list} FROM ONLY ${table};
      DELETE FROM ONLY ${table}; INSERT INTO ${table} (${list}) OVERRIDING SYSTEM VALUE SELECT ${list} FROM pg_temp.rows_again`);
    await session.run('COMMIT');
    return true;
  } catch {
    await session.run('ROLLBACK');
    return false;
  }
}
