/** What of a structure is new to the application, and values that only the new shape takes. */
import { findTable } from '../../catalog/find.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Catalog, Column, Name, Table } from '../../catalog/model.ts';
import type { Engine, Session } from '../../engine/model.ts';

/** A table with what an old application knows nothing of. */
export interface NewShape {
  readonly table: Table;
  /** It was not there before. */
  readonly fresh: boolean;
  /** Columns that are new, hold another type, or may be empty now. */
  readonly columns: readonly NewColumn[];
}

export interface NewColumn {
  readonly column: Column;
  readonly why: 'new' | 'type' | 'empty';
}

/** Tables whose rows the new version may write in a way the old one could not, and those that the change touched otherwise. */
export function newShapes(before: Catalog, after: Catalog, touched: readonly Name[]): readonly NewShape[] {
  const changedTypes = new Set(
    after.types
      .filter((type) => {
        const then = before.types.find((one) => sameName(one, type));
        return (
          then &&
          JSON.stringify([then.labels, then.definition]) !== JSON.stringify([type.labels, type.definition])
        );
      })
      .flatMap((type) => [type.name, `${type.schema}.${type.name}`]),
  );
  return after.tables
    .filter((table) => table.kind !== 'foreign' && !table.partitionOf)
    .flatMap((table): NewShape[] => {
      const then = findTable(before, { schema: table.schema, name: table.name });
      if (!then) return [{ table, fresh: true, columns: [] }];
      const columns = table.columns
        .filter((column) => column.generated === undefined)
        .flatMap((column): NewColumn[] => {
          const old = then.columns.find(({ name }) => name === column.name);
          if (!old) return [{ column, why: 'new' }];
          if (old.type !== column.type || changedTypes.has(column.type)) return [{ column, why: 'type' }];
          return old.notNull && !column.notNull ? [{ column, why: 'empty' }] : [];
        });
      return columns.length > 0 || touched.some((name) => sameName(name, table))
        ? [{ table, fresh: false, columns }]
        : [];
    });
}

/** Values to try for a column, as texts, the most telling first; a null where only a null is new. */
export async function candidates(
  engine: Engine,
  session: Session,
  catalog: Catalog,
  table: Table,
  { column, why }: NewColumn,
  n: number,
): Promise<readonly (string | null)[]> {
  if (why === 'empty') return [null];
  const reference = table.constraints.find(
    (one) => one.kind === 'foreign' && one.columns.length === 1 && one.columns[0] === column.name,
  )?.references;
  if (reference) {
    const drawn = await engine.probe.draw(session, reference, reference.columns, 20, 1);
    const found = drawn[n % Math.max(1, drawn.length)]?.[0];
    return found === undefined ? [] : [found];
  }
  const labels = catalog.types.find(
    (type) =>
      type.kind === 'enum' && (type.name === column.type || `${type.schema}.${type.name}` === column.type),
  )?.labels;
  const named = table.constraints
    .filter((one) => one.kind === 'check' && one.columns.includes(column.name))
    .flatMap((one) =>
      [...one.definition.matchAll(/'((?:[^']|'')*)'/g)].map((m) => m[1]!.replaceAll("''", "'")),
    );
  const widest = engine.probe.widestValue(column.type, n);
  const any = engine.probe.anyValue(column.type, n);
  return [
    ...(labels ? labels.toReversed() : []),
    ...(why === 'type' && widest !== undefined ? [widest] : []),
    ...named,
    ...(any === undefined ? [] : [any, any.slice(0, 8)]),
  ];
}
