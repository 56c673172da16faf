/** Makes a captured structure again, as exactly as the server allows. */
import type { Catalog } from '../../catalog/model.ts';
import type { MadeObject, RoleFact, SettingFact } from '../snapshot/model.ts';

/** How an engine restores a structure into an empty sandbox database. */
export interface Structures {
  /**
   * Makes roles, extensions, objects in their original order, owners, grants and the settings of database and roles. Text that comes from the snapshot runs as the
   * unprivileged owner through the extended protocol; only statements that we compose from quoted names run as superuser.
   */
  restore(target: StructureTarget, wanted: WantedStructure): Promise<RestoredStructure>;
}

export interface StructureTarget {
  readonly ownerUrl: string;
  readonly adminUrl: string;
  /** The unprivileged role; it becomes a member of every restored role. */
  readonly owner: string;
  /** Roles belong to the server: they are only made on servers of our own. */
  readonly roles: boolean;
  readonly signal: AbortSignal;
  installExtension(name: string, schema?: string): Promise<void>;
}

export interface WantedStructure {
  readonly catalog: Catalog;
  readonly order: readonly MadeObject[];
  readonly roles: readonly RoleFact[];
  readonly settings: readonly SettingFact[];
  /** Bare tables first, `finish` makes indexes, keys and references: rows are loaded between. All at once when absent. */
  readonly part?: 'tables' | 'finish';
}

export interface RestoredStructure {
  readonly statements: number;
  /** Objects that could not be made, by path, with the reason; queries on them get no verdict. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
}
