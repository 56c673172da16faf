/** Who may do what in a database: statements that an administrator runs, and the query that shows who reads a column. */
import type { Name } from '../../catalog/model.ts';

export interface Rights {
  /** Makes a role that nobody can sign in as, unless a role of that name is there; the note tells later that it was made so. */
  ensureRole(role: string, note: string): string;
  /** Lets roles connect to the database in which the statement runs. */
  connect(roles: readonly string[]): string;
  /** Lets a role install trusted extensions in the database in which the statement runs. */
  install(role: string): string;
  /** Lets a role change these tables by making it a member of their owners; owners that are superusers are told and passed over. */
  changeTables(role: string, tables: readonly Name[]): string;
  /** Settings for sessions of a role in the database in which the statement runs. */
  settings(role: string, settings: Readonly<Record<string, string>>): string;
  /** Takes back what these roles, where they carry their note, may do in the database in which it runs, and drops those that nothing else needs; objects go to who runs it. */
  forget(roles: readonly { readonly name: string; readonly note: string }[]): string;
  /** Query for the names of schemas with this comment, as `name` in order. */
  schemasNoted(note: string): string;
  /** Query for who can read each of these columns and how; rows are {@link ReadingRow}. */
  review(columns: readonly ReviewedColumn[]): string;
}

export interface ReviewedColumn {
  readonly table: Name;
  readonly column: string;
  readonly class: string;
  /** Roles that the task names. */
  readonly readers: readonly string[];
}

/** One way in which one role reads one column. */
export interface ReadingRow extends Record<string, unknown> {
  /** `schema.table.column`. */
  readonly column: string;
  readonly class: string;
  readonly role: string;
  readonly signs_in: boolean;
  /** `superuser`, `as owner`, `by grant`, `after SET ROLE …`, `through the view …`, `through the function …`. */
  readonly way: string;
  /** Whether the task names the role as a reader. */
  readonly named: boolean;
}
