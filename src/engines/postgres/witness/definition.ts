/** How the rows of one system catalog become facts; columns that are not named here are read as the server gives them. */

/** A catalog whose rows are objects, or belong to exactly one. The row is `c` in all SQL. */
export interface CatalogRows {
  readonly catalog: string;
  /** Which rows are the database's own. */
  readonly own: string;
  /** The object's own name, as the last part of its path; rows without one belong to the object of `parent`. */
  readonly label?: string;
  /** The object that it is a part of: its catalog and its oid, both as SQL. */
  readonly parent?: readonly [catalog: string, oid: string];
  /** The column of the parent that the row belongs to. */
  readonly column?: string;
  /** Rows that have a name and no facts of their own. */
  readonly silent?: string;
  /** Columns that are told another way than by their value. */
  readonly render?: Readonly<Record<string, string>>;
  /** Columns that are no facts, each with its reason. */
  readonly leave?: Readonly<Record<string, string>>;
  /** Column with rights, the letter of its default rights and the owner's oid. */
  readonly rights?: readonly [column: string, kind: string | undefined, owner: string];
  /** Columns whose lists have no order. */
  readonly sets?: readonly string[];
  /** Columns whose values are hidden behind a sum. */
  readonly secret?: readonly string[];
  /** Roles and what the whole server shares. */
  readonly server?: true;
}

/** Facts that one query gathers from many rows. */
export interface Gathered {
  readonly catalog: string;
  readonly since?: number;
  /** Columns `catalog`, `oid` and `column` of the object (0 for the object itself), or `path` where it is none; `fact`, `value`. */
  readonly sql: string;
  readonly server?: true;
}
