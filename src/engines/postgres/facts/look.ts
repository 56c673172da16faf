import { blankCatalog } from '../../../catalog/blank.ts';
import type { RangeVar } from 'libpg-query';
import { keyOf, printName, printPart, sameName } from '../../../catalog/identity.ts';
import type { Catalog, Index, Name, Table, Type } from '../../../catalog/model.ts';
import { descendants } from '../../../catalog/find.ts';
import type { FactsContext } from '../../../engine/model.ts';
import { nameOf } from '../grammar/tree.ts';

/** What the recognisers ask of the structure; names as written are resolved here. */
export interface Look {
  readonly context: FactsContext;
  /** 18 of `180004`. */
  readonly major: number;
  /** The full name of a table as written; without a catalog the schema is `public`. */
  name(written: Name): Name;
  table(written: Name): Table | undefined;
  relation(range: RangeVar | undefined): Name;
  /** Whether all of the table is known: it stands in the catalog, and not only what earlier statements say of it. */
  whole(written: Name): boolean;
  /** Partitions and inheriting tables, all levels. */
  heirs(name: Name): readonly Name[];
  index(written: Name): { readonly index: Index; readonly table: Table } | undefined;
  type(words: readonly string[]): Type | undefined;
}

/** The catalog of a context, empty when there is none. */
export function catalogOf(context: FactsContext): Catalog {
  return context.catalog ?? blankCatalog;
}

/** Looks into the structure of a context. */
export function lookInto(context: FactsContext): Look {
  const catalog = catalogOf(context);
  const find = <T extends Name>(all: readonly T[], { schema, name }: Name): T | undefined =>
    schema
      ? all.find((one) => one.name === name && one.schema === schema)
      : (all.find((one) => one.name === name && one.schema === 'public') ??
        all.find((one) => one.name === name));
  const table = (written: Name): Table | undefined => find(catalog.tables, written);
  const name = (written: Name): Name => {
    const found = table(written) ?? find(catalog.views, written) ?? find(catalog.sequences, written);
    return found
      ? { schema: found.schema, name: found.name }
      : { schema: written.schema || 'public', name: written.name };
  };
  return {
    context,
    major: Math.floor(context.serverVersion / 10_000),
    name,
    table,
    relation: (range) => name(nameOf(range)),
    whole: (written) => table(written) !== undefined && context.partial?.has(keyOf(name(written))) !== true,
    heirs: (of) => descendants(catalog, of).map(({ schema, name: own }) => ({ schema, name: own })),
    index(written) {
      for (const holder of catalog.tables) {
        const index = holder.indexes.find(
          (one) => one.name === written.name && (written.schema === '' || one.schema === written.schema),
        );
        if (index) return { index, table: holder };
      }
      return undefined;
    },
    type(words) {
      const plain = { schema: words.length > 1 ? words.at(-2)! : '', name: words.at(-1) ?? '' };
      return find(catalog.types, plain);
    },
  };
}

/** Whether a relation was made earlier in the same change. */
export function isFresh({ fresh }: FactsContext, name: Name): boolean {
  return fresh?.has(keyOf(name)) === true;
}

/** Sequences that go with a table, or with one column of it. */
export function sequencesOf(look: Look, table: Name, column?: string): readonly Name[] {
  const prefix = `${printName(table)}.`;
  return catalogOf(look.context).sequences.flatMap(({ schema, name, ownedBy }) =>
    (column === undefined ? ownedBy?.startsWith(prefix) : ownedBy === `${prefix}${printPart(column)}`)
      ? [{ schema, name }]
      : [],
  );
}

/** Foreign keys of other tables that point at this one, their tables. */
export function referencing(look: Look, name: Name, columns?: readonly string[]): readonly Name[] {
  return catalogOf(look.context).tables.flatMap((from) =>
    from.constraints.some(
      ({ references }) =>
        references &&
        sameName(references, name) &&
        (columns === undefined || references.columns.some((column) => columns.includes(column))),
    )
      ? [{ schema: from.schema, name: from.name }]
      : [],
  );
}
