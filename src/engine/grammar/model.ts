/** Texts of SQL: quoted, split, parsed, and looked into. */
import type { Name } from '../../catalog/model.ts';

export interface Quote {
  identifier(name: string): string;
  /** `schema.name`, without the schema when it is the default one. */
  name(name: Name): string;
  /** `schema.name` always: for text that nobody reads and whose session may look names up anywhere. */
  full(name: Name): string;
  literal(value: unknown): string;
  /** Whether a word cannot name a table or a column without quotes. */
  reserved(word: string): boolean;
  /** Longest identifier in bytes. */
  readonly maxBytes: number;
}

/** One statement of a SQL text. */
export interface Statement {
  /** Text without the final semicolon, comments before it included. */
  readonly sql: string;
  /** Offset of the text in its source, in characters. */
  readonly offset: number;
  /** Kind of the parse tree's node, for example `AlterTableStmt`. */
  readonly kind: string;
  /** The engine's own parse tree. */
  readonly tree: unknown;
}

/** A token of a SQL text, or what stands between tokens; a string that is quoted with dollars begins with one. */
export interface TextPiece {
  readonly kind:
    | 'word'
    | 'quoted'
    | 'string'
    | 'number'
    | 'numbered'
    | 'parameter'
    | 'symbol'
    | 'blank'
    | 'comment';
  readonly text: string;
}

export interface Grammar {
  /** Must have resolved once before the other functions are called. */
  ready(): Promise<void>;
  /** Splits and parses; throws `SqlError` with code `sql.syntax` and the position. */
  split(sql: string): readonly Statement[];
  /** Replaces `:name` by `$1…` and returns the names in order; text in quotes, comments and `::` casts stay. A text with `$1…` keeps them, named `1`, `2` …. */
  parameters(sql: string): { readonly sql: string; readonly names: readonly string[] };
  /** A text cut into tokens, blanks and comments; joined they are the text. Never throws, and needs no {@link ready}. */
  readonly scan: (sql: string) => readonly TextPiece[];
  /** What a query reads and writes, for index candidates and parameter values. `:name` is accepted. */
  shape(sql: string): QueryShape;
  /** Tables whose definition or rows the statement changes, as written; the schema is empty when the text gives none. */
  touches(statement: Statement): readonly Name[];
  /** Why a statement of a task or a migration is refused before it is sent, if it is: COPY … PROGRAM, ALTER SYSTEM … */
  refusal(statement: Statement): string | undefined;
  /** The server runs it outside transactions only: CREATE INDEX CONCURRENTLY, VACUUM. */
  outsideTransaction(statement: Statement): boolean;
}

/** What one query does, resolved to tables as far as its text tells. */
export interface QueryShape {
  readonly kind: 'read' | 'insert' | 'update' | 'delete' | 'other';
  readonly tables: readonly { readonly table: string; readonly alias: string }[];
  readonly predicates: readonly Predicate[];
  /** Columns of ORDER BY in order, where they are plain columns. */
  readonly order: readonly {
    readonly alias: string;
    readonly column: string;
    readonly descending: boolean;
  }[];
  readonly group: readonly { readonly alias: string; readonly column: string }[];
  readonly limit: boolean;
  /** Columns the query reads, per alias; `*` when all. */
  readonly reads: readonly { readonly alias: string; readonly column: string }[];
  /** Columns that INSERT … VALUES or SET fills from a named parameter. */
  readonly sets?: readonly { readonly alias: string; readonly column: string; readonly parameter: string }[];
}

export interface Predicate {
  readonly alias: string;
  readonly column: string;
  /** `other`: they meet in a way that no plain index serves (`<>`, `lower(column) = …`). */
  readonly operator: 'equal' | 'in' | 'range' | 'like' | 'null' | 'join' | 'contains' | 'other';
  /** The named parameter on the other side. */
  readonly parameter?: string;
  /** The constant on the other side, as text, if it is one. */
  readonly constant?: string;
  /** The joined column on the other side. */
  readonly joins?: { readonly alias: string; readonly column: string };
}
