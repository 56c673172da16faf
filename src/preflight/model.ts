/** What a running database said about a change before it was made. */
import type { Answer, LiveIdentity, Precondition } from '../engine/model.ts';

/** `stop`: a step would fail. `wait`: not now. `open`: something was not proven. `go`: everything was asked, and nothing stands against it. */
export type Go = 'go' | 'open' | 'wait' | 'stop';

/** `preflight.json` beside a change. */
export interface Preflight {
  readonly schema: 'dbd.preflight/1';
  /** Hash of the change's files that were asked about. */
  readonly change: string;
  readonly dbd: string;
  /** ISO times of our own clock. */
  readonly began: string;
  readonly ended: string;
  /** Where rows were asked. */
  readonly server: LiveIdentity & { readonly standby: boolean };
  /** Where sessions and locks were looked at, when it was another one. */
  readonly primary?: LiveIdentity;
  readonly verdict: Go;
  readonly steps: readonly PreflightStep[];
  /** What holds for all steps. */
  readonly reasons: readonly Reason[];
  /** Worth telling, without bearing on the verdict. */
  readonly notes: readonly string[];
}

export interface PreflightStep {
  readonly id: string;
  /** File or phase it comes from. */
  readonly origin: string;
  readonly sql: string;
  readonly verdict: Go;
  readonly checks: readonly Check[];
  readonly reasons: readonly Reason[];
}

/** Something that speaks against a step now. */
export interface Reason {
  readonly verdict: Exclude<Go, 'go'>;
  /** A noun phrase: `long-transaction`. */
  readonly about: string;
  readonly text: string;
  readonly instead?: string;
}

/** One precondition and what came of it. */
export interface Check extends Omit<Precondition, 'answer'> {
  readonly outcome: 'holds' | 'fails' | 'open';
  /** One sentence. */
  readonly because: string;
  readonly basis: 'measured' | 'derived' | 'assumed';
  readonly instead?: string;
  /** The question, ready to run. */
  readonly sql?: string;
  readonly answer?: Answer;
}

/** A step as preflight sees it, of a change folder or of a file that somebody wrote. */
export interface PlannedStep {
  readonly id: string;
  readonly origin: string;
  readonly sql: string;
  /** The same work as a plain statement, of a backfill that runs in batches. */
  readonly work?: string;
  /** The change's own question: a query that must return no row. */
  readonly probe?: string;
  /** Limit of its lock wait, milliseconds; 0 for none. */
  readonly lockTimeoutMs: number;
}
