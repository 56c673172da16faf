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
  installExtension(name: string, schema?: string): Promise<void>;
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
}

export interface Comparison {
  readonly statements: readonly string[];
  /** Objects that the comparison does not model, by name. */
  readonly unsupported: readonly string[];
}
