/** What tools that carry changes out have noted in a database is no part of the structure that is planned. */
import { keyOf, printName } from '../../catalog/identity.ts';
import type { Name } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import { isBookkeeping } from '../../rehearse/wrapped/bookkeeping.ts';
import type { Side } from './model.ts';

/** Tables of our own history, by which its schema is known. */
const ours = ['history', 'progress'];

/** Takes notes of tools out of a side whose other side knows nothing of them, and tells which; the source is never touched. */
export async function withoutNotes(engine: Engine, side: Side, other: Side): Promise<Side> {
  const there = new Set(other.catalog.tables.map(keyOf));
  const history = side.catalog.schemas
    .map(({ name }) => name)
    .filter(
      (schema) =>
        schema !== 'public' &&
        ours.every((name) =>
          side.catalog.tables.some((table) => table.schema === schema && table.name === name),
        ) &&
        !other.catalog.schemas.some(({ name }) => name === schema),
    );
  const notes = side.catalog.tables.filter(
    (table) => isBookkeeping(table) && !there.has(keyOf(table)) && !history.includes(table.schema),
  );
  if (history.length === 0 && notes.length === 0) return side;
  const session = await engine.connect(side.database.adminUrl, { application: 'dbd plan' });
  try {
    for (const table of notes) await session.query(`DROP TABLE ${engine.quote.full(table)} CASCADE`);
    for (const schema of history)
      await session.query(`DROP SCHEMA ${engine.quote.identifier(schema)} CASCADE`);
    const told = (name: string): string =>
      `${name} of ${side.source} holds what a tool has noted: it is left alone`;
    return {
      ...side,
      catalog: await engine.inspect(session),
      limits: [
        ...side.limits,
        ...notes.map((table: Name) => told(`table ${printName(table)}`)),
        ...history.map((schema) => told(`schema ${schema}`)),
      ],
    };
  } finally {
    await session.close();
  }
}
