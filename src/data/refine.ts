import { primaryKey } from '../catalog/find.ts';
import { keyOf } from '../catalog/identity.ts';
import type { Catalog, Constraint, Table } from '../catalog/model.ts';
import type { Engine } from '../engine/model.ts';
import { uniqueSets } from '../twin/fill/keys.ts';
import type { MadeRows } from '../twin/fill/rows.ts';
import { forbiddenOf, type HintSources } from './hints.ts';
import type { Choice } from './load.ts';
import type { SeedTable } from './model.ts';
import type { Group } from './order.ts';
import { privateAmong } from './private.ts';

/** Rows as people would write them, without any value that must not come up. */
export function clean(
  made: MadeRows,
  group: Group,
  { privates, forbidden, engine }: Pick<HintSources, 'privates' | 'forbidden' | 'engine'>,
): SeedTable {
  const { table, columns } = made;
  const keyed = new Set(uniqueSets(table, engine.quote).flatMap((set) => set.columns));
  const whole = new Set(
    columns.flatMap((name, i) =>
      !keyed.has(name) && engine.types.family(typeOf(table, name)) === 'instant' ? [i] : [],
    ),
  );
  const hidden = columns.map((name) => privateAmong(privates, table, name));
  const nulled = new Set(
    columns.flatMap((name, i) =>
      hidden[i]?.mask === 'null' && !table.columns.find((column) => column.name === name)!.notNull ? [i] : [],
    ),
  );
  const refused = columns.map((name) => forbiddenOf(forbidden, table, name));
  const rows = made.rows
    .map((row) =>
      row.map((value, i) =>
        nulled.has(i) ? null : whole.has(i) ? (value?.replace(/\.\d+(?=[+-]|$)/, '') ?? null) : value,
      ),
    )
    .filter((row) => row.every((value, i) => value === null || !refused[i]!.has(value)));
  const late = group.late
    .filter((link) => link.table === table)
    .flatMap(({ constraint }) => constraint.columns)
    .filter((name) => columns.includes(name));
  return { table, columns, rows, late, key: primaryKey(table) };
}

/** Values of columns that list all they may have, the default's first. */
export function choicesOf({ table, columns }: SeedTable, catalog: Catalog): readonly Choice[] {
  return columns.flatMap((name): readonly Choice[] => {
    const column = table.columns.find((each) => each.name === name)!;
    const labels = catalog.types.find(
      (type) => type.kind === 'enum' && [type.name, `${type.schema}.${type.name}`].includes(column.type),
    )?.labels;
    const checks = table.constraints.filter(
      ({ kind, columns: of }) => kind === 'check' && of.length === 1 && of[0] === name,
    );
    const listed =
      labels ??
      checks
        .filter(({ definition }) => / = ANY \(/.test(definition))
        .flatMap(({ definition }) =>
          [...definition.matchAll(/'((?:[^']|'')*)'/g)].map((found) => found[1]!.replaceAll("''", "'")),
        );
    const usual = /^'((?:[^']|'')*)'::/.exec(column.default ?? '')?.[1];
    const values = [...(usual !== undefined && listed.includes(usual) ? [usual] : []), ...listed];
    return [...new Set(values)].map((value) => ({ column: name, value }));
  });
}

/** The column of listed values in which all rows of a table with triggers have the same one: what they begin with. */
export function onlyOneValue(
  table: Table,
  columns: readonly string[],
  rows: SeedTable['rows'],
  choices: readonly Choice[],
): string | undefined {
  if (table.triggers.length === 0) return undefined;
  return choices.find(({ column }) => new Set(rows.map((row) => row[columns.indexOf(column)])).size === 1)
    ?.column;
}

/**
 * Rows whose parents belong together: where a ticket refers to an account and to a member, and the member to an account by the same column, the
 * ticket takes the member's account. A column that makes rows differ stays as it is.
 */
export function agree(table: SeedTable, loaded: readonly SeedTable[], engine: Engine): SeedTable {
  const links = singleLinks(table.table);
  const numbered = new Set(
    table.table.columns.filter(({ identity }) => identity !== undefined).map(({ name }) => name),
  );
  const apart = uniqueSets(table.table, engine.quote)
    .filter((set) => !set.columns.some((name) => numbered.has(name)))
    .flatMap((set) => set.columns);
  let { rows } = table;
  for (const own of links.filter(({ column }) => !apart.includes(column) && !table.late.includes(column)))
    for (const other of links.filter(({ column, to }) => column !== own.column && to !== own.to)) {
      const parent = loaded.find((each) => keyOf(each.table) === other.to);
      const same =
        parent && singleLinks(parent.table).find(({ column, to }) => column === own.column && to === own.to);
      if (!parent || !same) continue;
      const [by, value] = [other.target, same.column].map((name) => parent.columns.indexOf(name));
      const of = new Map(parent.rows.map((row) => [row[by!], row[value!]]));
      const [from, place] = [other.column, own.column].map((name) => table.columns.indexOf(name));
      rows = rows.map((row) => {
        const theirs = of.get(row[from!] ?? null);
        return theirs === undefined || theirs === null
          ? row
          : row.map((old, i) => (i === place ? theirs : old));
      });
      break;
    }
  return { ...table, rows };
}

/** Foreign keys of one column whose column is in no other. */
function singleLinks(
  table: Table,
): readonly { readonly column: string; readonly to: string; readonly target: string }[] {
  const foreign = table.constraints.filter(
    (constraint): constraint is Constraint & { references: NonNullable<Constraint['references']> } =>
      constraint.kind === 'foreign' && constraint.references !== undefined,
  );
  return foreign
    .filter(
      ({ columns }, place) =>
        columns.length === 1 &&
        !foreign.some((other, at) => at !== place && other.columns.includes(columns[0]!)),
    )
    .map(({ columns, references }) => ({
      column: columns[0]!,
      to: keyOf(references),
      target: references.columns[0]!,
    }));
}

function typeOf(table: Table, name: string): string {
  return table.columns.find((column) => column.name === name)?.type ?? '';
}
