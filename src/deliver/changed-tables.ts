import { sameName } from '../catalog/identity.ts';
import type { Name } from '../catalog/model.ts';
import type { Outcome } from './model.ts';

/** Tables that the change makes or touches; partitions of such a table are told with it. */
export function changedTables({ before, planned, rehearsal }: Outcome): readonly Name[] {
  const known = new Map(
    before.tables.map((table) => [`${table.schema}.${table.name}`, JSON.stringify(table)]),
  );
  const locked = new Set(rehearsal.statements.flatMap((run) => run.rewrites));
  const changed = planned.after.tables.filter(
    (table) =>
      known.get(`${table.schema}.${table.name}`) !== JSON.stringify(table) ||
      locked.has(`${table.schema}.${table.name}`),
  );
  return changed
    .filter(({ partitionOf }) => !partitionOf || !changed.some((parent) => sameName(parent, partitionOf)))
    .map(({ schema, name }) => ({ schema, name }));
}
