/** The way from one structure to another: statements in an order that the server accepts. */

/** Plans the way between two sandbox databases of the same major version; what it claims is judged by the witness. */
export interface Planner {
  /** Reads a database and writes nothing; what it found serves for plans in both directions. */
  read(side: PlannerSide, options: Omit<PlannerOptions, 'renames'>): Promise<PlannerStructure>;
  /** Reads the databases that were not read before and writes nothing. */
  plan(
    from: PlannerSide | PlannerStructure,
    to: PlannerSide | PlannerStructure,
    options: PlannerOptions,
  ): Promise<Planned>;
}

/** What {@link Planner.read} found in a database; true as long as nobody changes it. */
export interface PlannerStructure {
  readonly side: PlannerSide;
  /** With the roles of the server, as its plans have to want them. */
  readonly roles: boolean;
  /** In the engine's own shape. */
  readonly found: unknown;
}

export interface PlannerSide {
  /** A superuser's URL of a sandbox database; the two sides may be on servers of their own. */
  readonly adminUrl: string;
  /** The role that stands for "whoever runs the change": its ownership and its rights as an owner say nothing. */
  readonly owner: string;
}

export interface PlannerOptions {
  /** Answers about renames, each as it was asked or given. */
  readonly renames: readonly Rename[];
  /** Roles of the two servers with their memberships are planned too; otherwise roles that are named are taken for granted. */
  readonly roles: boolean;
  readonly signal: AbortSignal;
}

/** An object that goes and one that comes may be the same one under another name. */
export interface Rename {
  readonly kind: RenameKind;
  /** `schema.table`, `schema.table.column`, `schema.type.label` …, as {@link printName} writes names. */
  readonly from: string;
  /** The new place in the same notation; undefined says that it is not a rename. */
  readonly to: string | undefined;
}

export type RenameKind =
  | 'schema'
  | 'table'
  | 'column'
  | 'view'
  | 'sequence'
  | 'type'
  | 'label'
  | 'attribute'
  | 'routine'
  | 'index'
  | 'constraint'
  | 'trigger'
  | 'policy'
  | 'role';

export interface Planned {
  readonly statements: readonly PlannedStatement[];
  /** Likely renames nobody has answered; the statements drop and make instead, and say what that loses. */
  readonly questions: readonly RenameQuestion[];
  /** What cannot be planned, by path of the object; nothing of it is among the statements. */
  readonly refused: readonly { readonly path: string; readonly why: string }[];
}

export interface RenameQuestion {
  readonly kind: RenameKind;
  readonly from: string;
  readonly to: string;
  /** 0 to 1: the share of facts that the two have in common. */
  readonly likeness: number;
}

export interface PlannedStatement {
  readonly sql: string;
  /** Path of the object: `table public.users column email`. */
  readonly path: string;
  readonly does: 'make' | 'alter' | 'drop' | 'rename';
  /** Why it is there, in one line: `new column`, `made again because its type changes`. */
  readonly because: string;
  /** What is lost for good. */
  readonly loses?: string;
  /** It cannot run inside a transaction, or what it makes can be used only after its transaction. */
  readonly alone?: 'outside' | 'own transaction';
  /** It needs a superuser, whoever owns the database. */
  readonly superuser?: true;
}
