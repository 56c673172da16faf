/** Indexes that may go: another one does their work, or nobody uses them on any node. */
import { leadingIndex } from '../../catalog/find.ts';
import { keyOf, printName, sameName } from '../../catalog/identity.ts';
import type { Catalog, Index, Name, Table } from '../../catalog/model.ts';
import type { Engine, Snapshot } from '../../engine/model.ts';
import { formatBytes } from '../../base/units.ts';
import type { DropCandidate } from '../advice/model.ts';
import type { DropCandidates, DropOptions } from './model.ts';
import { idleOn, nodesOf } from './usage.ts';

/** A longer index this many times as large is read too slowly to stand in for one that is used. */
const tooLarge = 4;

/** Indexes worth dropping, each with its evidence; none that a constraint, a replica identity or a foreign key needs, and no part of a partitioned one. */
export function dropCandidates(options: DropOptions): DropCandidates {
  const told: string[] = [];
  const redundant = redundantOf(options, told);
  const standing = new Set(
    redundant.flatMap(({ by = [] }) => by.flatMap((one) => (one.kind === 'index' ? [keyOf(one.index)] : []))),
  );
  const going = new Set(redundant.map(({ index }) => keyOf(index)));
  const unused = unusedOf(options, told).filter(
    ({ index }) => !going.has(keyOf(index)) && !standing.has(keyOf(index)),
  );
  const bySize = (a: DropCandidate, b: DropCandidate): number =>
    b.bytes - a.bytes || (keyOf(a.index) < keyOf(b.index) ? -1 : 1);
  return { candidates: [...redundant.toSorted(bySize), ...unused.toSorted(bySize)], told };
}

function redundantOf(
  { engine, primary, candidates = [] }: DropOptions,
  told: string[],
): readonly DropCandidate[] {
  const { catalog } = primary;
  const size = sizesOf(primary);
  const found = relationsOf(catalog).flatMap((table) =>
    table.indexes.flatMap((index) => {
      if (!free(index, table)) return [];
      const all = coversOf(index, table, catalog, engine);
      const fits = all.filter(
        (other) =>
          size(index) === 0 || size(other) <= tooLarge * size(index) || scansOf(primary, index) === 0,
      );
      if (all.length > 0 && fits.length === 0)
        told.push(
          `${printName(index)} is not offered: ${all[0]!.name} does its work but is ${Math.round(size(all[0]!) / size(index))} times as large.`,
        );
      const coming = candidates.filter(
        ({ wish }) =>
          sameName(wish.table, table) &&
          engine.access.covers(index, engine.access.indexOf(wish, catalog), catalog),
      );
      return fits.length + coming.length === 0 ? [] : [{ index, table, fits, coming }];
    }),
  );
  const going = new Set(found.flatMap(({ index, fits }) => (fits.length > 0 ? [index] : [])));
  return found.map(({ index, table, fits, coming }): DropCandidate => {
    const lasting = fits.toSorted((a, b) => Number(going.has(a)) - Number(going.has(b)));
    const [first] = lasting;
    return {
      index: nameOf(index),
      table: nameOf(table),
      bytes: size(index),
      why: 'redundant',
      evidence: [
        first
          ? `${first.name} (${formatBytes(size(first))}) does all that it does: ${first.definition}.`
          : `It can go when ${coming.length === 1 ? 'a candidate' : `one of ${coming.length} candidates`} that does all it does is made.`,
      ],
      by: [
        ...lasting.map((other) => ({ kind: 'index', index: nameOf(other) }) as const),
        ...coming.map(({ id }) => ({ kind: 'candidate', id }) as const),
      ],
    };
  });
}

/** An index that no constraint, identity or partitioned index holds. */
function free(index: Index, { replicaIdentity }: Indexed): boolean {
  return (
    index.valid &&
    !index.primary &&
    index.constraint === undefined &&
    index.partOf === undefined &&
    replicaIdentity !== `index ${index.name}`
  );
}

/** Indexes that do all of its work; of two that are the same, the one that does more stays, or the first. */
function coversOf(index: Index, { indexes }: Indexed, catalog: Catalog, engine: Engine): readonly Index[] {
  const covers = (one: Index, other: Index): boolean => engine.access.covers(one, other, catalog);
  return indexes.filter((other, place) => {
    if (other === index || !other.valid || !covers(index, other)) return false;
    if (!covers(other, index)) return true;
    const more = Number(other.constraint !== undefined) - Number(index.constraint !== undefined);
    const unique = Number(other.unique) - Number(index.unique);
    return more > 0 || (more === 0 && (unique > 0 || (unique === 0 && place < indexes.indexOf(index))));
  });
}

function unusedOf(options: DropOptions, told: string[]): readonly DropCandidate[] {
  const { primary, used } = options;
  const nodes = nodesOf(options, told);
  if (nodes.length === 0) return [];
  const size = sizesOf(primary);
  let keys = 0;
  let planned = 0;
  const found = relationsOf(primary.catalog).flatMap((table) =>
    table.indexes.flatMap((index): readonly DropCandidate[] => {
      if (!free(index, table) || index.unique) return [];
      const parts = [index, ...partsOf(index, primary.catalog)];
      const evidence = nodes.map((node) => idleOn(node, parts));
      if (evidence.includes(undefined)) return [];
      if (parts.some((part) => used.has(keyOf(part)))) {
        planned += 1;
        return [];
      }
      if (table.references && holdsReference(index, table.references)) {
        keys += 1;
        return [];
      }
      const expressions = index.keys.some((key) => !table.columns.has(key));
      return [
        {
          index: nameOf(index),
          table: nameOf(table),
          bytes: size(index),
          why: 'unused',
          evidence: [
            ...evidence.flatMap((sentence) => sentence ?? []),
            'When it was built is not known, so look whether it is new.',
            ...(expressions ? ['The statistics of its expression go with it.'] : []),
          ],
        },
      ];
    }),
  );
  if (planned > 0)
    told.push(
      `${counted(planned)} without a scan, but plans of this workload use ${planned === 1 ? 'it' : 'them'}.`,
    );
  if (keys > 0)
    told.push(
      `${counted(keys)} without a scan, but deletes of a referenced table need ${keys === 1 ? 'it' : 'them'}.`,
    );
  return found;
}

function counted(count: number): string {
  return count === 1 ? '1 index is' : `${count} indexes are`;
}

/** The only index that leads with the columns of a foreign key of the table. */
function holdsReference(index: Index, table: Table): boolean {
  const { predicate: _predicate, ...whole } = index;
  const others = table.indexes.filter((other) => other !== index);
  return table.constraints.some(
    ({ kind, columns }) =>
      kind === 'foreign' &&
      leadingIndex({ ...table, indexes: [whole] }, columns) !== undefined &&
      leadingIndex({ ...table, indexes: others }, columns) === undefined,
  );
}

interface Indexed extends Name {
  readonly indexes: readonly Index[];
  readonly columns: ReadonlySet<string>;
  readonly replicaIdentity: string;
  /** The table, where it may have foreign keys. */
  readonly references?: Table;
}

function relationsOf({ tables, views }: Catalog): readonly Indexed[] {
  return [
    ...tables.map((table) => ({
      schema: table.schema,
      name: table.name,
      indexes: table.indexes,
      columns: new Set(table.columns.map(({ name }) => name)),
      replicaIdentity: table.replicaIdentity,
      references: table,
    })),
    ...views.map((view) => ({
      schema: view.schema,
      name: view.name,
      indexes: view.indexes,
      columns: new Set(view.columns.map(({ name }) => name)),
      replicaIdentity: '',
    })),
  ];
}

/** Parts of a partitioned index on all levels. */
function partsOf(index: Name, catalog: Catalog): readonly Index[] {
  const direct = catalog.tables.flatMap(({ indexes }) =>
    indexes.filter(({ partOf }) => partOf && sameName(partOf, index)),
  );
  return direct.flatMap((part) => [part, ...partsOf(part, catalog)]);
}

function sizesOf({ relations, catalog }: Snapshot): (index: Index) => number {
  const bytes = new Map(relations.map((one) => [keyOf(one), one.bytes ?? Math.max(0, one.pages) * 8192]));
  return (index) =>
    [index, ...partsOf(index, catalog)].reduce((sum, one) => sum + (bytes.get(keyOf(one)) ?? 0), 0);
}

function scansOf({ activity }: Snapshot, index: Name): number | undefined {
  return activity.indexes.find((one) => sameName(one, index))?.scans;
}

function nameOf({ schema, name }: Name): Name {
  return { schema, name };
}
