/** Rows that follow a snapshot's statistics, or made-up ones where those allow none. */
import { DbdError } from '../../base/error.ts';
import { fillTwin, type FillOptions } from '../../twin/fill/fill.ts';
import type { FillResult } from '../../twin/model.ts';
import { isRefused } from './today.ts';

/** Fills like {@link fillTwin}; tables whose statistics lead to rows that a constraint refuses are filled once more without them, and told. */
export async function fillKnown(options: FillOptions): Promise<FillResult> {
  const { known, ...rest } = options;
  if (!known) return fillTwin(rest);
  try {
    return await fillTwin(options);
  } catch (error) {
    if (!(error instanceof DbdError) || !isRefused(error)) throw error;
    await clear(options);
    const fill = await fillTwin(rest);
    return {
      ...fill,
      limits: [`Rows could not follow the statistics of the snapshot: ${error.message}`, ...fill.limits],
    };
  }
}

/** A database that was made from a snapshot held no rows before. */
async function clear({ engine, database, catalog, tables }: FillOptions): Promise<void> {
  const names =
    tables ?? catalog.tables.filter(({ kind, partitionOf }) => kind !== 'foreign' && !partitionOf);
  if (names.length === 0) return;
  const session = await engine.connect(database.ownerUrl, { application: 'dbd fill' });
  try {
    await session.query(`TRUNCATE TABLE ${names.map((name) => engine.quote.name(name)).join(', ')} CASCADE`);
  } finally {
    await session.close();
  }
}
