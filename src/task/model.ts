/** What is asked, as claims with ids. */
import type { DeleteRule } from '../catalog/model.ts';
import type {
  Dependency,
  Derived,
  FieldType,
  Partitioning,
  RoleKind,
  StateMachine,
  Tenancy,
} from './features/model.ts';

export type {
  Dependency,
  Derived,
  FieldType,
  Partitioning,
  RoleKind,
  StateMachine,
  Tenancy,
} from './features/model.ts';

/** A value that was declared, assumed, or is not known (then it is a question). */
export type Given<T> =
  | { readonly kind: 'declared'; readonly value: T }
  | { readonly kind: 'assumed'; readonly value: T }
  | { readonly kind: 'unknown' };

/** Where something stands in the task's text, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Task {
  /** `KAN-29`, from the title, the file name or given by order. */
  readonly id: string;
  readonly title: string;
  /** The text without the block. */
  readonly prose: string;
  readonly level: 0 | 1 | 2;
  /** SHA-256 of the canonical block; the identity of the request. */
  readonly hash: string;
  readonly requirements: Requirements;
  readonly questions: readonly Question[];
  /** Values that the task leaves open beside those that are `Given`, by their place in the block. */
  readonly open: readonly Open[];
}

/** A value written as `unknown` or `{ assume: … }`, or filled in because it is needed and absent. */
export interface Open {
  /** Path in the block with canonical ids: `access`, `Q1`, `p95`. */
  readonly path: readonly string[];
  readonly kind: 'assumed' | 'unknown';
}

export interface Question {
  /** Claim id or path of the block that the answer belongs to. */
  readonly about: string;
  readonly text: string;
  /** An answer worth proposing, in the block's own notation. */
  readonly guess?: string;
}

export interface Requirements {
  readonly change: ChangeRequest;
  readonly entities: readonly Entity[];
  readonly relations: readonly Relation[];
  readonly rules: readonly Rule[];
  readonly access: readonly Access[];
  readonly volumes: readonly Volume[];
  readonly lifecycle: readonly Lifecycle[];
  readonly privacy: readonly Privacy[];
  readonly limits: readonly Limit[];
  readonly compat: readonly Compatibility[];
  readonly acceptance: readonly Acceptance[];
  readonly routines: readonly Routine[];
  readonly tenancy?: Tenancy;
  /** Role → what it is for; empty when the task names none. */
  readonly roles: Readonly<Record<string, RoleKind>>;
  readonly extensions: readonly string[];
  /** Naive SQL that is the source of the change, statements in order. */
  readonly schema?: string;
}

/** What is done to what exists; columns are written `table.column`. */
export interface ChangeRequest {
  readonly engine: string;
  readonly kind: ChangeKind;
  /** Old `table.column` (or `table`) → new bare name. */
  readonly rename: Readonly<Record<string, string>>;
  readonly split?: { readonly columns: Readonly<Record<string, readonly string[]>>; readonly using?: string };
  /** New `table.column` → the columns it is made of. */
  readonly merge?: { readonly columns: Readonly<Record<string, readonly string[]>>; readonly using?: string };
  /** `table.column` → SQL expression over the table's row. */
  readonly backfill?: Readonly<Record<string, string>>;
  /** Tables or `table.column` to drop. */
  readonly drop?: readonly string[];
}

export type ChangeKind = 'new' | 'alter' | 'split' | 'merge' | 'rename' | 'backfill' | 'drop' | 'tune';

interface Claim {
  readonly id: string;
  /** The sentence a person reads; derived when the task gives none. */
  readonly says: string;
  readonly place: Place;
}

export interface Entity extends Claim {
  readonly name: string;
  readonly purpose?: string;
  readonly table?: string;
  readonly key:
    | { readonly kind: 'identity' }
    | { readonly kind: 'uuid' }
    | { readonly kind: 'fields'; readonly names: readonly string[] };
  readonly fields: readonly Field[];
  /** Further uniques over several fields or relations. */
  readonly unique: readonly (readonly string[])[];
  readonly history: 'none' | 'audit' | 'soft-delete' | 'temporal';
  readonly lookup: readonly Row[];
  readonly tenant?: string;
  readonly derived?: Derived;
  readonly states?: StateMachine;
  /** A version number is checked by every update. */
  readonly optimistic: boolean;
  /** Every change of a row is written to a table of messages in the same transaction. */
  readonly outbox: boolean;
  readonly partition?: Partitioning;
  readonly depends: readonly Dependency[];
  /** Team or person who answers for the rows. */
  readonly owner?: string;
  /** `public`, `internal`, `confidential` … */
  readonly classification?: string;
}

/** A literal row of a task: field or relation name → value. */
export type Row = Readonly<Record<string, unknown>>;

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly unique: boolean;
  /** `now` means the current time; other values are literals. */
  readonly default?: unknown;
  readonly examples: readonly unknown[];
  readonly sensitive: boolean;
  readonly unit?: string;
  readonly check?: string;
  readonly generated?: string;
  /** Keys of a `json` field and the kind of their values; `required` ones carry a `!`: `{ page: 'text!', ms: 'number' }`. */
  readonly shape?: Readonly<Record<string, string>>;
  /** Tags that a `tags` field may hold. */
  readonly values?: readonly string[];
  readonly place: Place;
}

export interface Relation extends Claim {
  /** Entity id, entity name or existing table. */
  readonly from: string;
  readonly to: readonly string[];
  readonly name: string;
  readonly required: boolean;
  readonly onDelete: DeleteRule;
  /** One to one. */
  readonly one: boolean;
  /** Junction entity or table of a many-to-many relation. */
  readonly via?: string;
  /** Fields that a junction table carries beside its two keys. */
  readonly fields?: readonly Field[];
  /** How a reference to the own table is kept: the parent alone, or with a table of all ancestors. */
  readonly tree?: 'adjacency' | 'closure';
}

export interface Rule extends Claim {
  readonly of: string;
  readonly check?: string;
  readonly unique?: readonly string[];
  /** Field or relation → operator: two rows may not agree in all of them, `{ room: '=', during: '&&' }`. */
  readonly exclude?: Readonly<Record<string, string>>;
  /** A query over `NEW` and the tables that must return no row for any row written; what no constraint can hold. */
  readonly never?: string;
  /** Fields or relations: writers that agree in them wait for each other while `never` is asked. */
  readonly lock: readonly string[];
  /** Rows that are there before each of `accept` and `reject`. */
  readonly given: readonly Row[];
  readonly accept: readonly Row[];
  readonly reject: readonly Row[];
}

/** A function or procedure that the database offers. */
export interface Routine extends Claim {
  readonly name: string;
  readonly kind: 'upsert' | 'bulk' | 'function' | 'procedure';
  /** Entity or table that an upsert or a bulk load writes. */
  readonly of?: string;
  /** Fields or relations that decide whether a row is there already. */
  readonly on: readonly string[];
  /** Rows of one transaction of a bulk load. */
  readonly batch: number;
  /** Argument → SQL type, of a function or procedure with a body. */
  readonly arguments: Readonly<Record<string, string>>;
  readonly returns?: string;
  /** SQL or PL/pgSQL between BEGIN and END. */
  readonly body?: string;
  /** Calls that must succeed and fail: argument (or field) → value. */
  readonly accept: readonly Row[];
  readonly reject: readonly Row[];
}

export interface Access extends Claim {
  readonly sql?: string;
  /** Entity whose rows are inserted. */
  readonly insert?: string;
  /** Statements of one unit of work, in order. */
  readonly transaction?: readonly string[];
  readonly rate: Given<Rate>;
  /** Target of the 95th percentile, milliseconds. */
  readonly p95?: number;
  /** Explicit values per parameter. */
  readonly params: Readonly<Record<string, readonly unknown[]>>;
}

/** Calls per second on average, and at the peak. */
export interface Rate {
  readonly perSecond: number;
  readonly peakPerSecond: number;
}

export interface Volume extends Claim {
  readonly of: string;
  readonly now: Given<number>;
  /** New rows per day. */
  readonly perDay: Given<number>;
  /** Days ahead that the design must hold for. */
  readonly horizonDays: Given<number>;
  readonly skew: Readonly<Record<string, Skew>>;
}

export type Skew =
  | { readonly kind: 'uniform' }
  | { readonly kind: 'zipf'; readonly exponent: number }
  | { readonly kind: 'weights'; readonly weights: Readonly<Record<string, number>> };

export interface Lifecycle extends Claim {
  readonly of: string;
  readonly keepDays: number;
  readonly then: 'delete' | 'anonymise' | 'archive';
  readonly hold?: string;
}

export interface Privacy extends Claim {
  /** `table.column` of an existing table, or entity id and field: `E1.email`. */
  readonly of: string;
  readonly class: string;
  readonly mask?: string;
  readonly readers: readonly string[];
  /** What the values are kept for. */
  readonly purpose?: string;
  /** The values must be unreadable in files and backups. */
  readonly encrypt: boolean;
}

export interface Limit extends Claim {
  /** Longest time any existing query may be blocked, milliseconds. */
  readonly blockedMs?: number;
  readonly lockWaitMs?: number;
  readonly rewrite?: 'never' | 'allowed';
}

export interface Compatibility extends Claim {
  readonly workload: string;
}

export interface Acceptance extends Claim {
  readonly by: readonly string[];
}
