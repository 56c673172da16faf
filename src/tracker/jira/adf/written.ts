/** Atlassian Document Format as it is written. */

/** A whole document. */
export interface AdfDoc {
  readonly type: 'doc';
  readonly version: 1;
  readonly content: readonly AdfOut[];
}

export interface AdfOut {
  readonly type: string;
  readonly text?: string;
  readonly attrs?: Readonly<Record<string, string | number>>;
  readonly content?: readonly AdfOut[];
  readonly marks?: readonly AdfOutMark[];
}

export interface AdfOutMark {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, string>>;
}
