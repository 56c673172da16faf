/** The structure of one database as plain data: everything a reader of a catalog sees, nothing of how it got there. */

/** A name within a schema. */
export interface Name {
  readonly schema: string;
  readonly name: string;
}

export interface Catalog {
  readonly engine: string;
  /** The server's version as it prints it, for example `18.4`. */
  readonly version: string;
  readonly schemas: readonly Schema[];
  readonly extensions: readonly Extension[];
  readonly tables: readonly Table[];
  readonly views: readonly View[];
  readonly routines: readonly Routine[];
  readonly types: readonly Type[];
  readonly sequences: readonly Sequence[];
  /** Everything else that belongs to the structure: rules, extended statistics, casts, collations, publications … */
  readonly others?: readonly Other[];
}

/** A rarely used kind of object, kept as the text that defines it. */
export interface Other {
  /** `rule`, `statistics`, `collation`, `cast`, `operator`, `event trigger`, `publication` … */
  readonly kind: string;
  /** Its identity within the kind, schema-qualified where the kind has schemas. */
  readonly name: string;
  readonly definition: string;
  readonly comment?: string;
}

export interface Schema {
  readonly name: string;
  readonly owner: string;
  readonly comment?: string;
  readonly grants: readonly Grant[];
}

export interface Extension {
  readonly name: string;
  readonly schema: string;
  readonly version: string;
}

export interface Table extends Name {
  readonly kind: 'table' | 'partitioned' | 'foreign';
  readonly owner: string;
  readonly unlogged: boolean;
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly Index[];
  readonly triggers: readonly Trigger[];
  readonly policies: readonly Policy[];
  readonly rowSecurity: 'off' | 'on' | 'forced';
  readonly grants: readonly Grant[];
  readonly comment?: string;
  /** `RANGE (created_at)` of a partitioned table. */
  readonly partitionKey?: string;
  /** Parent and bound of a partition: `FOR VALUES FROM … TO …`. */
  readonly partitionOf?: Name & { readonly bound: string };
  readonly inherits: readonly Name[];
  /** Storage parameters such as fillfactor, `name=value`, sorted; those of its TOAST table as `toast.name=value`. */
  readonly options: readonly string[];
  readonly replicaIdentity: string;
  /** Access method when it is not the usual heap. */
  readonly method?: string;
  /** Server and options of a foreign table: `server files`, `filename=…`. */
  readonly foreign?: readonly string[];
}

export interface Column {
  readonly name: string;
  /** Position among the live columns, from 1. */
  readonly position: number;
  /** The type as the server formats it: `character varying(100)`, `timestamp with time zone`. */
  readonly type: string;
  readonly notNull: boolean;
  /** Expression text of the default, as the server prints it. */
  readonly default?: string;
  readonly identity?: 'always' | 'by default';
  readonly generated?: { readonly expression: string; readonly kind: 'stored' | 'virtual' };
  readonly collation?: string;
  readonly storage?: string;
  /** Compression method when one was chosen. */
  readonly compression?: string;
  /** Statistics target when one was chosen. */
  readonly statistics?: number;
  /** Options such as n_distinct, `name=value`. */
  readonly options?: readonly string[];
  /** It comes from a parent table only. */
  readonly inherited?: boolean;
  readonly comment?: string;
  readonly grants: readonly Grant[];
}

export interface Constraint {
  readonly name: string;
  readonly kind: 'primary' | 'unique' | 'foreign' | 'check' | 'exclude' | 'not-null';
  /** Columns in the key's order; empty for expressions. */
  readonly columns: readonly string[];
  /** `pg_get_constraintdef` text. */
  readonly definition: string;
  readonly validated: boolean;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly enforced: boolean;
  readonly references?: Name & {
    readonly columns: readonly string[];
    readonly onDelete: DeleteRule;
    readonly onUpdate: DeleteRule;
  };
  readonly comment?: string;
}

export type DeleteRule = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

export interface Index extends Name {
  readonly method: string;
  readonly unique: boolean;
  readonly primary: boolean;
  readonly valid: boolean;
  /** Key columns or expression texts, in order. */
  readonly keys: readonly string[];
  readonly includes: readonly string[];
  readonly predicate?: string;
  /** `pg_get_indexdef` text. */
  readonly definition: string;
  /** Name of the constraint it serves, if any. */
  readonly constraint?: string;
  /** Index of the partitioned table that this one is a part of. */
  readonly partOf?: Name;
  readonly comment?: string;
}

export interface Trigger {
  readonly name: string;
  readonly definition: string;
  readonly enabled: string;
  readonly routine: string;
  readonly comment?: string;
}

export interface Policy {
  readonly name: string;
  readonly command: string;
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly using?: string;
  readonly check?: string;
  readonly comment?: string;
}

export interface View extends Name {
  readonly owner: string;
  readonly materialized: boolean;
  readonly definition: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    /** Statistics target of a materialized view's column when one was chosen. */
    readonly statistics?: number;
    readonly comment?: string;
  }[];
  readonly options: readonly string[];
  readonly indexes: readonly Index[];
  readonly triggers: readonly Trigger[];
  readonly grants: readonly Grant[];
  readonly comment?: string;
}

export interface Routine extends Name {
  readonly kind: 'function' | 'procedure' | 'aggregate' | 'window';
  /** Identity arguments: `integer, text`. */
  readonly arguments: string;
  readonly definition: string;
  readonly owner: string;
  readonly grants: readonly Grant[];
  readonly comment?: string;
}

export interface Type extends Name {
  readonly kind: 'enum' | 'domain' | 'composite' | 'range';
  readonly owner: string;
  readonly labels: readonly string[];
  /** Base type of a domain. */
  readonly base?: string;
  /** Everything else that defines it: base type, checks, attributes, subtype. */
  readonly definition: string;
  readonly grants: readonly Grant[];
  readonly comment?: string;
}

export interface Sequence extends Name {
  readonly owner: string;
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cache: string;
  readonly cycle: boolean;
  readonly ownedBy?: string;
  readonly grants: readonly Grant[];
  readonly comment?: string;
}

export interface Grant {
  /** Role, or `PUBLIC`. */
  readonly to: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

/** One way in which two catalogs differ; `before` or `after` is absent when the object exists on one side only. */
export interface Difference {
  /** Path of the object: `table public.users column email type`. */
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}
