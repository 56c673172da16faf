/** What a deliverable is made from and what it adds to the report and the folder. */
import type { Wish } from '../../change/model.ts';
import type { Block, Claim, ClaimVerdict, Evidence, Finding, Next } from '../../report/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { OutputFile } from '../files.ts';
import type { DeliverOptions, Outcome } from '../model.ts';
import type { Twin } from '../twin/twin.ts';

/** Everything that stands when the change was designed, measured and rehearsed. */
export interface Stage
  extends
    Outcome,
    Pick<
      DeliverOptions,
      'config' | 'cwd' | 'rows' | 'scale' | 'seed' | 'quick' | 'limitMs' | 'alternatives' | 'emit' | 'signal'
    > {
  readonly sandbox: Sandbox;
  /** Bare structure of today; databases made `from` it start there. */
  readonly current: SandboxDatabase;
  readonly twin: Twin;
  /** Indexes that were kept, as they were planned. */
  readonly indexes: readonly Wish[];
}

/** One thing that a database task delivers beside the change itself. */
export interface Deliverable {
  /** Word for `--without`: `seeds`. */
  readonly name: string;
  /** What the progress says: `write seeds and load them`. */
  readonly doing: string;
  /** Line of the checklist that is open when it cannot be made. */
  readonly line?: ChecklistLine;
  /** Whether the task gives it something to do. */
  wanted(stage: Stage): boolean;
  /** Whether making it only says why it is not made, so that no progress is shown. */
  idle?(stage: Stage): boolean;
  /** Makes it; databases it creates are dropped by it. Earlier deliverables' contributions are given in the order of the list. */
  make(stage: Stage, earlier: readonly Contribution[]): Promise<Contribution>;
}

export interface Contribution {
  readonly files?: readonly OutputFile[];
  readonly blocks?: readonly Block[];
  readonly claims?: readonly Claim[];
  readonly findings?: readonly Finding[];
  /** Read-only queries that must return no row on the real data. */
  readonly probes?: readonly string[];
  /** What limits the evidence. */
  readonly limits?: readonly string[];
  readonly next?: readonly Next[];
  /** What masked seeds show, by the id of the privacy claim that asks for a mask. */
  readonly masks?: Readonly<Record<string, ChecklistEntry>>;
  readonly checklist?: Readonly<Partial<Record<ChecklistLine, ChecklistEntry>>>;
}

/** Lines of the checklist that every database task has. */
export type ChecklistLine =
  | 'schema'
  | 'migrations'
  | 'indexes'
  | 'validation'
  | 'seeds'
  | 'benchmark'
  | 'backup'
  | 'your-backup'
  | 'security';

export interface ChecklistEntry {
  readonly verdict: ClaimVerdict;
  readonly because: string;
  readonly evidence?: readonly Evidence[];
}
