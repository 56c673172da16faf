import { keyOf, nameOf } from '../catalog/identity.ts';
import type { Table } from '../catalog/model.ts';
import type { Engine, Session } from '../engine/model.ts';

/** Rows per table, `schema.name`. */
export async function countRows(
  engine: Engine,
  session: Session,
  tables: readonly Table[],
): Promise<ReadonlyMap<string, number>> {
  if (tables.length === 0) return new Map();
  const parts = tables.map(
    (table, i) => `SELECT ${i} AS place, count(*)::text AS rows FROM ${engine.quote.name(table)}`,
  );
  const { rows } = await session.query<{ place: number; rows: string }>(parts.join(' UNION ALL '));
  return new Map(rows.map((row) => [keyOf(tables[row.place]!), Number(row.rows)]));
}

/** One hash of all rows of all tables: equal when nothing changed. */
export async function fingerprints(
  engine: Engine,
  session: Session,
  tables: readonly Table[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const table of tables) {
    const { rows, hash } = await engine.probe.fingerprint(
      session,
      nameOf(table),
      table.columns.map(({ name }) => name),
    );
    found.set(keyOf(table), `${rows} ${hash}`);
  }
  return found;
}

/** All rows of a table as text, without generated columns, in the order of a key or of their values. */
export async function readRows(
  engine: Engine,
  session: Session,
  table: Table,
  key: readonly string[],
): Promise<{ readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }> {
  const columns = table.columns.filter(({ generated }) => !generated).map(({ name }) => name);
  const texts = columns.map((name, i) => `${engine.quote.identifier(name)}::text AS v${i}`);
  const order = (key.length > 0 ? key : columns).map((name) =>
    key.length > 0 ? engine.quote.identifier(name) : `${engine.quote.identifier(name)}::text`,
  );
  const { rows } = await session.query<Record<string, string | null>>(
    `SELECT ${texts.join(', ')} FROM ${engine.quote.name(table)} ORDER BY ${order.join(', ')}`,
  );
  return { columns, rows: rows.map((row) => columns.map((_, i) => row[`v${i}`] ?? null)) };
}
