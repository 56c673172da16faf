/** What every command returns; terminal, JSON, Markdown and HTML only render it. */

export type Verdict = 'proven' | 'conditions' | 'failed';
export type ClaimVerdict = 'proven' | 'not-proven' | 'missed' | 'waived';
export type Basis = 'measured' | 'derived' | 'assumed';
export type Severity = 'error' | 'warning' | 'info';

export interface Report {
  /** Version of this shape. */
  readonly schema: 'dbd.report/1';
  readonly command: string;
  readonly verdict: Verdict;
  /** The outcome in one sentence. */
  readonly headline: string;
  /** Title of the subject: the task's, the wrapped command's. */
  readonly title: string;
  readonly claims: readonly Claim[];
  readonly findings: readonly Finding[];
  readonly blocks: readonly Block[];
  /** Exact follow-up calls. */
  readonly next: readonly Next[];
  readonly meta: Meta;
  /** The command's own typed output, flattened into the `--json` envelope. */
  readonly output: Readonly<Record<string, unknown>>;
}

export interface Meta {
  /** Version of dbd. */
  readonly dbd: string;
  /** Server it ran on: `PostgreSQL 18.4, bundled`; absent when none was used. */
  readonly server?: string;
  /** ISO time at which the command began. */
  readonly at: string;
  readonly ms: number;
  /** Machine the figures come from: `2 × Intel …, 24 GB`. */
  readonly machine?: string;
  /** What limits the evidence: small twin, missing extension, other version. */
  readonly limits: readonly string[];
}

/** One statement of the task with its verdict and what it rests on. */
export interface Claim {
  /** `E1`, `R2`, or a word for claims that every change has: `roundtrip`. */
  readonly id: string;
  readonly kind: ClaimKind;
  readonly says: string;
  readonly verdict: ClaimVerdict;
  /** Why the verdict is what it is, in one sentence. */
  readonly because: string;
  readonly evidence: readonly Evidence[];
}

export type ClaimKind =
  | 'entity'
  | 'relation'
  | 'rule'
  | 'access'
  | 'volume'
  | 'lifecycle'
  | 'privacy'
  | 'limit'
  | 'compatibility'
  | 'acceptance'
  | 'routine'
  | 'tenancy'
  | 'change'
  | 'checklist';

/** One executed result that bears on a claim. */
export interface Evidence {
  readonly basis: Basis;
  readonly text: string;
  /** The SQL or command that shows it, ready to copy. */
  readonly shown?: string;
}

export interface Finding {
  /** Rule id, a noun phrase: `index-built-with-lock`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly place: string;
  readonly message: string;
  readonly why?: string;
  readonly instead?: string;
  /** Ready-to-run SQL with the user's own names. */
  readonly fix?: string;
  /** Where it stands in a file; a fix takes the place of all of it. */
  readonly span?: Span;
  /** Why it does not count: somebody explained it. Such findings stand in the output of linters only. */
  readonly explained?: string;
}

/** A piece of a file; lines and columns from 1, the end is behind the last character. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Next {
  readonly command: string;
  readonly why: string;
}

/** Each variant is drawn by every renderer. `id` is the stable anchor of the section. */
export type Block = { readonly id: string; readonly title: string } & (
  | { readonly kind: 'text'; readonly text: string }
  /** Text to copy as it stands: output of a command, a draft. */
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | {
      readonly kind: 'table';
      readonly columns: readonly ColumnHead[];
      readonly rows: readonly (readonly Cell[])[];
      readonly note?: string;
    }
  | {
      readonly kind: 'sql';
      readonly files: readonly { readonly path: string; readonly sql: string; readonly note?: string }[];
    }
  | { readonly kind: 'steps'; readonly steps: readonly StepRow[] }
  | {
      readonly kind: 'bars';
      readonly unit: 'ms' | 'bytes' | 'rows';
      readonly bars: readonly Bar[];
      readonly note?: string;
    }
  | { readonly kind: 'diagram'; readonly svg: string; readonly mermaid: string }
  | { readonly kind: 'files'; readonly files: readonly { readonly path: string; readonly what: string }[] }
);

export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly basis: Basis;
  readonly tone?: 'good' | 'bad' | 'plain';
}

export interface ColumnHead {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Cells are code. */
  readonly code?: boolean;
}

export type Cell = string | number | { readonly text: string; readonly tone: 'good' | 'bad' | 'plain' };

/** A step of a change as the lock table shows it. */
export interface StepRow {
  readonly sql: string;
  readonly phase?: string;
  readonly locks: readonly { readonly relation: string; readonly mode: string }[];
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
  readonly ms: number;
  readonly walBytes?: number;
  /** Longest time a query of the existing workload was held up, milliseconds. */
  readonly stallMs?: number;
  readonly note?: string;
}

export interface Bar {
  readonly label: string;
  readonly before?: number;
  readonly after: number;
  readonly target?: number;
}
