/** Another order of columns, tried on rows of a filled twin. */
import { SqlError } from '../../base/error.ts';
import type { Engine } from '../../engine/model.ts';
import { findTable } from '../../catalog/find.ts';
import { formatBytes, formatCount } from '../../base/units.ts';
import type { HealthSubject } from '../../rules/health/model.ts';
import type { StorageOptions, StorageSaving } from './model.ts';

/** Rows that are written in both orders, and the time that they get, milliseconds. */
const most = 50_000;
const timeoutMs = 30_000;

/** Writes a part of the rows in both orders, and takes the ratio of the two files; the saving stays derived where the twin has no such rows. */
export async function triedOrder(
  engine: Engine,
  { sandbox, database }: NonNullable<StorageOptions['filled']>,
  subject: HealthSubject,
  saving: StorageSaving,
): Promise<StorageSaving> {
  const table = findTable(subject.snapshot.catalog, saving.relation);
  const columns = table && subject.layout.reordered(subject.laid(table))?.columns;
  if (!table || !columns) return saving;
  const copy = await sandbox.createDatabase({ from: database });
  try {
    const session = await engine.connect(copy.ownerUrl, {
      application: 'dbd tune',
      statementTimeoutMs: timeoutMs,
    });
    try {
      const names = { before: 'dbd_order_before', after: 'dbd_order_after' };
      const own = table.columns
        .filter(({ generated }) => generated?.kind !== 'virtual')
        .map(({ name }) => name);
      const write = (name: string, order: readonly string[]) =>
        session.query(
          `CREATE TABLE ${engine.quote.full({ schema: 'public', name })} AS SELECT ${order.map((one) => engine.quote.identifier(one)).join(', ')} FROM ${engine.quote.full(table)} LIMIT ${most}`,
        );
      const { count } = await write(names.before, own);
      await write(names.after, columns);
      // A file grows by many pages at once; cleaning gives those back that hold nothing.
      for (const name of Object.values(names))
        await session.query(engine.health.sql.clean({ schema: 'public', name }));
      const sizes = await engine.stats.sizes(session);
      const size = (name: string): number => sizes.find((one) => one.name.name === name)?.bytes ?? 0;
      // A few pages show nothing.
      if (count < 1000 || size(names.before) === 0) return saving;
      const ratio = size(names.after) / size(names.before);
      return {
        ...saving,
        bytes: Math.max(0, Math.round(subject.bytes(table) * (1 - ratio))),
        share: 1 - ratio,
        basis: 'measured',
        because: `${saving.because} ${formatCount(count)} rows of a twin took ${formatBytes(size(names.after))} instead of ${formatBytes(size(names.before))}.`,
      };
    } finally {
      await session.close();
    }
  } catch (error) {
    // A table that the twin has not, or whose rows it cannot read in time, stays derived.
    if (!(error instanceof SqlError)) throw error;
    return saving;
  } finally {
    await sandbox.dropDatabase(copy);
  }
}
