/** What a node really did, from the fields of its line and of its workers. */
import type { ActualNode, PlanBuffers } from '../../../engine/plans/model.ts';
import { isRecord, numberOf, recordsOf, textOf, type RawNode } from './document.ts';

/** Actual rows and all that belongs to them; undefined when it was not run. Times are told by the whole tree. */
export function actualOf(raw: RawNode, buffers: boolean): ActualNode | undefined {
  const loops = numberOf(raw['Actual Loops']);
  const rows = numberOf(raw['Actual Rows']);
  if (loops === undefined && rows === undefined) return undefined;
  const times = loops ?? 1;
  const all = (field: string): number | undefined => {
    const perLoop = numberOf(raw[field]);
    return perLoop === undefined ? undefined : Math.round(perLoop * times);
  };
  const workers = recordsOf(raw['Workers']);
  const sum = (field: string): number | undefined => summed([raw, ...workers], field);
  return {
    rows: rows ?? 0,
    loops: times,
    totalRows: Math.round((rows ?? 0) * times),
    ...given('removedByFilter', all('Rows Removed by Filter')),
    ...given('removedByJoinFilter', all('Rows Removed by Join Filter')),
    ...given('removedByRecheck', all('Rows Removed by Index Recheck')),
    ...given('heapFetches', numberOf(raw['Heap Fetches'])),
    ...given('exactBlocks', sum('Exact Heap Blocks')),
    ...given('lossyBlocks', sum('Lossy Heap Blocks')),
    ...given('indexSearches', numberOf(raw['Index Searches'])),
    ...given('sort', sortOf(raw, workers)),
    ...given('hash', hashOf(raw)),
    ...given('aggregate', aggregateOf([raw, ...workers])),
    ...given('storage', storageOf(raw)),
    ...given('memoize', memoizeOf([raw, ...workers])),
    ...given('workersPlanned', numberOf(raw['Workers Planned'])),
    ...given('workersLaunched', numberOf(raw['Workers Launched'])),
    ...given('workerRows', workerRowsOf(workers)),
    ...given('buffers', buffers ? buffersOf(raw) : undefined),
    ...given('wal', walOf(raw)),
  };
}

/** A field that is left out when there is nothing to tell. */
export function given<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

/** Sorts of the workers stand beside the leader's own, which may be missing: the largest one is told, on disk before in memory. */
function sortOf(raw: RawNode, workers: readonly RawNode[]): ActualNode['sort'] {
  const sorts = [raw, ...workers].flatMap((one) => plainSort(one) ?? groupSort(one) ?? []);
  return sorts.toSorted(
    (a, b) => Number(b.kind === 'Disk') - Number(a.kind === 'Disk') || b.kilobytes - a.kilobytes,
  )[0];
}

function plainSort(raw: RawNode): ActualNode['sort'] {
  const method = textOf(raw['Sort Method']);
  if (method === undefined) return undefined;
  return {
    method,
    kind: raw['Sort Space Type'] === 'Disk' ? 'Disk' : 'Memory',
    kilobytes: numberOf(raw['Sort Space Used']) ?? 0,
  };
}

function groupSort(raw: RawNode): ActualNode['sort'] {
  const groups = [raw['Full-sort Groups'], raw['Pre-sorted Groups']].filter(isRecord);
  const sorts = groups.flatMap((group) =>
    (['Disk', 'Memory'] as const).flatMap((kind) => {
      const space = group[`Sort Space ${kind}`];
      if (!isRecord(space)) return [];
      const methods = group['Sort Methods Used'];
      const method = Array.isArray(methods) ? methods.join(', ') : (textOf(methods) ?? '');
      return [{ method, kind, kilobytes: numberOf(space['Peak Sort Space Used']) ?? 0 }];
    }),
  );
  return sorts.toSorted(
    (a, b) => Number(b.kind === 'Disk') - Number(a.kind === 'Disk') || b.kilobytes - a.kilobytes,
  )[0];
}

function hashOf(raw: RawNode): ActualNode['hash'] {
  const batches = numberOf(raw['Hash Batches']);
  if (batches === undefined) return undefined;
  return {
    batches,
    plannedBatches: numberOf(raw['Original Hash Batches']) ?? batches,
    kilobytes: numberOf(raw['Peak Memory Usage']) ?? 0,
  };
}

function aggregateOf(all: readonly RawNode[]): ActualNode['aggregate'] {
  const batches = most(all, 'HashAgg Batches');
  if (batches === undefined) return undefined;
  return {
    batches,
    diskKilobytes: summed(all, 'Disk Usage') ?? 0,
    memoryKilobytes: most(all, 'Peak Memory Usage') ?? 0,
  };
}

function storageOf(raw: RawNode): ActualNode['storage'] {
  const kind = textOf(raw['Storage']);
  if (kind === undefined) return undefined;
  return { kind: kind === 'Disk' ? 'Disk' : 'Memory', kilobytes: numberOf(raw['Maximum Storage']) ?? 0 };
}

function memoizeOf(all: readonly RawNode[]): ActualNode['memoize'] {
  if (all.every((one) => numberOf(one['Cache Misses']) === undefined)) return undefined;
  return {
    hits: summed(all, 'Cache Hits') ?? 0,
    misses: summed(all, 'Cache Misses') ?? 0,
    evictions: summed(all, 'Cache Evictions') ?? 0,
    overflows: summed(all, 'Cache Overflows') ?? 0,
  };
}

function workerRowsOf(workers: readonly RawNode[]): readonly number[] | undefined {
  const rows = workers.flatMap((one) => {
    const perLoop = numberOf(one['Actual Rows']);
    return perLoop === undefined ? [] : [Math.round(perLoop * (numberOf(one['Actual Loops']) ?? 1))];
  });
  return rows.length === 0 ? undefined : rows;
}

/** Pages of shared and of temporary tables are added; files of sorts and hashes stand apart. */
export function buffersOf(raw: RawNode): PlanBuffers {
  const pages = (what: string): number =>
    (numberOf(raw[`Shared ${what} Blocks`]) ?? 0) + (numberOf(raw[`Local ${what} Blocks`]) ?? 0);
  const reads = ['I/O Read Time', 'Shared I/O Read Time', 'Local I/O Read Time'];
  const readMs = summedFields(raw, reads);
  return {
    hit: pages('Hit'),
    read: pages('Read'),
    dirtied: pages('Dirtied'),
    written: pages('Written'),
    tempRead: numberOf(raw['Temp Read Blocks']) ?? 0,
    tempWritten: numberOf(raw['Temp Written Blocks']) ?? 0,
    ...(readMs > 0 ? { readMs } : {}),
  };
}

function summedFields(raw: RawNode, fields: readonly string[]): number {
  return fields.reduce((sum, field) => sum + (numberOf(raw[field]) ?? 0), 0);
}

function walOf(raw: RawNode): ActualNode['wal'] {
  const records = numberOf(raw['WAL Records']) ?? 0;
  if (records === 0 && (numberOf(raw['WAL Bytes']) ?? 0) === 0) return undefined;
  return {
    records,
    fullPageImages: numberOf(raw['WAL FPI']) ?? 0,
    bytes: numberOf(raw['WAL Bytes']) ?? 0,
  };
}

function summed(all: readonly RawNode[], field: string): number | undefined {
  return all.reduce<number | undefined>((sum, one) => added(sum, numberOf(one[field])), undefined);
}

function most(all: readonly RawNode[], field: string): number | undefined {
  const values = all.flatMap((one) => numberOf(one[field]) ?? []);
  return values.length === 0 ? undefined : Math.max(...values);
}

function added(sum: number | undefined, more: number | undefined): number | undefined {
  return more === undefined ? sum : (sum ?? 0) + more;
}
