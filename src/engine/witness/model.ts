/** Looks at a database without knowing how it came about, and shares no code with what planned or read it. */
import type { Session } from '../session/model.ts';

export interface Witness {
  /** Everything the system catalogs hold about the database's own objects, names instead of numbers. */
  observe(session: Session, options?: ObserveOptions): Promise<Observation>;
  /** Every fact that differs, in a stable order; empty when the databases are alike. */
  compare(before: Observation, after: Observation): readonly WitnessDifference[];
  /** What the rows say: numbers of rows by table and one sum for each column, each by its path. */
  rows(session: Session): Promise<ReadonlyMap<string, string>>;
  /** Another product's reader on two databases of one server, given as superusers' URLs; undefined when none is installed that knows a server this new. */
  third(beforeUrl: string, afterUrl: string, serverVersion: number): Promise<Third | undefined>;
  /** An application that knows the columns of now and no others, for writes in the middle of a change; both sessions are superusers'. */
  oldWriter(session: Session): Promise<OldWriter>;
  /** Wrong versions of a statement, each with one thing altered, to see that a proof turns red. */
  mutations(sql: string): readonly StatementMutation[];
}

/** Writes every row again with the columns it knows and hands back the tables that refused; those that no longer have the columns are passed over. */
export type OldWriter = (session: Session) => Promise<readonly string[]>;

/** What a reader of another product says. */
export interface Third {
  /** `pg_dump 15`. */
  readonly name: string;
  /** Why it could not read one of them. */
  readonly failed?: string;
  /** Statements that only one side has, in the reader's words; both empty when it agrees that the databases are alike. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface StatementMutation {
  /** `default`, `not null`, `index` …; figures are kept by it. */
  readonly kind: string;
  /** What was done, in a few words. */
  readonly name: string;
  readonly sql: string;
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
