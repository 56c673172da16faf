/** What delivering a task collects on its way; the report is made from this alone. */
import type { Catalog, Name } from '../catalog/model.ts';
import type { Change } from '../change/model.ts';
import type { Emit } from '../base/event.ts';
import type { Config } from '../config/model.ts';
import type { Design } from '../design/model.ts';
import type { Engine } from '../engine/model.ts';
import type { ChangeRehearsal } from '../rehearse/rehearse.ts';
import type { SandboxDatabase } from '../sandbox/model.ts';
import type { Task } from '../task/model.ts';
import type { AccessResult, TuneResult } from '../tune/model.ts';
import type { Production } from '../twin/current.ts';
import type { FillResult, TableVolume } from '../twin/model.ts';
import type { Workload } from '../workload/model.ts';
import type { CitedFidelity } from './current/cited-fidelity.ts';
import type { SentenceDraft } from './asking/sentences.ts';
import type { FieldTest } from './trials/entity-tests.ts';
import type { PartitionRun } from './trials/partitions.ts';
import type { Race } from './trials/given-rows.ts';
import type { PurgeRun } from './trials/purge.ts';
import type { ReadAttempt } from './trials/roles/readers.ts';
import type { RoutineTrial } from './trials/routines/routine-trial.ts';
import type { Storm } from './trials/storm.ts';
import type { DeleteObservation, Attempt } from './trials/row-tests.ts';

/** The text of a task and where it stood. */
export interface TaskSource {
  readonly text: string | Uint8Array;
  readonly name?: string;
  /** What was not read of it, one sentence each. */
  readonly limits?: readonly string[];
}

export interface DeliverOptions {
  engine(name: string): Promise<Engine>;
  readonly source: TaskSource;
  readonly config: Config;
  /** Rows of the whole twin. */
  readonly rows: number;
  readonly scale?: number;
  readonly seed: number;
  /** Short measurements. */
  readonly quick: boolean;
  /** Longest time the change may take in one go, milliseconds. */
  readonly limitMs: number;
  /** Kinds of alternatives to build: all that fit, none, or these. */
  readonly alternatives: 'auto' | 'none' | readonly string[];
  /** Names of deliverables that are left out. */
  readonly without: readonly string[];
  readonly out?: string;
  readonly cwd: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** The wanted change, planned and tried on the bare structure. */
export interface Planned {
  readonly design: Design;
  readonly change: Change;
  readonly after: Catalog;
}

/** Rule, relation, lifecycle and privacy claims, each tried. */
export interface Observations {
  readonly rules: ReadonlyMap<string, readonly RuleTest[]>;
  /** Two sessions at once, of rules that look at other rows; by rule id. */
  readonly races: ReadonlyMap<string, Race>;
  readonly routines: ReadonlyMap<string, RoutineTrial>;
  readonly relations: ReadonlyMap<string, readonly RelationTest[]>;
  readonly purges: ReadonlyMap<string, PurgeRun>;
  /** Maintenance of partitions, by entity id. */
  readonly partitions: ReadonlyMap<string, PartitionRun>;
  readonly readers: ReadonlyMap<string, readonly ReadAttempt[]>;
  /** What each entity's fields promise, tried; by entity id. */
  readonly fields: ReadonlyMap<string, readonly FieldTest[]>;
  /** Concurrent writes beside each summary that the database keeps; by entity id. */
  readonly storms: ReadonlyMap<string, Storm>;
}

export interface RuleTest {
  readonly expected: 'accepted' | 'rejected';
  readonly row: string;
  /** Undefined when the table had no row to start from. */
  readonly attempt?: Attempt;
}

export interface RelationTest {
  readonly table: Name;
  readonly constraint: string;
  readonly orphan?: Attempt;
  readonly deleted?: DeleteObservation;
}

/** Everything known at the end. */
export interface Outcome {
  readonly task: Task;
  readonly engine: Engine;
  readonly before: Catalog;
  readonly source: string;
  readonly planned: Planned;
  readonly volumes: readonly TableVolume[];
  readonly fills: readonly FillResult[];
  readonly tuned: TuneResult;
  readonly access: readonly AccessResult[];
  readonly rehearsal: ChangeRehearsal;
  readonly observed: Observations;
  /** Drafts for the access patterns that are sentences. */
  readonly sentences: readonly SentenceDraft[];
  readonly workload?: Workload;
  /** The snapshot that stands for production. */
  readonly production?: Production;
  /** How true the rows are that were made from it. */
  readonly cited?: CitedFidelity;
  /** Bytes per table and index at the end, on the twin. */
  readonly sizes: readonly {
    readonly name: Name;
    readonly kind: 'table' | 'index';
    readonly table: string;
    readonly bytes: number;
    readonly rows: number;
  }[];
  readonly limits: readonly string[];
  readonly server: string;
}

/** A database of the twin and the share of the declared rows it holds. */
export interface SizedDatabase {
  readonly database: SandboxDatabase;
  readonly portion: number;
}
