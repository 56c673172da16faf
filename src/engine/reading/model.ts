/** Rows of a database that is not ours, read for somebody who is not trusted: what a statement would call is resolved by the server and judged before anything runs. */
import type { Session } from '../session/model.ts';

export interface Reading {
  /** Who the session is and what speaks against running a foreign statement as it: superuser, owner, powers, rights to write. */
  reader(session: Session): Promise<Reader>;
  /** Statements for an administrator that make a role which can read these columns and do nothing else. */
  readerScript(options: ReaderScript): string;
  /**
   * Resolves one statement on the server and judges everything it would call, views, casts and row-security policies included; nothing runs.
   * A statement that does not parse, or that the server refuses, is a refusal too.
   */
  judge(session: Session, sql: string, options?: JudgeOptions): Promise<Judged>;
  /** Judges and, where nothing is refused, reads within the caps, in a read-only transaction that is rolled back; on a connection of its own. */
  read(url: string, request: ReadRequest): Promise<ReadAnswer>;
}

export interface Reader {
  readonly role: string;
  /** One sentence each; a foreign statement runs only when there is none. */
  readonly refusals: readonly string[];
  /** What weakens the role and is borne: `TEMP` of PUBLIC, a missing default. */
  readonly notes: readonly string[];
}

export interface ReaderScript {
  readonly role: string;
  readonly database: string;
  /** Tables and views with the columns that may be read; private ones are left out by the caller. */
  readonly tables: readonly {
    readonly schema: string;
    readonly name: string;
    readonly columns: readonly string[];
  }[];
  readonly timeMs: number;
}

export interface JudgeOptions {
  /** Columns whose values are never shown as they are: `schema.table.column`. They may be selected as they stand, and then come out masked; any other use is refused, since it would tell the value. */
  readonly masked?: readonly string[];
  readonly values?: readonly unknown[];
}

export type Judged =
  | {
      readonly allowed: true;
      readonly columns: readonly JudgedColumn[];
      readonly relations: readonly string[];
    }
  | { readonly allowed: false; readonly refusals: readonly Refusal[] };

export interface JudgedColumn {
  readonly name: string;
  /** Its values come out masked. */
  readonly masked: boolean;
}

/** Something in a statement that may not run. */
export interface Refusal {
  /** `function pg_catalog.pg_read_file(text)`, `operator public.<->(text, text) (in the view v)`. */
  readonly what: string;
  /** One sentence. */
  readonly because: string;
}

export interface ReadRequest extends JudgeOptions {
  readonly sql: string;
  /** Rows, bytes and milliseconds that are never passed. */
  readonly caps: ReadCaps;
  readonly signal?: AbortSignal;
}

export interface ReadCaps {
  readonly rows: number;
  /** Of the answer as JSON. */
  readonly bytes: number;
  readonly timeMs: number;
}

export type ReadAnswer =
  | {
      readonly allowed: true;
      readonly columns: readonly JudgedColumn[];
      /** Values as JSON; untrusted. */
      readonly rows: readonly (readonly unknown[])[];
      /** Why there are no more rows: a cap, or nothing. */
      readonly cut?: 'rows' | 'bytes';
      readonly reader: Reader;
      readonly ms: number;
    }
  | { readonly allowed: false; readonly refusals: readonly Refusal[]; readonly reader?: Reader };
