import type { Name } from '../catalog/model.ts';
import type { Outcome } from './model.ts';

/** Tables that the change makes or touches. */
export function changedTables({ before, planned, rehearsal }: Outcome): readonly Name[] {
  const known = new Map(
    before.tables.map((table) => [`${table.schema}.${table.name}`, JSON.stringify(table)]),
  );
  const locked = new Set(rehearsal.statements.flatMap((run) => run.rewrites));
  return planned.after.tables
    .filter(
      (table) =>
        known.get(`${table.schema}.${table.name}`) !== JSON.stringify(table) ||
        locked.has(`${table.schema}.${table.name}`),
    )
    .map(({ schema, name }) => ({ schema, name }));
}
