/** Where tasks come from: what a tracker is given, and what it hands out. */
import type { Emit } from '../base/event.ts';
import type { Config } from '../config/model.ts';

/** A place that keeps tasks. */
export interface Tracker {
  readonly name: string;
  /** Whether a reference of the command line leads here; never reaches the network. */
  matches(reference: string, settings: Settings): Promise<boolean>;
  /** Reads the task; throws `file.*` or `tracker.*`. */
  load(reference: string, settings: Settings): Promise<LoadedTask>;
}

/** What surrounds a call; all of it is handed in, so that nothing is read behind the caller's back. */
export interface Settings {
  readonly config: Config;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** A task as a tracker keeps it. */
export interface LoadedTask {
  /** Markdown, or the bytes of a file. */
  readonly text: string | Uint8Array;
  /** File or key. */
  readonly name: string;
  readonly title?: string;
  /** Where a person reads it. */
  readonly url?: string;
  /** Where the block was found. */
  readonly block: BlockSource;
  /** What was not read or stands in doubt, one sentence each. */
  readonly limits: readonly string[];
}

export type BlockSource = 'file' | 'description' | 'attachment' | 'comment' | 'none';
