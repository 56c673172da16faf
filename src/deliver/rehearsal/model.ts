/** What a rehearsal of somebody's migration is asked for. */
import type { Emit } from '../../base/event.ts';
import type { Config } from '../../config/model.ts';
import type { Engine } from '../../engine/model.ts';

export type Subject =
  | { readonly kind: 'command'; readonly words: readonly string[] }
  | {
      readonly kind: 'files';
      readonly paths: readonly string[];
      /** The two paths are those of two branches, to be merged. */
      readonly merge: boolean;
    };

/** A file that statements came from. */
export interface SourceText {
  /** What a statement's origin calls it; undefined for files that statements do not name. */
  readonly origin?: string;
  /** Path as it is shown. */
  readonly file: string;
  readonly text: string;
}

export interface RehearseOptions {
  readonly engine: Engine;
  readonly subject: Subject;
  readonly config: Config;
  /** The sandbox of the configuration is a restored copy of production, taken then. */
  readonly restored?: string;
  readonly rows: number;
  readonly quick: boolean;
  readonly seed: number;
  readonly blockedMs: number;
  /** Longest time the migration may take in one go, milliseconds. */
  readonly limitMs: number;
  readonly idleMs: number;
  /** Variables that get the URL beside `DATABASE_URL`. */
  readonly urlEnv: readonly string[];
  readonly load: boolean;
  /** Who is there beside the load. */
  readonly beside: { readonly reader: boolean; readonly idle: boolean; readonly standby: boolean };
  /** File of the queries of the application's new version. */
  readonly workloadNew?: string;
  /** Queries are tried through a pooler too, where one is installed. */
  readonly pooler: boolean;
  /** The way back is also tried after writes in the new shape. */
  readonly newWrites: boolean;
  /** Sizes of the twin are tried for about so long, milliseconds; 0 leaves them out. */
  readonly scalesMs: number;
  /** A change of ours is cut off and taken up again for about so long, milliseconds; 0 leaves it out. */
  readonly killsMs: number;
  /** Rows of production's tables that were told, by `schema.name`. */
  readonly tableRows: ReadonlyMap<string, number>;
  readonly out?: string;
  /** Where the statements really stand, when the files were made from others. */
  readonly sources?: readonly SourceText[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}
