/** Compares the rows of a restored database with what was there before. */
import type { Engine, Session } from '../engine/model.ts';
import { SqlError } from '../base/error.ts';
import type { Compared, Fingerprint } from './model.ts';

/** Rows and hashes of every table that holds rows of its own, as the role of the URL sees them. */
export async function fingerprints(engine: Engine, url: string): Promise<readonly Fingerprint[]> {
  const session = await engine.connect(url, { application: 'dbd backup', readOnly: true });
  try {
    const catalog = await engine.inspect(session);
    const found: Fingerprint[] = [];
    for (const table of catalog.tables) {
      if (table.kind !== 'table' || table.columns.length === 0) continue;
      const columns = table.columns.map((column) => column.name);
      const name = { schema: table.schema, name: table.name };
      const { rows, hash } = await engine.probe.fingerprint(session, name, columns);
      found.push({ table: name, columns, rows, hash });
    }
    return found;
  } finally {
    await session.close();
  }
}

/** Holds the rows that are there now against what was recorded. */
export async function compareRows(
  engine: Engine,
  session: Session,
  expected: readonly Fingerprint[],
): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  for (const { table, columns, rows, hash } of expected) {
    try {
      const found = await engine.probe.fingerprint(session, table, columns);
      compared.push({
        table,
        expected: rows,
        found: found.rows,
        same: found.rows === rows && found.hash === hash,
      });
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      compared.push({ table, expected: rows, same: false });
    }
  }
  return compared;
}
