/** Changes carried out on real databases: nouns. */
import type { Emit } from '../base/event.ts';
import type { Change, ChangeFile, PhaseName } from '../change/model.ts';
import type { BudgetsConfig, WindowConfig } from '../config/model.ts';
import type { Engine, Session, StoredEvent, StoredProgress, TargetFacts } from '../engine/model.ts';

/** A change as the folder keeps it. */
export interface StoredChange {
  /** Name of its folder, or of its file without `.sql`. */
  readonly id: string;
  /** Its own folder; undefined for plain files. */
  readonly folder?: string;
  readonly up: Change;
  /** Plain files have a file for the way back; folders know it step by step. */
  readonly down?: Change;
  readonly files: readonly ChangeFile[];
  /** Of the files upward, normalised. */
  readonly hash: string;
  /** Why it must not be run as it is. */
  readonly refusal?: string;
}

/** The database of a run, and how it may be changed. */
export interface Target {
  /** Name in the configuration; undefined for a bare address. */
  readonly name?: string;
  readonly url: string;
  readonly shown: string;
  readonly direct?: string;
  readonly owner?: string;
  readonly role?: string;
  readonly schema: string;
  readonly searchPath?: string;
  readonly schemas?: readonly string[];
  readonly windows: readonly WindowConfig[];
  readonly budgets: BudgetsConfig;
  readonly shared: boolean;
  readonly observeMs?: number;
  /** Database on which changes run first. */
  readonly after?: Target;
  /** Public keys whose evidence is trusted. */
  readonly trusted: readonly { readonly name: string; readonly pem: string }[];
}

/** A target that we are connected to. */
export interface Place {
  readonly target: Target;
  readonly session: Session;
  readonly facts: TargetFacts;
  /** Settings of the session that have one value wherever a change runs. */
  readonly pinned: Readonly<Record<string, string>>;
  /** Another session, for looking on. */
  again(application: string): Promise<Session>;
  close(): Promise<void>;
}

/** What every part of a run needs. */
export interface Run {
  readonly engine: Engine;
  readonly place: Place;
  /** Number of this run in the history. */
  readonly id: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export type StepState = 'open' | 'intended' | 'done' | 'failed' | 'undoing' | 'undone';

export interface StepStatus {
  /** `01-expand`. */
  readonly phase: string;
  readonly step: string;
  readonly state: StepState;
  readonly last?: StoredEvent;
}

export type ChangeState = 'pending' | 'partly' | 'done' | 'baseline' | 'reversing' | 'forgotten';

/** One change in the light of the history. */
export interface ChangeStatus {
  readonly id: string;
  readonly state: ChangeState;
  /** Undefined when the folder does not hold it any more. */
  readonly stored?: StoredChange;
  readonly steps: readonly StepStatus[];
  /** Hash with which it ran. */
  readonly ran?: string;
  readonly last?: StoredEvent;
  /** Phases whose steps are all done. */
  readonly phasesDone: readonly PhaseName[];
  /** ISO time at which the last step before its contract was done. */
  readonly expandedAt?: string;
}

/** History and folder side by side. */
export interface Situation {
  readonly changes: readonly ChangeStatus[];
  readonly events: readonly StoredEvent[];
  readonly progress: readonly StoredProgress[];
  /** There are tables of a history. */
  readonly installed: boolean;
}

/** Something that keeps a run from beginning. */
export interface Problem {
  readonly kind: 'edited' | 'gone' | 'late' | 'twins' | 'questions' | 'half' | 'drifted';
  readonly change: string;
  readonly text: string;
  /** The next thing to type. */
  readonly next: string;
}
