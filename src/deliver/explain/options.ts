import type { Emit } from '../../base/event.ts';
import type { Config } from '../../config/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { TuneSource } from '../tune/source.ts';

/** What `dbd explain` is asked for. */
export interface ExplainOptions {
  readonly engine: Engine;
  readonly config: Config;
  /** SQL, a plan, a file with either, or `-`. */
  readonly given: string;
  /** A plan to compare with. */
  readonly before?: string;
  /** The statement of a plan, when its text does not tell it. */
  readonly statement?: string;
  readonly source?: TuneSource;
  readonly values: Readonly<Record<string, string>>;
  /** Run it on rows of a filled twin. */
  readonly analyze: boolean;
  /** Try fixes and other strategies on a twin. */
  readonly tries: boolean;
  readonly rows?: number;
  readonly seed: number;
  readonly limitMs: number;
  readonly yaml: boolean;
  readonly cwd: string;
  readonly stdin: () => Promise<string>;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}
