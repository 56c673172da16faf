/** What the watched statements mean for those who use the tables. */
import type { Catalog, Name } from '../catalog/model.ts';
import type { StatementRun } from './model.ts';

/** Locks that keep nobody's reads or writes out. */
const harmless = new Set(['ACCESS SHARE', 'ROW SHARE', 'ROW EXCLUSIVE']);

/** Tables that existed before and that the statements locked against others, in the order they were first locked. */
export function affectedTables(before: Catalog, statements: readonly StatementRun[]): readonly Name[] {
  const locked = new Set(
    statements.flatMap((run) => [
      ...run.locks.filter((lock) => !harmless.has(lock.mode)).map((lock) => lock.relation),
      ...run.rewrites,
    ]),
  );
  return before.tables
    .filter((table) => locked.has(`${table.schema}.${table.name}`))
    .map(({ schema, name }) => ({ schema, name }))
    .toSorted(
      (a, b) => [...locked].indexOf(`${a.schema}.${a.name}`) - [...locked].indexOf(`${b.schema}.${b.name}`),
    );
}
