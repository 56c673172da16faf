/** The choice as a mixed integer program: which items are there, and by which plan each query runs then. */
import type { Knowledge } from './knowledge.ts';
import type { Item, Leaf, Present } from './model.ts';

/** Rows and columns of a program, to be minimised; columns are 0 to 1. */
export interface Program {
  readonly columns: readonly { readonly cost: number; readonly whole: boolean }[];
  readonly rows: readonly Row[];
  /** Added to every value. */
  readonly offset: number;
  /** Regions of which only a floor is known, by their columns. */
  readonly leaves: readonly { readonly column: number; readonly known: Knowledge; readonly leaf: Leaf }[];
}

export interface Row {
  readonly least: number;
  readonly most: number;
  readonly terms: readonly (readonly [column: number, factor: number])[];
}

/** What a set of items is held against. */
export interface Terms {
  readonly items: readonly Item[];
  /** Bytes by which indexes may grow. */
  readonly bytes?: number;
  /** Milliseconds per day by which writes may grow. */
  readonly writes?: number;
  readonly slower: number;
  /** Milliseconds per day that a byte is worth: enough to break ties. */
  readonly byteMs: number;
}

/** Cost of the items themselves: what they add to writes, and bytes to break ties. */
export function ownCost(terms: Terms, present: Present): number {
  return terms.items.reduce((sum, item) => {
    const there = present.has(item.at);
    if (item.kind === 'create') return there ? sum + valueOf(item, terms) : sum;
    return there ? sum : sum - valueOf(item, terms);
  }, 0);
}

/** Bytes and milliseconds of writes that a set adds to today's. */
export function spent(
  items: readonly Item[],
  present: Present,
): { readonly bytes: number; readonly writes: number } {
  let [bytes, writes] = [0, 0];
  for (const item of items) {
    const factor = changeOf(item, present);
    bytes += factor * item.bytes;
    writes += factor * item.write.msPerDay;
  }
  return { bytes, writes };
}

/** Whether a set keeps to the budgets and to what drops depend on; queries are not looked at. */
export function keeps(terms: Terms, present: Present): boolean {
  const { bytes, writes } = spent(terms.items, present);
  const slack = 1e-9;
  return (
    bytes <= (terms.bytes ?? Number.POSITIVE_INFINITY) * (1 + slack) &&
    writes <= (terms.writes ?? Number.POSITIVE_INFINITY) * (1 + slack) + slack &&
    terms.items.every(
      (item) =>
        item.kind === 'create' ||
        present.has(item.at) ||
        replacements(item, terms.items, present).some(Boolean),
    )
  );
}

/**
 * The program over all that is known. With `floors`, regions of which only a floor is known count as that floor, so that its value is one for every
 * choice; without, only plans that can really be had count.
 */
export function programOf(terms: Terms, known: readonly Knowledge[], floors: boolean): Program {
  const { items } = terms;
  const columns: { cost: number; whole: boolean }[] = items.map((item) => ({
    cost: valueOf(item, terms),
    whole: true,
  }));
  // Columns are "it is there" for both kinds; a dropped index gives back what it costs.
  const offset = -items.reduce((sum, item) => sum + (item.kind === 'drop' ? valueOf(item, terms) : 0), 0);
  const rows: Row[] = [];
  const leaves: { column: number; known: Knowledge; leaf: Leaf }[] = [];
  for (const one of known) unitRows(one, terms, { columns, rows, leaves }, floors);
  budgetRows(terms, rows);
  for (const item of items)
    if (item.drop?.by && !item.drop.by.some((one) => stays(one, items))) {
      const others = placesOf(item, items);
      // There itself, or at least one of those that do its work.
      rows.push({
        least: 1,
        most: Number.POSITIVE_INFINITY,
        terms: [[item.at, 1], ...others.map((at): readonly [number, number] => [at, 1])],
      });
    }
  return { columns, rows, offset, leaves };
}

interface Option {
  readonly column: number;
  readonly on: readonly number[];
  readonly off: readonly number[];
}

interface Draft {
  readonly columns: { cost: number; whole: boolean }[];
  readonly rows: Row[];
  readonly leaves: { column: number; known: Knowledge; leaf: Leaf }[];
}

function unitRows(known: Knowledge, terms: Terms, { columns, rows, leaves }: Draft, floors: boolean): void {
  const { weight, before } = known.unit;
  const limit = before.cost * terms.slower;
  const room =
    (terms.bytes ?? Number.POSITIVE_INFINITY) * (1 + 1e-9) +
    terms.items.reduce((sum, { kind, bytes }) => (kind === 'drop' ? sum + bytes : sum), 0);
  const options: Option[] = [];
  const add = (cost: number, on: readonly number[], off: readonly number[]): number => {
    columns.push({ cost: weight * cost, whole: false });
    options.push({ column: columns.length - 1, on, off });
    return columns.length - 1;
  };
  const configs = known.configs().filter(({ cost }) => cost <= limit);
  // What can always be had makes every dearer region pointless.
  const always = Math.min(
    ...configs.filter(({ uses, except }) => uses.length === 0 && except.length === 0).map(({ cost }) => cost),
    Number.POSITIVE_INFINITY,
  );
  // What is larger than the budget can never be there as a whole.
  const fits = (on: readonly number[]): boolean =>
    on.reduce((sum, at) => sum + (terms.items[at]!.kind === 'create' ? terms.items[at]!.bytes : 0), 0) <=
    room;
  for (const { uses, cost, except } of configs) {
    if (cost > always || !fits(uses)) continue;
    const column = add(cost, uses, []);
    for (const present of except)
      rows.push({
        least: Number.NEGATIVE_INFINITY,
        most: [...present].filter((at) => !uses.includes(at)).length,
        terms: [
          [column, 1],
          ...known.items
            .filter(({ at }) => !uses.includes(at))
            .map(({ at }): readonly [number, number] => [at, present.has(at) ? 1 : -1]),
        ],
      });
  }
  if (floors)
    for (const leaf of known.leaves()) {
      const { floor, on, off, any } = leaf;
      if (floor > limit || floor >= always || !fits(on)) continue;
      const column = add(floor, on, off);
      leaves.push({ column, known, leaf });
      for (const list of any)
        rows.push({
          least: Number.NEGATIVE_INFINITY,
          most: 0,
          terms: [[column, 1], ...list.map((at): readonly [number, number] => [at, -1])],
        });
    }
  rows.push({ least: 1, most: 1, terms: options.map(({ column }) => [column, 1]) });
  const on = new Map<number, number[]>();
  const off = new Map<number, number[]>();
  const note = (map: Map<number, number[]>, at: number, column: number): void => {
    const list = map.get(at);
    if (list) list.push(column);
    else map.set(at, [column]);
  };
  for (const option of options) {
    for (const at of option.on) note(on, at, option.column);
    for (const at of option.off) note(off, at, option.column);
  }
  for (const [at, list] of on)
    rows.push({
      least: Number.NEGATIVE_INFINITY,
      most: 0,
      terms: [...list.map((column): readonly [number, number] => [column, 1]), [at, -1]],
    });
  for (const [at, list] of off)
    rows.push({
      least: Number.NEGATIVE_INFINITY,
      most: 1,
      terms: [...list.map((column): readonly [number, number] => [column, 1]), [at, 1]],
    });
}

/** Budgets in units of the largest item, so that figures of the program are near each other. */
function budgetRows({ items, bytes, writes }: Terms, rows: Row[]): void {
  const row = (budget: number | undefined, of: (item: Item) => number): void => {
    if (budget === undefined) return;
    const drops = items.filter(({ kind }) => kind === 'drop').reduce((sum, item) => sum + of(item), 0);
    const scale = Math.max(1e-9, ...items.map(of));
    rows.push({
      least: Number.NEGATIVE_INFINITY,
      most: (budget + drops) / scale,
      terms: items.map((item): readonly [number, number] => [item.at, of(item) / scale]),
    });
  };
  row(bytes, (item) => item.bytes);
  row(writes, (item) => item.write.msPerDay);
}

function valueOf(item: Item, { byteMs }: Terms): number {
  return item.write.msPerDay + item.bytes * byteMs;
}

function changeOf({ at, kind }: Item, present: Present): number {
  if (kind === 'create') return present.has(at) ? 1 : 0;
  return present.has(at) ? 0 : -1;
}

/** Which of the indexes that do the work of a dropped one are there; true alone where nothing was asked. */
function replacements(item: Item, items: readonly Item[], present: Present): readonly boolean[] {
  const by = item.drop?.by;
  if (!by) return [true];
  return by.map((one) => {
    const other = items.find((candidate) => isBy(one, candidate));
    return other ? present.has(other.at) : stays(one, items);
  });
}

/** An existing index that nothing is decided about. */
function stays(by: By, items: readonly Item[]): boolean {
  return by.kind === 'index' && !items.some((item) => isBy(by, item));
}

function placesOf(item: Item, items: readonly Item[]): readonly number[] {
  return items.filter((other) => item.drop!.by!.some((one) => isBy(one, other))).map(({ at }) => at);
}

type By = NonNullable<NonNullable<Item['drop']>['by']>[number];

function isBy(by: By, item: Item): boolean {
  return by.kind === 'candidate'
    ? item.kind === 'create' && item.id === by.id
    : item.kind === 'drop' && item.name.schema === by.index.schema && item.name.name === by.index.name;
}
