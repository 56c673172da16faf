import { keys } from '../keys.ts';
import type { Side, Sides } from '../model.ts';

/**
 * Whether a part of a table can be told where the table is made: what it needs is not made from the table itself.
 */
export function foldable(part: string, table: string, { from, to }: Sides): boolean {
  const parts = partsOf(to);
  const seen = new Set<string>([part]);
  const work = [part];
  for (let at = 0; at < work.length; at += 1)
    for (const need of [
      ...(to.needs.get(work[at]!) ?? []),
      ...(at === 0 ? [] : (parts.get(work[at]!) ?? [])),
    ]) {
      if (need === table || need.startsWith(`${table.replace('table ', 'column ')}.`)) {
        if (at > 0) return false;
        continue;
      }
      if (seen.has(need) || from.needs.has(need)) continue;
      seen.add(need);
      work.push(need);
    }
  return true;
}

const known = new WeakMap<Side, ReadonlyMap<string, readonly string[]>>();

/** Parts that may be told with a table, by the table's key. */
function partsOf(side: Side): ReadonlyMap<string, readonly string[]> {
  const found = known.get(side);
  if (found) return found;
  const made = new Map(
    side.catalog.tables.map((table) => [
      keys.table(table),
      [
        ...table.columns.flatMap(({ name }) => [keys.column(table, name), keys.default(table, name)]),
        ...table.constraints
          .filter(({ kind }) => kind !== 'foreign')
          .map(({ name }) => keys.constraint(table, name)),
      ],
    ]),
  );
  known.set(side, made);
  return made;
}
