/** Brings a structure that exists elsewhere into a sandbox database, and compares two of them. */
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Session } from '../session/model.ts';

/** Brings a structure that exists elsewhere into a sandbox database. */
export interface Intake {
  /**
   * Runs a text of SQL (schema file, dump with COPY data) statement by statement as the role of the URL. What belongs to the whole server
   * or to other roles is left out and told; throws `SqlError` naming place, line and statement, `sql.refused` for what no file may do.
   */
  script(url: string, options: ScriptOptions): Promise<ScriptResult>;
  /** Makes a structure that was read elsewhere in an empty database, as the role of the URL; owners and grants are not carried over. */
  rebuild(url: string, catalog: Catalog, options: RebuildOptions): Promise<ScriptResult>;
  /** Copies the rows of migration tools' own history tables, and of no others; missing tables are passed over. */
  history(from: Session, to: Session, catalog: Catalog): Promise<readonly CopiedRows[]>;
  /**
   * Lets the owner work with what a superuser has just made in a sandbox of its own: it becomes a member of new roles and may use new
   * foreign data wrappers. To be called after each statement of a plan that a superuser ran.
   */
  handOver(adminUrl: string, owner: string): Promise<void>;
}

export interface CopiedRows {
  readonly table: Name;
  readonly rows: number;
  /** Why nothing was copied, when the source refused. */
  readonly refused?: string;
}

export interface ScriptOptions {
  readonly text: string;
  /** What messages call the text: the path of its file. */
  readonly place: string;
  readonly statementTimeoutMs?: number;
  /** Installs an extension, into a schema when one is named; rejects when the server cannot. */
  installExtension(name: string, schema?: string, version?: string): Promise<void>;
  /**
   * The whole cluster is a throw-away one that serves this text alone: roles, owners, event triggers and what else needs more than the owner's
   * rights are carried out too, statement by statement and never by running text of the file as a superuser. Roles that are named and missing are made.
   */
  readonly whole?: { readonly adminUrl: string };
}

export interface RebuildOptions extends Omit<ScriptOptions, 'text'> {
  /** A superuser's URL of the same database, for states that only the catalogs hold: inherited columns, invalid indexes. */
  readonly adminUrl?: string;
}

export interface ScriptResult {
  readonly statements: number;
  /** Rows that COPY blocks loaded. */
  readonly rows: number;
  /** What was not run, why and where: `2 statements that change owners (line 40)`. */
  readonly leftOut: readonly string[];
  /** With `whole`: roles that the text made or named, besides the server's own; a second cluster may need them too. */
  readonly roles?: readonly string[];
}

export interface Comparison {
  readonly statements: readonly string[];
  /** Objects that the comparison does not model, by name. */
  readonly unsupported: readonly string[];
}
