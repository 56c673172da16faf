/** What drafting with a model is given, and what comes out. */
import type { LanguageModel } from 'ai';
import type { AiConfig, Config } from '../../config/model.ts';
import type { Emit } from '../../base/event.ts';
import type { Engine } from '../../engine/model.ts';
import type { Task } from '../../task/model.ts';
import type { TaskSource } from '../model.ts';

export interface DraftingOptions {
  engine(name: string): Promise<Engine>;
  readonly source: TaskSource;
  readonly config: Config;
  readonly ai: AiConfig;
  /** The model itself; found from `ai` when absent. */
  readonly model?: LanguageModel;
  readonly rounds: number;
  /** Most tokens, both ways. */
  readonly tokens: number;
  /** File that gets the task with its block; the transcript is written beside it. */
  readonly out: string;
  readonly force: boolean;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** What the engine says of a proposed block. */
export interface Checked {
  /** The task with the block; absent when there is an error. */
  readonly task?: Task;
  /** Why it is not accepted. */
  readonly error?: string;
  /** Figures that neither stand in the text nor are marked as assumed, as `access.Q1.p95: 20 ms`. */
  readonly guesses: readonly string[];
}

/** One proposal of the model. */
export interface Round {
  readonly block: string;
  readonly checked: Checked;
}

/** How the model ended, and what it took. */
export interface Drafted {
  readonly rounds: readonly Round[];
  /** The accepted proposal that leaves the fewest guesses and questions. */
  readonly best?: Round & { readonly checked: Checked & { readonly task: Task } };
  readonly ended: 'finished' | 'rounds' | 'tokens' | 'refused' | 'stopped';
  /** What the model said at the end; untrusted. */
  readonly said: string;
  readonly use: ModelUse;
  /** Messages both ways, in order. */
  readonly transcript: readonly unknown[];
}

export interface ModelUse {
  /** As the provider calls it. */
  readonly model: string;
  readonly calls: number;
  /** Tokens as the provider counted them; 0 where it does not. */
  readonly input: number;
  readonly output: number;
}
