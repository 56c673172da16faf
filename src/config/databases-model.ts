/** One database that changes are applied to, as the configuration tells. */
import type { Env } from './yaml.ts';

export interface DatabaseConfig {
  readonly url: LazyText;
  /** The server itself, where `url` leads to a pooler. */
  readonly direct?: LazyText;
  readonly service?: string;
  /** Who is asked about it; told in refusals. */
  readonly owner?: string;
  /** Role that owns the objects, if it is not the one that connects. */
  readonly role?: string;
  /** Schema of the history. */
  readonly schema: string;
  readonly searchPath?: string;
  /** Schemas that drift is looked for in; all when absent. */
  readonly schemas?: readonly string[];
  /** Folder of changes, as written. */
  readonly changes?: string;
  /** Times in which it may be changed; always when absent. */
  readonly windows?: readonly WindowConfig[];
  readonly budgets: BudgetsConfig;
  /** Others depend on it: signed evidence is demanded. */
  readonly shared: boolean;
  /** Files of public keys whose evidence is trusted, as written. */
  readonly evidence?: readonly string[];
  /** Name of the database on which a change must have run before. */
  readonly after?: string;
  /** Milliseconds in which nobody may have used an old shape before it is taken away. */
  readonly observeMs?: number;
}

/** A text whose `${NAME}` are filled in when it is needed; throws `config.invalid` for unset ones. */
export interface LazyText {
  resolve(env: Env): string;
}

/** A time of the week, in minutes from midnight; it goes into the next day where `to` is not after `from`. */
export interface WindowConfig {
  /** 0 is Sunday; every day when empty. */
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
  /** `Europe/Berlin`. */
  readonly zone: string;
  /** As it was written. */
  readonly text: string;
}

export interface BudgetsConfig {
  /** Time that others may be made to wait by one run, summed over them, milliseconds. */
  readonly stallMs?: number;
  /** Longest wait for one lock, milliseconds. */
  readonly lockMs?: number;
  /** Time after which a lock that is not granted is given up, milliseconds. */
  readonly patienceMs?: number;
  readonly lagMs?: number;
  /** Bytes of log per second. */
  readonly walPerSecond?: number;
  /** Age of another session's transaction beside which nothing is begun, milliseconds. */
  readonly transactionMs?: number;
  /** Size of a table as a multiple of its live rows: 1.2. */
  readonly bloat?: number;
  /** Time that one batch should take, milliseconds. */
  readonly batchMs?: number;
  /** Share of the time in which a backfill works. */
  readonly load?: number;
  /** A read-only query of the application whose time tells how it fares. */
  readonly canary?: string;
  readonly canaryP99Ms?: number;
}
