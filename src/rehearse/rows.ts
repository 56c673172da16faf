/** Did the rows survive? Fingerprints of tables, computed by the server. */
import { primaryKey } from '../catalog/find.ts';
import type { Catalog, Table } from '../catalog/model.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { RowCheck } from './model.ts';

/** Rows and one hash per table, over the columns that are listed. */
export type Fingerprints = ReadonlyMap<
  string,
  { readonly rows: number; readonly hash: string; readonly columns: readonly string[] }
>;

const title = (table: Table): string => `${table.schema}.${table.name}`;

/** Fingerprints of every table that holds rows of its own. */
export async function fingerprints(
  engine: Engine,
  session: Session,
  catalog: Catalog,
): Promise<Fingerprints> {
  const result = new Map<string, { rows: number; hash: string; columns: readonly string[] }>();
  for (const table of catalog.tables.filter((one) => one.kind === 'table')) {
    const columns = table.columns.map((column) => column.name);
    result.set(title(table), { ...(await engine.probe.fingerprint(session, table, columns)), columns });
  }
  return result;
}

/**
 * Compares the rows before with the rows now, table by table; where the whole differs, column by column tied to
 * the primary key, read from the untouched database of before.
 */
export async function compareRows(
  engine: Engine,
  before: { readonly open: () => Promise<Session>; readonly catalog: Catalog; readonly prints: Fingerprints },
  now: { readonly session: Session; readonly catalog: Catalog },
): Promise<readonly RowCheck[]> {
  const checks: RowCheck[] = [];
  let untouched: Session | undefined;
  try {
    for (const table of before.catalog.tables.filter((one) => one.kind === 'table')) {
      const name = title(table);
      const print = before.prints.get(name)!;
      const survivor = now.catalog.tables.find((one) => title(one) === name);
      if (!survivor) {
        checks.push({ table: name, before: print.rows, after: 0, equal: false, lost: [...print.columns] });
        continue;
      }
      const gone = print.columns.filter((column) => !survivor.columns.some((one) => one.name === column));
      const kept = print.columns.filter((column) => !gone.includes(column));
      const same = await engine.probe.fingerprint(now.session, table, kept);
      if (gone.length === 0 && same.rows === print.rows && same.hash === print.hash) {
        checks.push({ table: name, before: print.rows, after: same.rows, equal: true, lost: [] });
        continue;
      }
      untouched ??= await before.open();
      const key = primaryKey(table);
      const lost = [...gone];
      for (const column of kept) {
        const columns = [...new Set([...key, column])];
        if (columns.some((one) => gone.includes(one))) continue;
        const [a, b] = await Promise.all([
          engine.probe.fingerprint(untouched, table, columns),
          engine.probe.fingerprint(now.session, table, columns),
        ]);
        if (a.hash !== b.hash) lost.push(column);
      }
      checks.push({
        table: name,
        before: print.rows,
        after: same.rows,
        // Even where each column holds the same values: without a key, values may have changed places.
        equal: false,
        lost,
      });
    }
  } finally {
    await untouched?.close();
  }
  return checks;
}
