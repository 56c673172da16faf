import { primaryKey, uniqueKeys } from '../catalog/find.ts';
import { keyOf, nameOf, printName } from '../catalog/identity.ts';
import type { Catalog, Table } from '../catalog/model.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { PrivateColumn } from '../mask/model.ts';
import type { SeedTable } from './model.ts';
import { groupsOf } from './order.ts';
import { countRows, readRows } from './rows.ts';

/** A lookup table has few rows; more are data that came along. */
const mostRows = 2000;

/** Rows that came with the structure and belong to it. */
export interface Reference {
  readonly tables: readonly SeedTable[];
  /** Rows that each table holds, `schema.name`. */
  readonly kept: ReadonlyMap<string, number>;
  readonly limits: readonly string[];
}

/** Reads the rows that a structure came with: those of lookup tables, none that are people's. */
export async function readReference(
  engine: Engine,
  session: Session,
  catalog: Catalog,
  privates: readonly PrivateColumn[],
): Promise<Reference> {
  const tables = seedable(engine, catalog);
  const kept = await countRows(engine, session, tables);
  const made: SeedTable[] = [];
  const limits: string[] = [];
  for (const table of groupsOf(tables).flatMap((group) => group.tables)) {
    const rows = kept.get(keyOf(table)) ?? 0;
    if (rows === 0) continue;
    const personal = privates.find((column) => column.schema === table.schema && column.table === table.name);
    const key = realKey(table);
    const why =
      rows > mostRows
        ? `it holds ${rows} rows, which is no lookup table`
        : personal
          ? `its column ${personal.column} is ${personal.class}`
          : key === undefined
            ? 'it has no key by which its rows could be found again'
            : undefined;
    if (why !== undefined) limits.push(`Rows of ${printName(table)} are not reference data: ${why}.`);
    else made.push({ table, ...(await readRows(engine, session, table, key!)), key: key!, late: [] });
  }
  return { tables: made, kept, limits };
}

/** Tables that hold rows of their own and that no migration tool keeps for itself. */
export function seedable(engine: Engine, catalog: Catalog): readonly Table[] {
  return catalog.tables.filter(
    (table) => table.kind !== 'foreign' && !table.partitionOf && !engine.seed.isHistory(nameOf(table)),
  );
}

/** The key that means something to people where there is one, else the primary key; numbers that the server gives mean nothing. */
function realKey(table: Table): readonly string[] | undefined {
  const given = new Set(
    table.columns
      .filter(({ identity, default: text }) => identity !== undefined || text !== undefined)
      .map(({ name }) => name),
  );
  const nullable = new Set(table.columns.filter(({ notNull }) => !notNull).map(({ name }) => name));
  const deferrable = new Set(
    table.constraints.filter((one) => one.deferrable).map(({ columns }) => columns.join('\0')),
  );
  // A deferrable key decides no conflict.
  const keys = uniqueKeys(table).filter((key) => !deferrable.has(key.join('\0')));
  const primary = keys.filter((key) => key.join('\0') === primaryKey(table).join('\0'));
  const natural = [...primary, ...keys].find((key) =>
    key.every((name) => !given.has(name) && !nullable.has(name)),
  );
  return natural ?? primary[0];
}
