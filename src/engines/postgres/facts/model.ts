/** One kind of statement as it was measured on real servers, and how a statement is recognised as one of them. */
import type { Name } from '../../../catalog/model.ts';

/** What a relation is to a statement. */
export type Role =
  /** The one it names. */
  | 'table'
  /** Referenced by a foreign key, or holding partitions. */
  | 'parent'
  /** Referencing by a foreign key. */
  | 'child'
  /** Partitions and inheriting tables of the named one. */
  | 'heirs'
  /** The partition that comes or goes. */
  | 'partition'
  /** The partition for rows that fit no other. */
  | 'default'
  /** Columns of it have the domain. */
  | 'users'
  | 'index'
  | 'view'
  | 'sequence'
  /** Read only. */
  | 'sources';

export type Mode =
  | 'ACCESS SHARE'
  | 'ROW SHARE'
  | 'ROW EXCLUSIVE'
  | 'SHARE UPDATE EXCLUSIVE'
  | 'SHARE'
  | 'SHARE ROW EXCLUSIVE'
  | 'EXCLUSIVE'
  | 'ACCESS EXCLUSIVE';

/** A kind of statement with what it was seen to do. */
export interface FactRow {
  /** `alter-table/set-not-null`. */
  readonly id: string;
  /** The statement as the manual writes it. */
  readonly form: string;
  /** First and last major version that behaves so; of those that were tried, all when absent. */
  readonly since?: number;
  readonly until?: number;
  readonly locks: Readonly<Partial<Record<Role, Mode>>>;
  readonly rewrites?: readonly Role[];
  /** Relations read in full under these locks, and why. */
  readonly scans?: Readonly<Partial<Record<Role, string>>>;
  /** It reads or writes as many rows as its text asks for. */
  readonly reads?: true;
  /** The server runs it outside transactions only. */
  readonly outside?: true;
  readonly note?: string;
  readonly trials: readonly Trial[];
}

/** A statement that was run on the scene of `test/facts/scene.sql`. */
export interface Trial {
  /** Committed before, in a database of its own. */
  readonly given?: string;
  readonly sql: string;
  /** SQLSTATE with which it fails instead; the locks are not read then. */
  readonly fails?: string;
  /** Time zone of the session, UTC when absent. */
  readonly zone?: string;
  /** Who is in the way, so that a statement outside transactions stands still and can be looked at. */
  readonly held?: 'snapshot' | 'reader' | 'reader of the partition' | 'pin';
  /** First major version that takes it, where that is not the row's own. */
  readonly since?: number;
}

/** A statement, or a command of one, recognised as a row of the table. */
export interface Match {
  readonly id: string;
  readonly on: Readonly<Partial<Record<Role, readonly Name[]>>>;
}
