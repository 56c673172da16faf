/** The application side of a database: tables as models, access patterns as functions, and the object-relational mappers they are written for. */
import type { Constraint, Index, Name } from '../catalog/model.ts';
import type { DescribedColumn, DescribedType } from '../engine/describe/model.ts';

/** Everything that code is written from. */
export interface Models {
  /** Name of the database product. */
  readonly engine: string;
  readonly entities: readonly Entity[];
  readonly enumerations: readonly Enumeration[];
  readonly operations: readonly Operation[];
  /** Access patterns without a function, and why. */
  readonly refused: readonly { readonly claim: string; readonly why: string }[];
}

/** One table as a program names it; all names are ASCII identifiers that clash with nothing. */
export interface Entity {
  readonly table: Name;
  /** With its schema and quotes, as SQL writes it. */
  readonly sqlName: string;
  /** `AnalyticsEvent`. */
  readonly typeName: string;
  /** `analyticsEvent` and `analyticsEvents`. */
  readonly one: string;
  readonly many: string;
  readonly attributes: readonly Attribute[];
  /** Attributes of the primary key in its order; empty when there is none. */
  readonly key: readonly Attribute[];
  readonly keyName?: string;
  /** Unique keys beside the primary one. */
  readonly uniques: readonly { readonly name: string; readonly attributes: readonly Attribute[] }[];
  /** Indexes that serve no constraint. */
  readonly indexes: readonly Index[];
  readonly checks: readonly Constraint[];
  readonly relations: readonly Relation[];
  readonly comment?: string;
}

export interface Attribute {
  readonly column: string;
  /** With quotes where SQL needs them. */
  readonly sqlName: string;
  readonly property: string;
  readonly type: DescribedType;
  readonly nullable: boolean;
  /** Default as the server prints it. */
  readonly default?: string;
  readonly identity?: 'always' | 'by default';
  /** The server computes it; programs only read it. */
  readonly generated?: { readonly expression: string; readonly kind: 'stored' | 'virtual' };
  readonly comment?: string;
}

/** One direction of a foreign key. */
export interface Relation {
  readonly kind: 'to-one' | 'to-many' | 'to-one-inverse';
  /** At most one row refers to the same other row. */
  readonly single: boolean;
  readonly property: string;
  /** Property of the other direction, on the other entity. */
  readonly inverse: string;
  /** Name of the other entity's type. */
  readonly to: string;
  readonly constraint: string;
  /** Attributes on this side and on the other, in the key's order. */
  readonly from: readonly Attribute[];
  readonly at: readonly Attribute[];
  readonly onDelete: NonNullable<Constraint['references']>['onDelete'];
  readonly onUpdate: NonNullable<Constraint['references']>['onUpdate'];
}

export interface Enumeration {
  readonly type: Name;
  readonly typeName: string;
  readonly labels: readonly string[];
}

/** An access pattern as a function. */
export interface Operation {
  readonly claim: string;
  readonly says: string;
  /** `latestEventsOfUser`. */
  readonly functionName: string;
  /** Prefix of its types: `LatestEventsOfUser`. */
  readonly typeName: string;
  readonly body:
    | { readonly kind: 'statement'; readonly statement: OperationStatement }
    | { readonly kind: 'transaction'; readonly statements: readonly OperationStatement[] }
    | { readonly kind: 'insert'; readonly entity: string };
}

/** One statement with `$n` parameters, as the server prepared it. */
export interface OperationStatement {
  /** Name under which a session keeps it prepared; it changes with the text. */
  readonly name: string;
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  readonly columns: readonly DescribedColumn[];
  readonly reads: boolean;
}

export interface Parameter {
  /** As the task writes it, without the colon. */
  readonly written: string;
  readonly property: string;
  readonly type: DescribedType;
  readonly nullable: boolean;
}

/** A file of generated code: path within the folder of its mapper, and text. */
export interface CodeFile {
  readonly path: string;
  readonly text: string;
}

/** What a mapper's folder holds. */
export interface Written {
  readonly files: readonly CodeFile[];
  /** What the mapper cannot say, one sentence each. */
  readonly leftOut: readonly string[];
}

/** An object-relational mapper, or the plain driver. */
export interface Mapper {
  /** `drizzle`; also the folder. */
  readonly name: string;
  readonly title: string;
  /** Packages that its code imports; a project that depends on the first one uses the mapper. */
  readonly packages: readonly string[];
  /** Command that has to run before the code can be used, and the package that has it. */
  readonly generate?: {
    readonly package: string;
    readonly program: string;
    readonly args: readonly string[];
  };
  write(models: Models): Written;
}
