/** What an index costs writes, before anything was built. */
import { keyOf, sameName } from '../../catalog/identity.ts';
import type { Index, Name, Table } from '../../catalog/model.ts';
import type { ColumnStatistics, Snapshot } from '../../engine/model.ts';
import type { TableWrites, Work, WriteEstimate } from '../advice/model.ts';

/** Milliseconds to insert a row into a table without indexes: assumed. */
export const rowMs = 0.01;
/*
 * Shares of that for each entry, fitted to 100,060 rows that were inserted into a table of three million with one more index of different kinds:
 * an entry in order 1.07x, at 2,500 places 1.98x, at random 2.65x, wide texts at random 4.72x, a quarter of the rows at random 1.36x; the model says 1.08x, 2.1x, 2.3x, 4.5x, 1.34x.
 */
const orderedShare = 0.07;
/** Finding the place of an entry that is not at the end, when there are many places. */
const placedShare = 0.9;
/** Places from which on they cost half of that. */
const manyPlaces = 1000;
/** Writing a page to the log as a whole, the first time after each checkpoint. */
const imageShare = 16;
/** Taking a dead entry out in a later vacuum. */
const vacuumShare = 0.1;
/** A new version of a row on another page than the old one. */
const movedShare = 0.5;
/** Entries of a row in an inverted index, where nothing is known; and what one costs of an entry in a tree, since they are gathered before they are sorted in. */
const invertedEntries = 6;
const gatheredShare = 0.5;
/** Ranges of pages are only widened now and then. */
const rangeShare = 0.02;
/** Values that follow the order of rows at least so closely come in order. */
const inOrder = 0.9;
const dayMs = 86_400_000;
const usualCheckpointMs = 300_000;

/** An index as far as writes see it. */
export interface WrittenIndex {
  readonly id: string;
  readonly table: Name;
  readonly method: string;
  /** Columns and expressions in order. */
  readonly keys: readonly string[];
  readonly includes: readonly string[];
  readonly predicate?: string;
  readonly bytes: number;
  /** Rows that it holds. */
  readonly rows: number;
}

export interface WriteModel {
  /** Milliseconds per day of all writes today. */
  readonly today: number;
  of(index: WrittenIndex): WriteEstimate;
}

interface Facts {
  readonly table: Table | undefined;
  readonly rows: number;
  readonly writes: TableWrites | undefined;
  readonly statistics: ReadonlyMap<string, ColumnStatistics>;
  readonly others: readonly WrittenIndex[];
}

/** Prices writes by where the entries of an index land: `WriteEstimate`s are modelled, never measured. */
export function writeModel(work: Work, snapshot: Snapshot): WriteModel {
  const checkpointMs = intervalOf(snapshot);
  const { blockSize } = snapshot.source;
  const known = new Map<string, Facts>();
  const factsOf = (name: Name): Facts => {
    const key = keyOf(name);
    const before = known.get(key);
    if (before) return before;
    const facts = readFacts(name, work, snapshot);
    known.set(key, facts);
    return facts;
  };
  /** Cost of one entry, in rows inserted. */
  const entry = (index: WrittenIndex, facts: Facts, perDay: number): number => {
    if (index.method === 'brin') return rangeShare;
    const pages = Math.max(1, index.bytes / blockSize);
    const places =
      index.method === 'btree'
        ? Math.min(pages, placesOf(index, facts))
        : index.method === 'gist'
          ? 2 * pages
          : pages;
    const between = Math.max(1, (perDay * checkpointMs) / dayMs);
    const touched = places * (1 - (1 - 1 / places) ** between);
    const found = places > 1 ? (placedShare * places) / (places + manyPlaces) : 0;
    const one = orderedShare + found + imageShare * Math.min(1, touched / between);
    return index.method === 'gin' ? one * gatheredShare * invertedEntries : one;
  };
  const shareOf = (index: WrittenIndex, { rows }: Facts): number =>
    rows > 0 ? Math.min(1, index.rows / rows) : 1;
  const costs = (index: WrittenIndex, facts: Facts): { readonly each: number; readonly share: number } => {
    const { inserted = 0, updated = 0, hotUpdated = 0 } = facts.writes ?? {};
    const share = shareOf(index, facts);
    return { share, each: entry(index, facts, share * (inserted + updated - hotUpdated)) };
  };
  const tableMs = (facts: Facts): number => {
    if (!facts.writes) return 0;
    const { inserted, updated, hotUpdated, deleted } = facts.writes;
    const entries = facts.others.reduce((sum, index) => {
      const { each, share } = costs(index, facts);
      return sum + each * share;
    }, 0);
    const perRow = 1 + imageShare / Math.max(1, (inserted * checkpointMs) / dayMs);
    return rowMs * ((inserted + updated + deleted) * perRow + (inserted + updated - hotUpdated) * entries);
  };
  return {
    today: work.writes.reduce((sum, { table }) => sum + tableMs(factsOf(table)), 0),
    of(index) {
      const facts = factsOf(index.table);
      const { writes } = facts;
      if (!writes)
        return {
          candidate: index.id,
          share: 0,
          msPerDay: 0,
          hotLost: 0,
          because: 'Nothing writes its table.',
        };
      const { each, share } = costs(index, facts);
      const fresh = writes.inserted + writes.updated - writes.hotUpdated;
      const lost = hotLost(index, facts, writes);
      const others = facts.others.reduce((sum, other) => {
        const cost = costs(other, facts);
        return sum + cost.each * cost.share;
      }, 0);
      const dead = writes.deleted + writes.updated - writes.hotUpdated + lost.count;
      const ms =
        rowMs *
        (fresh * share * each +
          lost.count * (share * each + (index.method === 'brin' ? 0 : others + movedShare)) +
          dead * share * vacuumShare);
      const today = tableMs(facts);
      return {
        candidate: index.id,
        share: today > 0 ? ms / today : 0,
        msPerDay: ms,
        hotLost: lost.count,
        because: [
          whereOf(index, facts, blockSize),
          share < 0.95 ? `it holds ${percent(share)} of the rows` : '',
          lost.because,
        ]
          .filter((text) => text !== '')
          .join('; '),
      };
    },
  };
}

/** An index of the catalog, with the size that the snapshot has. */
export function writtenIndex(index: Index, table: Name, snapshot: Snapshot): WrittenIndex {
  const figures = snapshot.relations.find((one) => sameName(one, index));
  return {
    id: keyOf(index),
    table,
    method: index.method,
    keys: index.keys,
    includes: index.includes,
    ...(index.predicate === undefined ? {} : { predicate: index.predicate }),
    bytes: (figures?.pages ?? 0) * snapshot.source.blockSize,
    rows: Math.max(0, figures?.rows ?? 0),
  };
}

function readFacts(name: Name, { writes }: Work, snapshot: Snapshot): Facts {
  const table = snapshot.catalog.tables.find((one) => sameName(one, name));
  const statistics = new Map<string, ColumnStatistics>();
  for (const one of snapshot.columns)
    if (
      one.schema === name.schema &&
      one.relation === name.name &&
      (!statistics.has(one.column) || one.inherited)
    )
      statistics.set(one.column, one);
  const own = snapshot.relations.find((one) => sameName(one, name))?.rows ?? -1;
  return {
    table,
    rows: own,
    statistics,
    writes: writes.find((one) => sameName(one.table, name)),
    others: (table?.indexes ?? []).map((index) => writtenIndex(index, name, snapshot)),
  };
}

/** Places in a tree where new entries land: one when they come in order, one for each value of the keys before that else. */
function placesOf({ keys }: WrittenIndex, facts: Facts): number {
  let places = 1;
  for (const key of keys) {
    const column = facts.table?.columns.find(({ name }) => name === key);
    const figures = facts.statistics.get(key);
    const rows = Math.max(1, facts.rows);
    const distinct = !figures ? rows : figures.distinct < 0 ? -figures.distinct * rows : figures.distinct;
    const grows =
      column?.identity !== undefined ||
      /\b(nextval|now|CURRENT_TIMESTAMP|uuidv7)\b/i.test(column?.default ?? '');
    if (grows || (Math.abs(figures?.correlation ?? 0) >= inOrder && distinct > 100)) return places;
    places = Math.min(rows, places * Math.max(1, distinct));
  }
  return places;
}

function whereOf(index: WrittenIndex, facts: Facts, blockSize: number): string {
  if (index.method === 'brin') return 'only ranges of pages are noted';
  if (index.method !== 'btree') return 'entries land anywhere';
  const places = Math.min(placesOf(index, facts), Math.max(1, index.bytes / blockSize));
  return places <= 1 ? 'entries come in order' : `entries land in ${Math.round(places)} places`;
}

/** Updates that stay on their page today and could not with the index, because it holds a column that they set. */
function hotLost(
  index: WrittenIndex,
  facts: Facts,
  { hotUpdated, sets }: TableWrites,
): { readonly count: number; readonly because: string } {
  // Ranges of pages do not keep a row on its page from 16 on; before, they do.
  if (hotUpdated === 0 || index.method === 'brin') return { count: 0, because: '' };
  if (sets.length === 0)
    return {
      count: 0,
      because: 'which columns updates set is not known, so that no lost HOT update is counted',
    };
  const held = (one: WrittenIndex, column: string): boolean =>
    [...one.keys, ...one.includes, one.predicate ?? ''].some((text) => mentions(text, column));
  const taken = sets.filter(
    ({ column }) => held(index, column) && !facts.others.some((other) => held(other, column)),
  );
  const count =
    hotUpdated *
    Math.min(
      1,
      taken.reduce((sum, { share }) => sum + share, 0),
    );
  const names = taken.map(({ column }) => column).join(', ');
  return count === 0
    ? { count, because: '' }
    : { count, because: `${Math.round(count)} updates a day set ${names} and would no longer be HOT` };
}

/** Whether SQL names a column: the whole text, or a word of it. */
function mentions(text: string, column: string): boolean {
  if (text === column || text === `"${column}"`) return true;
  const at = text.indexOf(column);
  if (at < 0) return false;
  const word = /[\p{L}\p{N}_$]/u;
  return !word.test(text[at - 1] ?? '') && !word.test(text[at + column.length] ?? '');
}

function intervalOf({ settings }: Snapshot): number {
  const value =
    settings.find(({ name, role }) => name === 'checkpoint_timeout' && role === undefined)?.value ?? '';
  const [, count, unit] = /^(\d+)\s*(ms|s|min|h|d)?$/.exec(value) ?? [];
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: dayMs };
  return count === undefined ? usualCheckpointMs : Number(count) * (units[unit ?? 's'] ?? 1000);
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
