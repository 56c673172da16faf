/** Where tasks come from: what a tracker is given, and what it hands out. */
import type { Emit } from '../base/event.ts';
import type { Config } from '../config/model.ts';
import type { Report } from '../report/model.ts';

/** A place that keeps tasks. */
export interface Tracker {
  readonly name: string;
  /** Whether a reference of the command line leads here; never reaches the network. */
  matches(reference: string, settings: Settings): Promise<boolean>;
  /** Reads the task; throws `file.*` or `tracker.*`. */
  load(reference: string, settings: Settings): Promise<LoadedTask>;
  /** How something is told there; absent where nothing can be written. */
  readonly publisher?: Publisher;
}

export interface Publisher {
  /** What publishing would do now, without doing it. */
  preview(reference: string, settings: Settings, publication: Publication): Promise<Preview>;
  /** Brings the task up to date; the same publication a second time changes nothing. Throws `tracker.*`. */
  publish(reference: string, settings: Settings, publication: Publication): Promise<Published>;
}

/** What is told about a task: one living comment, files, a link, a state. */
export interface Publication {
  /** Hash of report and files: what makes it this publication. */
  readonly hash: string;
  readonly report: Report;
  /** Names carry no hash yet. */
  readonly files: readonly { readonly name: string; readonly type: string; readonly bytes: Uint8Array }[];
  /** Where the change is reviewed. */
  readonly link?: { readonly url: string; readonly title: string };
  /** Name of a state, or of its category: never tried when absent. */
  readonly state?: string;
}

/** One thing that is done, or is not. */
export interface PublishedPart {
  readonly what: 'comment' | 'file' | 'link' | 'state' | 'mark';
  readonly name: string;
  readonly did: 'created' | 'updated' | 'unchanged' | 'left-alone';
  /** Why it was left alone, or where it is. */
  readonly note?: string;
}

export interface Preview {
  /** Where it would stand. */
  readonly url?: string;
  /** The comment as Markdown. */
  readonly comment: string;
  readonly parts: readonly PublishedPart[];
}

export interface Published {
  readonly url?: string;
  readonly parts: readonly PublishedPart[];
  readonly limits: readonly string[];
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
