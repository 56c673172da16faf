/** Atlassian Document Format as it is read: a tree of nodes of which nothing is taken for granted. */

export interface AdfNode {
  readonly type: string;
  readonly text?: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly content: readonly AdfNode[];
  readonly marks: readonly AdfMark[];
}

export interface AdfMark {
  readonly type: string;
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** What a conversion yields. */
export interface Converted {
  readonly markdown: string;
  /** What could not be carried over, each in one sentence; every one of them left a visible mark in the text. */
  readonly warnings: readonly string[];
}

/** Collects warnings while a document is converted. */
export interface Notes {
  /** Something of this kind was met; told once with its count. */
  add(kind: NoteKind, what: string): void;
}

export type NoteKind = 'unknown' | 'macro' | 'media' | 'mark' | 'deep' | 'fence' | 'direction';
