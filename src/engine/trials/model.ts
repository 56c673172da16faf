/** Trials on rows: what the text of a query promises about its result, and what a write leaves behind. */
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Session } from '../session/model.ts';

/** How an engine helps to compare a database with and without a change. */
export interface Trials {
  /** What the text leaves open about its rows; throws `SqlError` when it does not parse. */
  promised(sql: string, catalog: Catalog): Promised;
  /** Has every page written, so that the next change of each one costs its full image again; the session is a superuser's. */
  checkpoint(session: Session): Promise<void>;
  /** Runs a writing statement in the session's transaction, which the caller takes back, and reads what it wrote. */
  written(session: Session, sql: string, values: readonly unknown[]): Promise<Written>;
  /** Updates of a table and its partitions that the session has made so far, those of its open transaction included; differences of two readings count. */
  updates(session: Session, table: Name): Promise<{ readonly all: number; readonly hot: number }>;
  /** A statement that gives rows, found by their key, new values of columns; its parameters are one list of texts for each of these columns, keys first. */
  updating(table: Name, key: readonly TypedColumn[], set: readonly TypedColumn[]): string;
  /** Rewrites a table so that pages are filled to so many percent; without a number they get the room that a table in use has. The session is the owner's, outside transactions. */
  makeRoom(session: Session, table: Name, fill?: number): Promise<void>;
  /** Dead rows and bytes of a table, and how often vacuum came by itself, as the server counts them. */
  upkeep(
    session: Session,
    table: Name,
  ): Promise<{ readonly dead: number; readonly bytes: number; readonly vacuums: number }>;
  /** Checkpoints since the server counts: those of the clock, and those that came early. */
  checkpoints(session: Session): Promise<{ readonly timed: number; readonly early: number }>;
  /** Gives settings to a whole server of our own and waits until they hold; what it returns takes them back. The session is a superuser's. */
  serve(session: Session, settings: Readonly<Record<string, string>>): Promise<() => Promise<void>>;
  /** A statement that makes statistics over several columns. */
  statistics(name: Name, table: Name, columns: readonly string[]): string;
}

export interface TypedColumn {
  readonly name: string;
  readonly type: string;
}

export interface Promised {
  /** Order of its rows: `total`: equal runs must give equal sequences; `partial`: rows with equal keys may change places. */
  readonly order: 'total' | 'partial' | 'none';
  /** Why equal data may give other rows: `LIMIT without a total order`, `array_agg() without an order`. */
  readonly open: readonly string[];
  /** Functions whose value changes from call to call. */
  readonly volatile: readonly string[];
}

/** What a writing statement did. */
export interface Written {
  readonly ms: number;
  readonly walBytes: number;
  readonly fullPageImages: number;
}
