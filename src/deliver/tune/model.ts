/** What tuning a database found out; the report is made from this alone. */
import type { Snapshot } from '../../engine/model.ts';
import type { Budgets, Choice, Work } from '../../tune/advice/model.ts';
import type { Beyond } from '../../tune/beyond/model.ts';
import type { Proof } from '../../tune/proof/model.ts';
import type { ProvenRewrite } from '../../tune/rewrite/model.ts';
import type { SettingsAdvice } from '../../tune/settings/model.ts';
import type { Tried } from '../plan/model.ts';

export interface Tuned {
  readonly snapshot: Snapshot;
  readonly title: string;
  readonly work: Work;
  readonly budgets: Budgets;
  readonly choice: Choice;
  /** What building it showed; absent with `--no-build`. */
  readonly proof?: Proof;
  /** Rows of the filled twin ÷ rows of production. */
  readonly scale?: number;
  readonly beyond: readonly Beyond[];
  /** Statements said otherwise, those that are offered first. */
  readonly rewrites: readonly ProvenRewrite[];
  readonly settings: SettingsAdvice;
  /** The advice as a change; absent when nothing is advised, or nothing was built. */
  readonly way?: Tried;
  /** Folder of the change as it was named. */
  readonly folder?: string;
  readonly limits: readonly string[];
}
