import type { Rule } from '../model.ts';
import type { Table } from '../../catalog/model.ts';
import { keyOf, printName, sameName } from '../../catalog/identity.ts';

/** Deletes that run in a circle. */
export const cascadeCircle: Rule = {
  id: 'cascade-circle',
  group: 'habits',
  severity: 'warning',
  finds: 'Deletes that run in a circle',
  because: 'one DELETE can empty all tables of the circle',
  instead: 'Let one of the foreign keys restrict or set null.',
  find: ({ catalog, tables }) => {
    const next = (table: Table): readonly Table[] =>
      catalog.tables.filter((other) =>
        other.constraints.some(
          ({ kind, references }) =>
            kind === 'foreign' &&
            references !== undefined &&
            references.onDelete === 'cascade' &&
            sameName(references, table) &&
            !sameName(other, table),
        ),
      );
    return tables.flatMap((table) => {
      const path = wayBack(table, next);
      // Each circle is told once, at its first table.
      return path && path.every((other) => keyOf(table) <= keyOf(other))
        ? [
            {
              object: printName(table),
              message: `A deleted row of ${table.name} deletes along ${[table, ...path, table].map(({ name }) => name).join(' → ')}.`,
            },
          ]
        : [];
    });
  },
};

/** Tables on a shortest way from a table's followers back to it; undefined when there is none. */
function wayBack(start: Table, next: (table: Table) => readonly Table[]): readonly Table[] | undefined {
  const ways: (readonly Table[])[] = next(start).map((table) => [table]);
  const seen = new Set<Table>();
  for (const way of ways) {
    const last = way.at(-1)!;
    if (seen.has(last)) continue;
    seen.add(last);
    const after = next(last);
    if (after.includes(start)) return way;
    ways.push(...after.map((table) => [...way, table]));
  }
  return undefined;
}
