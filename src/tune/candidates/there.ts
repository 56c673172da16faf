/** Candidates that an index does already. */
import { keyOf } from '../../catalog/identity.ts';
import { primaryKey } from '../../catalog/find.ts';
import type { Catalog, Index, Name } from '../../catalog/model.ts';
import type { Engine, IndexForm } from '../../engine/model.ts';
import type { Thought } from './thoughts.ts';

export interface Indexed {
  readonly indexes: readonly Index[];
  readonly primary: readonly string[];
  /** Columns of keys and references: a constant there is one of many, whatever it is today. */
  readonly identities: ReadonlySet<string>;
}

/** Valid indexes and primary keys of tables and materialised views. */
export function indexedOf(catalog: Catalog): (name: Name) => Indexed {
  const valid = (indexes: readonly Index[]): readonly Index[] => indexes.filter((index) => index.valid);
  const known = new Map([
    ...catalog.tables.map(
      (table) =>
        [
          keyOf(table),
          {
            indexes: valid(table.indexes),
            primary: primaryKey(table),
            identities: new Set(
              table.constraints
                .filter(({ kind }) => kind === 'primary' || kind === 'unique' || kind === 'foreign')
                .flatMap(({ columns }) => columns),
            ),
          },
        ] as const,
    ),
    ...catalog.views.map(
      (view) =>
        [keyOf(view), { indexes: valid(view.indexes), primary: [], identities: new Set<string>() }] as const,
    ),
  ]);
  return (name) => known.get(keyOf(name)) ?? { indexes: [], primary: [], identities: new Set() };
}

/** Whether an index does what a candidate would. */
export function isThere(
  { form, loose }: Thought,
  { indexes }: Indexed,
  catalog: Catalog,
  engine: Engine,
): boolean {
  if (indexes.some((index) => leadsToOne(form, index))) return true;
  if (!indexes.some((index) => mayCover(form, index))) return false;
  const wished = engine.access.indexOf(engine.access.define(form), catalog);
  return indexes.some(
    (other) => mayCover(form, other) && engine.access.covers(wished, other, catalog, loose),
  );
}

/** A unique index leads to a single row by the first keys already. */
function leadsToOne({ method, keys, includes }: IndexForm, index: Index): boolean {
  return (
    index.unique &&
    index.predicate === undefined &&
    method === 'btree' &&
    includes.length === 0 &&
    keys.length >= index.keys.length &&
    keys[0]?.key === index.keys[0] &&
    keys
      .slice(0, index.keys.length)
      .every(({ key, class: operators }) => operators === undefined && index.keys.includes(key))
  );
}

/** Cheap reasons why an index cannot do it. */
function mayCover({ method, keys }: IndexForm, index: Index): boolean {
  const first = keys[0]!;
  return (
    (index.method === method || method === 'hash') &&
    index.keys.length >= keys.length &&
    (first.expression || method === 'gin' || method === 'brin' || index.keys[0] === first.key)
  );
}
