/** What is looked at before a branch is merged: nouns. */
import type { Emit } from '../../base/event.ts';
import type { Config } from '../../config/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Migration, SourceFile } from '../../formats/model.ts';
import type { Finding, Report } from '../../report/model.ts';
import type { Env } from '../git/model.ts';

/** The private key that signs evidence; a text that is empty signs nothing. */
export type SignKey =
  | { readonly kind: 'file'; readonly path: string; readonly shown: string }
  | { readonly kind: 'variable'; readonly name: string; readonly text: string };

export interface MergeCheckOptions {
  readonly engine: Engine;
  /** Revisions, as they were given. */
  readonly base: string;
  readonly head: string;
  /** Folders that are looked at, relative to the repository; all that look like migrations when empty. */
  readonly folders: readonly string[];
  /** Programs of the branch may run: JavaScript migrations, by this command or the tool's usual one. */
  readonly code?: { readonly command: readonly string[] };
  readonly key?: SignKey;
  /** Options that win over the configuration of the base: paths within the work tree are read from the base. */
  readonly overrides: {
    readonly current?: string | undefined;
    readonly snapshot?: string | undefined;
    readonly workload?: string | undefined;
    readonly sandbox?: string | undefined;
  };
  readonly rows: number;
  readonly quick: boolean;
  readonly seed: number;
  readonly blockedMs: number;
  readonly limitMs: number;
  /** Folder for report, summary, annotations and the like. */
  readonly out?: string;
  readonly cwd: string;
  readonly env: Env;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** One side of the merge, written to a folder of its own. */
export interface Side {
  readonly folder: string;
  /** Hashes of all its files by their paths, whether they were written out or not. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly lines: readonly Line[];
}

/** Migrations that follow one another on one database: of one folder of one tool, or change folders that stand beside one another. */
export type Line =
  | {
      readonly kind: 'migrations';
      /** Folder, relative to the repository. */
      readonly root: string;
      readonly migrations: readonly Migration[];
      readonly files: ReadonlyMap<string, SourceFile>;
      /** Files that are programs, or of a form that is not read. */
      readonly programs: readonly string[];
    }
  | {
      readonly kind: 'changes';
      readonly root: string;
      /** Paths of the change folders, in order. */
      readonly folders: readonly string[];
    };

/** What a branch adds to one line. */
export interface Added {
  readonly line: Line;
  /** The same line on the base; undefined where it is new. */
  readonly before?: Line;
  readonly migrations: readonly Migration[];
  readonly folders: readonly string[];
  readonly programs: readonly string[];
}

/** What a comparison of the two sides says. */
export interface History {
  readonly added: readonly Added[];
  readonly findings: readonly Finding[];
}

/** One rehearsal, or the reason why there was none. */
export interface Tried {
  /** What people call it: a file, or a folder. */
  readonly name: string;
  /** Its files, the first of which carries what belongs to no line. */
  readonly files: readonly string[];
  readonly report?: Report;
  readonly because?: string;
  /** Change folder that may be signed. */
  readonly change?: string;
}

/** Signed evidence of one change folder, or why there is none. */
export interface Signed {
  readonly change: string;
  readonly text?: string;
  readonly because?: string;
}

/** Everything known at the end. */
export interface MergeOutcome {
  readonly baseName: string;
  readonly headName: string;
  readonly base: string;
  readonly head: string;
  readonly tree: string;
  readonly conflicts: readonly string[];
  readonly history: History;
  readonly tried: readonly Tried[];
  readonly signed: readonly Signed[];
  readonly config?: Config;
  readonly limits: readonly string[];
}
