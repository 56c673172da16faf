/** How a snapshot is read: sections, and the rows that came of them. */

/** What the first section finds out, so that later ones can be written for this server and this role. */
export type Places = Readonly<Record<string, string | boolean | number | null>>;

/** What the text of a section depends on beside the server. */
export interface SectionOptions {
  /** 160014. */
  readonly version: number;
  /** Only the busiest so many statements. */
  readonly statements: number;
}

/**
 * One thing that is read: a single SELECT whose rows travel as JSON, over a connection as in the output of a script. `:"name"` in its text is an
 * identifier that the first section found, as psql writes it.
 */
export interface Section {
  readonly name: string;
  /** What is read and why, for the person who reads the script. */
  readonly why: string;
  /** Part of the work it belongs to, as progress tells it. */
  readonly stage: string;
  sql(options: SectionOptions): string;
  /** Name of the place that must be true for it to run. */
  readonly when?: string;
  /** The snapshot goes on without it. */
  readonly optional?: boolean;
}

/** Rows of all sections by name; what could not be read is told beside them. */
export interface Recording {
  readonly how: 'connection' | 'script';
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  /** Section → the server's message. */
  readonly failed: ReadonlyMap<string, string>;
}

export type Row = Readonly<Record<string, unknown>>;
