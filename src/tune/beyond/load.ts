/** How busy a server is, and with what, by its own counters. */
import type { Snapshot } from '../../engine/model.ts';
import type { WorkQuery } from '../advice/model.ts';
import type { BeyondOptions } from './model.ts';

const dayMs = 86_400_000;

/** Sessions of the server that work on average, 1 for one that always does: an upper bound of its busy processors, since waiting for disks and locks counts. */
export interface Busy {
  readonly sessions: number;
  /** Share of it that only reads. */
  readonly reads: number;
  /** False where no times were counted. */
  readonly known: boolean;
}

/** Reads it off the workload; `after` replaces production's times where advice changes them. */
export function busyOf({ work: { queries }, after }: Pick<BeyondOptions, 'work' | 'after'>): Busy {
  const msOf = (query: WorkQuery): number =>
    query.callsPerDay * (after?.get(query.name) ?? query.meanMs ?? 0);
  const sum = (list: readonly WorkQuery[]): number => list.reduce((total, query) => total + msOf(query), 0);
  const all = sum(queries);
  return {
    sessions: all / dayMs,
    reads: all === 0 ? 0 : sum(queries.filter(({ kind }) => kind === 'read')) / all,
    known: queries.some(({ meanMs, callsBasis }) => meanMs !== undefined && callsBasis === 'measured'),
  };
}

/** Bytes of a table with what is stored beside it, its indexes left out. */
export function tableBytes(
  { source: { blockSize } }: Snapshot,
  relation: Snapshot['relations'][number],
): number {
  return (relation.bytes ?? relation.pages * blockSize) + (relation.toastBytes ?? 0);
}

/** Bytes of all tables and indexes. */
export function databaseBytes(snapshot: Snapshot): number {
  return snapshot.relations.reduce((sum, relation) => sum + tableBytes(snapshot, relation), 0);
}
