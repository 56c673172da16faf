import type { Emit } from '../../base/event.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { FillHint, TableVolume } from '../../twin/model.ts';
import type {
  DropCandidate,
  IndexCandidate,
  StatisticsCandidate,
  TableWrites,
  WorkQuery,
} from '../advice/model.ts';
import type { Proof } from './model.ts';

/** What a proof is given. */
export interface ProveOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Filled, with the source's structure. Nobody may be connected to it; it is copied and stays as it is. */
  readonly database: SandboxDatabase;
  /** Its structure. */
  readonly catalog: Catalog;
  /** Rows here and in production, and where rows for writing are like. */
  readonly volumes: readonly TableVolume[];
  readonly queries: readonly WorkQuery[];
  readonly create: readonly IndexCandidate[];
  readonly drop: readonly DropCandidate[];
  readonly statistics: readonly StatisticsCandidate[];
  /** Per query, whether the twin may carry conclusions about it; absent: the twin was never compared with a production, which is said. */
  readonly fidelity?: readonly {
    readonly name: string;
    readonly usable: boolean;
    readonly because: string;
  }[];
  /** Rows written per day, per table. */
  readonly writes: readonly TableWrites[];
  readonly hints?: readonly FillHint[];
  readonly seed: number;
  /** Session settings that queries run with, as production has them. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Interleaved rounds per query, at least 7. */
  readonly rounds?: number;
  /** Time that a statement gets, milliseconds. */
  readonly timeoutMs?: number;
  /** Rows of one batch when the cost of writing is measured; 0 leaves it out. */
  readonly batchRows?: number;
  /** Names that new indexes get, by candidate id; made by the habits of the database when absent. */
  readonly names?: ReadonlyMap<string, Name>;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** `proveChoice` in `prove.ts`: throws `sandbox.*` and `interrupted`, everything else is a result. */
export type ProveChoice = (options: ProveOptions) => Promise<Proof>;
