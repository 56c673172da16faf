/** Changes on their way into the files of other tools. */

/** A statement with the lines that tell where it comes from. */
export interface Sentence {
  /** Each without its comment mark and on one line. */
  readonly comments: readonly string[];
  /** Without its final semicolon. */
  readonly sql: string;
}

/** What runs in one transaction, or one after the other outside of any. */
export interface Piece {
  readonly atomic: boolean;
  readonly sentences: readonly Sentence[];
}

/** One migration of the other tool: one transaction of a change, or one step outside of any, with its way back. */
export interface Script {
  /** Fourteen digits of a time in UTC; larger than those of all scripts before it. */
  readonly version: string;
  /** The same in milliseconds. */
  readonly time: number;
  /** Letters, digits and underscores. */
  readonly slug: string;
  /** Id of the change, and which part of it: for people. */
  readonly shown: string;
  readonly change: string;
  /** It only goes on where the script before it has stopped. */
  readonly cut: boolean;
  readonly header: readonly string[];
  readonly up: readonly Piece[];
  readonly down: readonly Piece[];
}

/** Files of a tool, and what it cannot carry. */
export interface Written {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** What the format cannot carry, each named with its reason; nothing is written when there is any. */
  readonly refused: readonly string[];
  /** What the reader has to know about how the tool will run it. */
  readonly notes: readonly string[];
}

/** Writes scripts in the form of a tool. */
export interface Writer {
  readonly name: string;
  readonly title: string;
  /** Lines that the tool would take for its own marks. */
  readonly marks?: RegExp;
  /** It knows a way back. */
  readonly down: boolean;
  /** One script can hold this side of a change as it is; what it cannot is cut into several. */
  carries(side: readonly Piece[]): boolean;
  write(scripts: readonly Script[]): Written;
}
