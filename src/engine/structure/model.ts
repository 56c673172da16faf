/** Makes a captured structure again, as exactly as the server allows. */
import type { Catalog } from '../../catalog/model.ts';
import type { NotExact } from '../hollow/model.ts';
import type { CollationLocale, WantedExtension } from '../launch/model.ts';
import type { DatabaseLocale, MadeObject, RoleFact, SequencePlace, SettingFact } from '../snapshot/model.ts';

/** How an engine restores a structure into an empty sandbox database. */
export interface Structures {
  /**
   * Makes roles, extensions, objects in their original order, owners, grants and the settings of database and roles. Text that comes from the snapshot runs as the
   * unprivileged owner through the extended protocol; only statements that we compose from quoted names run as superuser.
   */
  restore(target: StructureTarget, wanted: WantedStructure): Promise<RestoredStructure>;
  /** Ways to make a database of the original's locale, best first; a server may lack all but the last. */
  locales(locale: DatabaseLocale, encoding: string): readonly LocaleChoice[];
}

export interface StructureTarget {
  readonly ownerUrl: string;
  readonly adminUrl: string;
  /** The unprivileged role; it becomes a member of every restored role. */
  readonly owner: string;
  /** Roles belong to the server: they are only made on servers of our own. */
  readonly roles: boolean;
  readonly signal: AbortSignal;
  installExtension(name: string, wanted: WantedExtension): Promise<void>;
}

export interface WantedStructure {
  readonly catalog: Catalog;
  readonly order: readonly MadeObject[];
  readonly roles: readonly RoleFact[];
  readonly settings: readonly SettingFact[];
  /** Where sequences stood; those that the rows have taken further stay there. */
  readonly sequences?: readonly SequencePlace[];
  /** The original's, whose version is compared with the one that sorts here. */
  readonly locale?: DatabaseLocale;
  /** Bare tables first, `finish` makes indexes, keys and references: rows are loaded between. All at once when absent. */
  readonly part?: 'tables' | 'finish';
}

export interface RestoredStructure {
  readonly statements: number;
  /** Objects that could not be made, by path, with the reason; queries on them get no verdict. */
  readonly leftOut: readonly {
    readonly path: string;
    readonly why: string;
    /** The server's code for it, when it was the server that refused: `23505` where rows do not allow a key. */
    readonly sqlstate?: string;
    /** No query of an application uses it: an extension that shows or mends a server. */
    readonly idle?: true;
  }[];
  /** What is there and is not as it was. */
  readonly notExact: readonly NotExact[];
}

/** A way to make a database sort and compare text. */
export interface LocaleChoice {
  readonly locale: CollationLocale;
  /** What is not as in the original; absent for the original's own way. */
  readonly why?: string;
  /** Text is sorted and compared as there. */
  readonly sorts: boolean;
}
