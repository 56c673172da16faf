/** Who shall do what with the tables of a task. */
import type { Name } from '../../catalog/model.ts';
import type { RoleKind } from '../../task/model.ts';

export interface SecurityPlan {
  readonly roles: readonly PlannedRole[];
  readonly rights: readonly Right[];
  /** Tables of the task and those that its access patterns use. */
  readonly tables: readonly Name[];
  /** Tables that the change makes. */
  readonly made: readonly Name[];
  /** Existing tables whose definition or rows the change alters. */
  readonly altered: readonly Name[];
  /** Existing tables that new foreign keys lead to. */
  readonly referenced: readonly Name[];
  /** Columns that only some roles may read. */
  readonly secrets: readonly Secret[];
  /** Masked views as the server prints their names, with the claims whose columns they mask. */
  readonly masked: readonly { readonly view: string; readonly claims: readonly string[] }[];
  /** Statements that take rights from tables that exist: written down, never run by themselves. */
  readonly takes: readonly Taken[];
  /** What the texts of the task do not tell. */
  readonly unknown: readonly string[];
}

export interface PlannedRole {
  readonly name: string;
  readonly kind: RoleKind;
  /** The task does not name it, or not what it is for. */
  readonly assumed: boolean;
}

export type Privilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'USAGE' | 'EXECUTE';

/** One right of one role. */
export interface Right {
  readonly role: string;
  readonly on: 'table' | 'sequence' | 'function' | 'procedure' | 'schema';
  readonly name: Name;
  /** Identity arguments of a routine. */
  readonly arguments?: string;
  readonly privilege: Privilege;
  /** The right holds for these columns only. */
  readonly columns?: readonly string[];
  /** Ids of the access patterns and claims that need it. */
  readonly needs: readonly string[];
}

/** A column with the roles that may read it. */
export interface Secret {
  readonly table: Name;
  readonly column: string;
  readonly class: string;
  readonly readers: readonly string[];
  /** Privacy claim, or the entity whose field is sensitive. */
  readonly claim: string;
}

export interface Taken {
  readonly sql: string;
  readonly what: string;
  readonly claim: string;
}

/** A query of the application, with what it is called. */
export interface AskedQuery {
  readonly name: string;
  readonly sql: string;
}
