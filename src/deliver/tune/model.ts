/** What tuning a database found out; the report is made from this alone. */
import type { Snapshot } from '../../engine/model.ts';
import type { Budgets, Choice, Work } from '../../tune/advice/model.ts';
import type { Beyond } from '../../tune/beyond/model.ts';
import type { Proof } from '../../tune/proof/model.ts';
import type { Loop, ProvenRewrite } from '../../tune/rewrite/model.ts';
import type { SettingsAdvice } from '../../tune/settings/model.ts';
import type { StorageAdvice } from '../../tune/storage/model.ts';
import type { QueryFinding } from '../../rules/query/model.ts';
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
  /** Statements that are called once for each row of another one. */
  readonly loops: readonly Loop[];
  readonly settings: SettingsAdvice;
  readonly storage: StorageAdvice;
  /** Habits of the statements' texts. */
  readonly habits: readonly QueryFinding[];
  /** The advice as a change; absent when nothing is advised, or nothing was built. */
  readonly way?: Tried;
  /** Folder of the change as it was named. */
  readonly folder?: string;
  readonly limits: readonly string[];
}
