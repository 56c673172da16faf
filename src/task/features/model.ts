/** What entities and the whole block may ask for beyond fields and relations: the nouns of the design patterns. */

export type FieldType =
  | { readonly kind: 'text'; readonly length?: number }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'sql'; readonly sql: string }
  | {
      readonly kind:
        | 'int'
        | 'bigint'
        | 'money'
        | 'bool'
        | 'date'
        | 'time'
        | 'instant'
        | 'duration'
        | 'uuid'
        | 'json'
        | 'bytes'
        | 'email'
        | 'url'
        | 'tags';
    };

/** A summary kept from another entity's rows. */
export interface Derived {
  readonly from: string;
  /** Key field → SQL expression over the source's columns, or the name of a relation of the source. */
  readonly by: Readonly<Record<string, string>>;
  /** Field → aggregate: `count`, `count by <field>`, `sum <field>`, `min <field>`, `max <field>`. */
  readonly set: Readonly<Record<string, string>>;
  readonly keep: 'on-write' | 'on-schedule' | 'none';
  /** What a deleted source row does to the summary. */
  readonly onSourceDelete: 'subtract' | 'keep';
}

/** A status that moves along declared ways only. */
export interface StateMachine {
  /** Field that holds the state. */
  readonly field: string;
  readonly start: string;
  /** State → states that may follow it; a state without successors is final. */
  readonly moves: Readonly<Record<string, readonly string[]>>;
}

/** Range partitions by time. */
export interface Partitioning {
  /** Field of a date or an instant. */
  readonly by: string;
  readonly every: 'day' | 'week' | 'month' | 'quarter' | 'year';
  /** Partitions that stand ready for the future. */
  readonly ahead: number;
}

/** What is known to depend on what, for the normal forms. */
export type Dependency =
  /** `on` decides `sets`. */
  | {
      readonly kind: 'functional';
      readonly on: readonly string[];
      readonly sets: readonly string[];
      readonly why?: string;
    }
  /** For each `on` there is a set of `sets`, independent of every other field. */
  | {
      readonly kind: 'multivalued';
      readonly on: readonly string[];
      readonly sets: readonly string[];
      readonly why?: string;
    }
  /** The entity is the join of its projections on these groups of fields. */
  | { readonly kind: 'join'; readonly parts: readonly (readonly string[])[]; readonly why?: string };

/** How tenants share a server. */
export interface Tenancy {
  readonly model: 'shared' | 'schema' | 'database';
  /** Entity id or existing table whose rows are the tenants. */
  readonly of: string;
  /** Most rows of one tenant, by entity id or existing table. */
  readonly quota: Readonly<Record<string, number>>;
  /** Most connections of one tenant. */
  readonly connections?: number;
  /** Longest statement of a tenant, milliseconds. */
  readonly timeoutMs?: number;
}

/** What a named role of the database is for. */
export type RoleKind = 'application' | 'read-only' | 'migration';
