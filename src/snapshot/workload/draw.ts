/** Values for parameters, drawn from a snapshot's statistics alone. */
import { writeArray } from '../../base/array-literal.ts';
import type { Engine, Moment, ParameterPlace, Snapshot, TypeFamily } from '../../engine/model.ts';
import { random } from '../../workload/random.ts';
import { knownColumn, type KnownColumn } from './statistics.ts';

/** One column of values per parameter, and what they rest on; a parameter without values has none and a reason. */
export interface Drawn {
  readonly columns: readonly (readonly string[])[];
  readonly told: readonly string[];
  /** Why no plausible values could be drawn. */
  readonly lacking: readonly string[];
}

export interface DrawOptions {
  readonly engine: Engine;
  readonly snapshot: Snapshot;
  readonly moment: Moment;
  readonly seed: number;
  /** Sets of values wanted. */
  readonly sets: number;
  /** The statement adds rows: unique columns get values that no row has. */
  readonly inserts: boolean;
}

/** Rows that a page of a list shows, rows it skips, and times that a report looks back: what applications ask for where nothing tells. */
const limits = ['10', '20', '50', '100', '1'];
const offsets = ['0', '20', '100', '0', '1000'];
const intervals = ['1 day', '7 days', '30 days', '1 hour', '90 days'];
/** Members of a list whose length is not known. */
const listLength = 3;
/** Sets from which on one of them is rare and one has no row. */
const leastForExtremes = 5;
/** Shares of the rows beyond an open end of a range, and within a closed one. */
const beyond = [0.01, 0.1, 0.5, 0.001, 0.05];
const within = [0.01, 0.05, 0.001, 0.2, 0.1];

/** Draws values for every parameter of a statement; equal seeds draw equal values. */
export function drawFromStatistics(
  options: DrawOptions,
  places: readonly ParameterPlace[],
  types: readonly string[],
): Drawn {
  const told = new Set<string>();
  const lacking: string[] = [];
  const next = random(options.seed);
  const columns = places.map((place, index) => {
    const values = valuesFor(options, { place, places, index, type: types[index] ?? 'text' }, next, told);
    if (values === undefined) lacking.push(`$${index + 1}${whereOf(place)}`);
    return values ?? [];
  });
  return { columns, told: [...told], lacking };
}

interface Asked {
  readonly place: ParameterPlace;
  readonly places: readonly ParameterPlace[];
  readonly index: number;
  readonly type: string;
}

function valuesFor(
  options: DrawOptions,
  asked: Asked,
  next: () => number,
  told: Set<string>,
): readonly string[] | undefined {
  const { engine, sets } = options;
  const { place, type } = asked;
  const cycle = (list: readonly string[]): readonly string[] =>
    Array.from({ length: sets }, (_, set) => list[set % list.length]!);
  if (place.kind === 'limit' || place.kind === 'offset') {
    told.add('LIMIT and OFFSET are assumed');
    return cycle(place.kind === 'limit' ? limits : offsets);
  }
  const element = /^(.*)\[\]$/.exec(type)?.[1];
  const family = engine.types.family(element ?? type);
  if (family === 'interval') {
    told.add('intervals are assumed');
    return cycle(intervals);
  }
  const column =
    place.kind === 'column'
      ? knownColumn(engine, options.snapshot, place.tables ?? [], place.column ?? '')
      : undefined;
  if (!column) return free(engine, type, family, sets, told);
  if (column.instead !== undefined)
    told.add(`${column.table.name}.${column.column.name} takes ${column.instead}`);
  if (place.operator === 'contains') return contained(engine, column, sets);
  if (column.common.length + column.bounds.length === 0) return undefined;
  if (family !== column.family && family !== 'text') return free(engine, type, family, sets, told);
  if (place.operator === 'range') return ranged(options, asked, column);
  if (place.operator === 'set' && options.inserts && column.unique)
    return absent(options, column, sets, next);
  if (element !== undefined)
    return drawn(options, column, sets * listLength, next, false).reduce<string[]>((lists, _, at, all) => {
      if (at % listLength === 0) lists.push(writeArray(all.slice(at, at + listLength)));
      return lists;
    }, []);
  const values = drawn(options, column, sets, next, place.operator === 'equal' || place.operator === 'in');
  if (place.operator !== 'like') return values;
  told.add('patterns are assumed to be beginnings of values');
  return values.map((value) => `${value.slice(0, 3).replaceAll(/[%_\\]/g, '\\$&')}%`);
}

/** A parameter that meets no column: only some types have values that mean something anywhere. */
function free(
  { probe }: Engine,
  type: string,
  family: TypeFamily,
  sets: number,
  told: Set<string>,
): readonly string[] | undefined {
  if (!['integer', 'number', 'boolean', 'text', 'date', 'instant'].includes(family) || type.endsWith('[]'))
    return undefined;
  const values = Array.from({ length: sets }, (_, set) => probe.anyValue(type, set + 1) ?? []).flat();
  told.add('parameters beside no column take any value of their type');
  return values.length === sets ? values : undefined;
}

/** Stratified over common values and histogram, so that few sets already show both; then, where it matters, one rare value and one that no row has. */
function drawn(
  options: DrawOptions,
  column: KnownColumn,
  count: number,
  next: () => number,
  extremes: boolean,
): readonly string[] {
  const special = extremes && count >= leastForExtremes;
  const plain = special ? count - 2 : count;
  const values = Array.from({ length: plain }, (_, at) => valueAt(column, (at + next()) / plain));
  // Parameters of one statement must not all rise together.
  for (let at = values.length - 1; at > 0; at--) {
    const other = Math.floor(next() * (at + 1));
    [values[at], values[other]] = [values[other]!, values[at]!];
  }
  if (!special) return values;
  const rare = column.bounds[Math.floor(next() * column.bounds.length)] ?? column.common.at(-1)!.value;
  return [...values, rare, absent(options, column, 1, next)[0] ?? rare];
}

/** Value at a share of the rows: the common ones first, then along the histogram. */
function valueAt(column: KnownColumn, share: number): string {
  let passed = 0;
  for (const { value, share: own } of column.common) {
    passed += own;
    if (share < passed || (column.bounds.length === 0 && value === column.common.at(-1)!.value)) return value;
  }
  const rest = (share - passed) / Math.max(1e-9, 1 - passed);
  return (
    column.bounds[Math.min(column.bounds.length - 1, Math.floor(rest * column.bounds.length))] ??
    column.common[0]!.value
  );
}

/** Ends of ranges: an open one leaves a small to large share of the rows, two that belong together a narrow to wide window. */
function ranged(
  { sets }: DrawOptions,
  { place, places, index }: Asked,
  column: KnownColumn,
): readonly string[] {
  const sorted =
    column.bounds.length > 1
      ? column.bounds
      : sortedBy(
          column.family,
          column.common.map(({ value }) => value),
        );
  const other = places.findIndex(
    (one, at) =>
      at !== index &&
      one.operator === 'range' &&
      one.column === place.column &&
      one.tables?.[0] === place.tables?.[0] &&
      one.end !== place.end,
  );
  return Array.from({ length: sets }, (_, set) => {
    if (other < 0) {
      const share = beyond[set % beyond.length]!;
      return between(column.family, sorted, place.end === 'upper' ? share : 1 - share);
    }
    const width = within[set % within.length]!;
    // The partner draws the same window: its place depends on the set only.
    const from = (1 - width) * (((set * 7 + 3) % sets) / sets);
    return between(column.family, sorted, place.end === 'upper' ? from + width : from);
  });
}

/** Value at a quantile of sorted values; numbers and times are read off between two of them. */
function between(family: TypeFamily, sorted: readonly string[], quantile: number): string {
  const at = Math.max(0, Math.min(1, quantile)) * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  const high = sorted[Math.ceil(at)]!;
  const part = at - Math.floor(at);
  if (family === 'integer' || family === 'number') {
    const value = Number(low) + (Number(high) - Number(low)) * part;
    return Number.isSafeInteger(Math.round(value)) && Number.isFinite(value)
      ? family === 'integer'
        ? String(Math.round(value))
        : String(value)
      : low;
  }
  if (family !== 'instant' && family !== 'date') return low;
  const [from, to] = [timeOf(low), timeOf(high)];
  if (from === undefined || to === undefined) return low;
  const text = new Date(from + (to - from) * part).toISOString();
  return family === 'date' ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 23)}${zoneOf(low)}`;
}

/** Values that no row has, each another one; none for types that cannot tell. */
function absent(
  { moment }: DrawOptions,
  column: KnownColumn,
  count: number,
  next: () => number,
): readonly string[] {
  const all = [...column.bounds, ...column.common.map(({ value }) => value)];
  const text = (at: number): string | undefined => {
    switch (column.family) {
      case 'integer':
      case 'number': {
        const greatest = all.reduce((most, value) => Math.max(most, Number(value)), 0);
        return Number.isSafeInteger(Math.ceil(greatest))
          ? String(Math.ceil(greatest) + 1017 + at)
          : undefined;
      }
      case 'text':
        return `none-${Math.floor(next() * 1e9).toString(36)}${at}`;
      case 'uuid': {
        const hex = Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16)).join('');
        return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
      }
      case 'date':
      case 'instant': {
        const day = new Date(Date.parse(moment.at) + (400 + at) * 86_400_000).toISOString();
        return column.family === 'date' ? day.slice(0, 10) : `${day.slice(0, 10)} ${day.slice(11, 19)}+00`;
      }
      default:
        return undefined;
    }
  };
  const made = Array.from({ length: count }, (_, at) => text(at) ?? []).flat();
  return made.length === count ? made : drawn({ moment } as DrawOptions, column, count, next, false);
}

function contained(engine: Engine, column: KnownColumn, sets: number): readonly string[] | undefined {
  const { members, family } = column;
  if (family !== 'array' || members.length === 0) return undefined;
  return Array.from({ length: sets }, (_, set) => writeArray([members[set % members.length]!]));
}

function sortedBy(family: TypeFamily, values: readonly string[]): readonly string[] {
  const numeric = family === 'integer' || family === 'number';
  return values.toSorted((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0));
}

/** Milliseconds of a date or a time as the server prints it in ISO style; undefined for infinity and years before Christ. */
function timeOf(text: string): number | undefined {
  const [, date, clock = '00:00:00', zone = ''] =
    /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d(?:\.\d+)?))?([+-]\d\d(?::?\d\d)?)?$/.exec(text) ?? [];
  if (date === undefined) return undefined;
  const [, hours = '', minutes = '00'] = /^([+-]\d\d):?(\d\d)?$/.exec(zone) ?? [];
  const time = Date.parse(`${date}T${clock.slice(0, 12)}${hours === '' ? 'Z' : `${hours}:${minutes}`}`);
  return Number.isNaN(time) ? undefined : time;
}

function zoneOf(text: string): string {
  return /[+-]\d\d(?::?\d\d)?$/.test(text.slice(11)) ? '+00' : '';
}

function whereOf({ kind, tables, column }: ParameterPlace): string {
  return kind === 'column' ? ` on ${tables?.[0] ?? ''}.${column ?? ''}` : ' beside no column';
}
