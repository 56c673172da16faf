/** PostgreSQL's table-level locks: names, strength, and which of them are worth showing. */
import type { HeldLock } from '../../engine/model.ts';

/** Lock modes from weakest to strongest, as `pg_locks` writes them → as the manual writes them. */
export const lockNames: Readonly<Record<string, string>> = {
  AccessShareLock: 'ACCESS SHARE',
  RowShareLock: 'ROW SHARE',
  RowExclusiveLock: 'ROW EXCLUSIVE',
  ShareUpdateExclusiveLock: 'SHARE UPDATE EXCLUSIVE',
  ShareLock: 'SHARE',
  ShareRowExclusiveLock: 'SHARE ROW EXCLUSIVE',
  ExclusiveLock: 'EXCLUSIVE',
  AccessExclusiveLock: 'ACCESS EXCLUSIVE',
};

const order = Object.keys(lockNames);

/** From 0 for ACCESS SHARE to 7 for ACCESS EXCLUSIVE. */
export function strength(mode: string): number {
  return order.indexOf(mode);
}

/** One granted lock on a user relation. */
export interface LockRow {
  readonly oid: string;
  readonly mode: string;
  /** `schema.relation`. */
  readonly relation: string;
  /** `pg_class.relkind`. */
  readonly kind: string;
  /** Table of an index. */
  readonly of: string | null;
}

/** The strongest lock of each relation. */
export function strongest(rows: readonly LockRow[]): LockRow[] {
  const best = new Map<string, LockRow>();
  for (const row of rows) {
    const known = best.get(row.oid);
    if (!known || strength(row.mode) > strength(known.mode)) best.set(row.oid, row);
  }
  return [...best.values()];
}

const interesting = strength('ShareUpdateExclusiveLock');

/** What a reader needs of the locks: tables always; indexes and sequences only when their lock is not implied by their table's and keeps others out. */
export function shown(rows: readonly LockRow[]): HeldLock[] {
  const byOid = new Map(rows.map((row) => [row.oid, row]));
  return rows
    .filter((row) => {
      if (!['i', 'I', 'S'].includes(row.kind)) return true;
      const table = row.of === null ? undefined : byOid.get(row.of);
      return strength(row.mode) >= interesting && !(table && strength(table.mode) >= strength(row.mode));
    })
    .toSorted((a, b) => strength(b.mode) - strength(a.mode) || a.relation.localeCompare(b.relation))
    .map((row) => ({ relation: row.relation, mode: lockNames[row.mode] ?? row.mode }));
}
