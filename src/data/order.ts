import { orderByNeed } from '../base/graph.ts';
import { keyOf, sameName } from '../catalog/identity.ts';
import type { Constraint, Table } from '../catalog/model.ts';

/** Tables that are loaded together, mostly one; several when their foreign keys form a circle. */
export interface Group {
  readonly tables: readonly Table[];
  /** Foreign keys on the circle that can stay empty at first. */
  readonly late: readonly { readonly table: Table; readonly constraint: Constraint }[];
  /** Foreign keys on the circle that are checked at the end of the transaction. */
  readonly deferred: boolean;
  /** The foreign key that no order of statements satisfies, if there is one. */
  readonly impossible?: { readonly table: Table; readonly constraint: Constraint };
}

/** Groups of tables so that what is referenced comes first. */
export function groupsOf(tables: readonly Table[]): readonly Group[] {
  const byKey = new Map(tables.map((table) => [keyOf(table), table]));
  const parents = (table: Table): readonly Table[] =>
    foreign(table).flatMap(({ references }) => byKey.get(keyOf(references!)) ?? []);
  const reach = new Map(tables.map((table) => [table, reachable(table, parents)]));
  const rest = new Set(tables);
  const groups: Table[][] = [];
  for (const table of tables) {
    if (!rest.has(table)) continue;
    const circle = tables.filter(
      (other) => other === table || (reach.get(table)!.has(other) && reach.get(other)!.has(table)),
    );
    for (const member of circle) rest.delete(member);
    groups.push(circle);
  }
  const groupOf = new Map(groups.flatMap((group) => group.map((table) => [table, group] as const)));
  const { ordered } = orderByNeed(groups, (group) =>
    group.flatMap((table) => parents(table).map((parent) => groupOf.get(parent)!)),
  );
  return ordered.map(describe);
}

function describe(tables: readonly Table[]): Group {
  if (tables.length === 1) return { tables, late: [], deferred: false };
  const inside = tables.flatMap((table) =>
    foreign(table)
      .filter(
        ({ references }) =>
          !sameName(references!, table) && tables.some((other) => sameName(other, references!)),
      )
      .map((constraint) => ({ table, constraint })),
  );
  const key = (table: Table): readonly string[] =>
    table.constraints.find(({ kind }) => kind === 'primary')?.columns ?? [];
  const late = inside.filter(
    ({ table, constraint }) =>
      key(table).length > 0 &&
      constraint.columns.every(
        (name) =>
          !key(table).includes(name) &&
          table.columns.some((column) => column.name === name && !column.notNull),
      ),
  );
  const strict = inside.filter((link) => !late.includes(link) && !link.constraint.deferrable);
  const { ordered, circular } = orderByNeed(tables, (table) =>
    strict
      .filter((link) => link.table === table)
      .flatMap(({ constraint }) => tables.filter((other) => sameName(other, constraint.references!))),
  );
  const impossible = strict.find(({ table }) => circular.includes(table));
  return {
    tables: [...ordered, ...circular],
    late,
    deferred: inside.some((link) => !late.includes(link) && link.constraint.deferrable),
    ...(impossible ? { impossible } : {}),
  };
}

function foreign(table: Table): readonly Constraint[] {
  return table.constraints.filter(({ kind, references }) => kind === 'foreign' && references !== undefined);
}

function reachable(from: Table, parents: (table: Table) => readonly Table[]): ReadonlySet<Table> {
  const seen = new Set<Table>();
  const waiting = [...parents(from)];
  for (const table of waiting) {
    if (seen.has(table)) continue;
    seen.add(table);
    waiting.push(...parents(table));
  }
  return seen;
}
