/** Settings of a server, a role, a table or a pooler that are worth changing: nouns. */
import type { Emit } from '../../base/event.ts';
import type { Name } from '../../catalog/model.ts';
import type { Engine, Snapshot } from '../../engine/model.ts';
import type { Fact } from '../../report/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { Work } from '../advice/model.ts';
import type { Ratio, Sides } from '../proof/model.ts';

export interface SettingsOptions {
  readonly engine: Engine;
  readonly snapshot: Snapshot;
  readonly work: Work;
  /** Of the server in production, as somebody told; what is not told is not guessed, and its rules rest. */
  readonly machine: Machine;
  /** A filled twin to try things on; nobody may be connected to it, and it stays as it is. */
  readonly filled?: { readonly sandbox: Sandbox; readonly database: SandboxDatabase; readonly scale: number };
  readonly seed: number;
  /** Time that a statement gets, milliseconds. */
  readonly timeoutMs?: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export interface Machine {
  readonly cpus?: number;
  readonly memoryBytes?: number;
  readonly disk?: 'ssd' | 'network' | 'hdd';
}

/** What follows from machine and workload. */
export interface SettingsAdvice {
  readonly advised: readonly SettingAdvice[];
  /** Values that were looked at and are within their range. */
  readonly fine: readonly { readonly name: string; readonly now: string; readonly because: string }[];
  /** What a rule would have said and a trial contradicts. */
  readonly withheld: readonly {
    readonly name: string;
    readonly subject: string;
    readonly advised: string;
    readonly because: string;
  }[];
  readonly limits: readonly string[];
}

export interface SettingAdvice {
  readonly name: string;
  readonly scope: SettingScope;
  /** As the server prints it; `default` where a table has none of its own. */
  readonly now: string;
  readonly advised: string;
  /** One sentence. */
  readonly because: string;
  /** What it is worked out from. */
  readonly figures: readonly Fact[];
  /** `tried`: on rows, with and without it; `derived`: worked out, and nothing here can show it. */
  readonly basis: 'tried' | 'derived';
  readonly trial?: SettingTrial;
  /** What would have to be measured in production; of derived ones. */
  readonly toMeasure?: string;
  /** When it takes effect. */
  readonly takesEffect: 'restart' | 'reload' | 'new sessions' | 'at once';
  readonly sql: string;
  readonly undo: string;
  /** Where a formula or threshold comes from. */
  readonly source: string;
}

export type SettingScope =
  | { readonly kind: 'server' }
  | { readonly kind: 'database' }
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'statement'; readonly query: string }
  | { readonly kind: 'table'; readonly table: Name }
  | { readonly kind: 'pooler' };

/** What trying a setting showed, without it and with it. */
export interface SettingTrial {
  /** One sentence. */
  readonly says: string;
  readonly queries: readonly {
    readonly name: string;
    readonly ms: Sides;
    readonly ratio: Ratio;
    readonly planChanged: boolean;
    /** Bytes of temporary files of a call. */
    readonly temporary: Sides;
  }[];
  /** Other figures, by what they count: `dead rows`, `WAL bytes`, `checkpoints`. */
  readonly figures: readonly ({ readonly what: string } & Sides)[];
}

/** What a rule says before anything was tried. */
export interface Draft {
  readonly name: string;
  readonly scope: SettingScope;
  readonly now: string;
  readonly advised: string;
  readonly because: string;
  readonly figures: readonly Fact[];
  readonly toMeasure: string;
  readonly takesEffect: SettingAdvice['takesEffect'];
  readonly source: string;
  /** The value now is as good as any until a trial shows otherwise. */
  readonly onlyTried?: boolean;
  /** What the trial of a storage parameter needs besides. */
  readonly rowsPerDay?: number;
}

/** What a rule found. */
export interface Looked {
  readonly drafts: readonly Draft[];
  readonly fine: SettingsAdvice['fine'];
  /** Why a rule rests. */
  readonly limits: readonly string[];
}
