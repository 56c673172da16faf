/** Looks at a database without knowing how it came about, and shares no code with what planned or read it. */
import type { Session } from '../session/model.ts';

export interface Witness {
  /** Everything the system catalogs hold about the database's own objects, names instead of numbers. */
  observe(session: Session, options?: ObserveOptions): Promise<Observation>;
  /** Every fact that differs, in a stable order; empty when the databases are alike. */
  compare(before: Observation, after: Observation): readonly WitnessDifference[];
}

export interface ObserveOptions {
  /** A role that stands for "whoever runs the change" and is shown as `owner`. */
  readonly owner?: string;
  /** Roles and memberships of the server as well. */
  readonly roles?: boolean;
}

export interface Observation {
  readonly version: number;
  /** Facts by object and by name of the fact: `table public.users column email` → `type` → `text`. */
  readonly objects: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Catalogs and columns that the role may not read, or that the witness does not know; they are not compared. */
  readonly unread: readonly string[];
}

export interface WitnessDifference {
  /** The object as the server identifies it. */
  readonly path: string;
  /** Catalog and column: `pg_attribute.attstorage`; `exists` for an object of one side only. */
  readonly fact: string;
  readonly before?: string;
  readonly after?: string;
  /** Only the places of columns differ: everything that names its columns works the same. */
  readonly order?: true;
}
