import { foreignKeysFrom, primaryKey } from '../../catalog/find.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Column, Constraint, Table } from '../../catalog/model.ts';

/**
 * The catalog with the foreign keys that nobody declared but names tell: `orders.customer_id` beside `customers.id`. They only steer the
 * values of the twin, are not enforced, and never close a circle.
 */
export function withImpliedLinks(catalog: Catalog): Catalog {
  const parents = new Map(
    catalog.tables.map((table) => [
      keyOf(table),
      foreignKeysFrom(catalog, table).flatMap(({ to }) => (to ? [keyOf(to)] : [])),
    ]),
  );
  const tables = catalog.tables.map((table): Table => {
    const implied = table.columns.flatMap((column) => {
      const link = impliedLink(catalog, table, column);
      if (!link || reaches(parents, keyOf(link.references!), keyOf(table))) return [];
      parents.get(keyOf(table))!.push(keyOf(link.references!));
      return [link];
    });
    return implied.length === 0 ? table : { ...table, constraints: [...table.constraints, ...implied] };
  });
  return { ...catalog, tables };
}

/** Sentences about the links that were assumed, for those who read the figures. */
export function tellImplied(table: Table): readonly string[] {
  return table.constraints
    .filter(isImplied)
    .map(
      ({ columns, references }) =>
        `${table.name}.${columns[0]!} holds keys of ${references!.name}, as its name says; no foreign key does.`,
    );
}

/** Whether a constraint was made by {@link withImpliedLinks}. */
export function isImplied(constraint: Constraint): boolean {
  return constraint.kind === 'foreign' && !constraint.enforced && constraint.definition === '';
}

function impliedLink(catalog: Catalog, table: Table, column: Column): Constraint | undefined {
  const base = /^(.+?)(?:_id|_ID|Id|ID)$/.exec(column.name)?.[1]?.toLowerCase();
  if (base === undefined || table.partitionOf) return undefined;
  const keyed = table.constraints.some(
    ({ kind, columns }) => (kind === 'foreign' || kind === 'primary') && columns.includes(column.name),
  );
  if (keyed || column.generated || column.identity || column.default !== undefined) return undefined;
  const names = [base, `${base}s`, `${base}es`, base.replace(/y$/, 'ies')];
  const found = catalog.tables.filter(
    (other) =>
      other !== table &&
      other.schema === table.schema &&
      other.kind === 'table' &&
      !other.partitionOf &&
      names.includes(other.name.toLowerCase()) &&
      sameKind(other, column),
  );
  const [parent] = found;
  if (!parent || found.length > 1) return undefined;
  return {
    name: `${table.name}_${column.name}_implied`,
    kind: 'foreign',
    columns: [column.name],
    definition: '',
    validated: false,
    deferrable: false,
    deferred: false,
    enforced: false,
    references: {
      schema: parent.schema,
      name: parent.name,
      columns: primaryKey(parent),
      onDelete: 'no action',
      onUpdate: 'no action',
    },
  };
}

/** Whether the parent has a key of one column that such a column could hold. */
function sameKind(parent: Table, column: Column): boolean {
  const [key, ...more] = primaryKey(parent);
  const type = parent.columns.find(({ name }) => name === key)?.type;
  if (type === undefined || more.length > 0) return false;
  const whole = /^(?:smallint|integer|bigint)$/;
  return type === column.type || (whole.test(type) && whole.test(column.type));
}

function reaches(parents: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const name of seen) {
    if (name === to) return true;
    for (const next of parents.get(name) ?? []) seen.add(next);
  }
  return false;
}
