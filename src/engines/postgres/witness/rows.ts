/** What the rows say, as one sum for each column, so that two databases can be held against one another. */
import type { Session } from '../../../engine/model.ts';

const COLUMNS = `
SELECT c.oid::regclass::text AS table, quote_ident(a.attname) AS column,
  ARRAY(SELECT quote_ident(k.attname) FROM pg_index i JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = ANY (i.indkey::int2[])
        WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.attname) AS key
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'm') AND c.relispopulated AND c.relnamespace NOT IN (SELECT n.oid FROM pg_namespace n WHERE n.nspname ~ '^pg_(toast|temp)')
ORDER BY 1, 2`;

type Column = { readonly table: string; readonly column: string; readonly key: readonly string[] };

/**
 * Sums of values by `table public.users column email`, and numbers of rows by `table public.users`. A value counts together with its row's
 * primary key where there is one; the order of rows does not.
 */
export async function rows(session: Session): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  await session.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = pg_catalog');
  try {
    const { rows: columns } = await session.query<Column>(COLUMNS);
    for (const [table, own] of byTable(columns)) {
      const sums = own.map(({ column, key }) => {
        const parts = [...key, column].map((name) => `t.${name}::text`);
        return `sum(hashtextextended(jsonb_build_array(${parts.join(', ')})::text, 0))::text`;
      });
      const { rows: counted } = await session.query<{ sums: readonly (string | null)[] }>(
        `SELECT ARRAY[count(*)::text, ${sums.join(', ')}] AS sums FROM ONLY ${table} t`,
      );
      const [count, ...values] = counted[0]!.sums;
      found.set(`table ${table}`, count!);
      own.forEach(({ column }, at) => found.set(`table ${table} column ${column}`, values[at] ?? 'empty'));
    }
    return found;
  } finally {
    await session.run('ROLLBACK');
  }
}

function byTable(columns: readonly Column[]): ReadonlyMap<string, readonly Column[]> {
  const tables = new Map<string, Column[]>();
  for (const column of columns) tables.set(column.table, [...(tables.get(column.table) ?? []), column]);
  return tables;
}
