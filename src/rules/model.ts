/** What a team expects of a structure, one rule at a time. */
import type { Catalog, Name, Routine, Table, View } from '../catalog/model.ts';
import type { Quote, Types } from '../engine/model.ts';
import type { Severity } from '../report/model.ts';

/** One thing that is expected, and why. */
export interface Rule {
  /** Noun phrase for what is found: `unindexed-foreign-key`. */
  readonly id: string;
  readonly group: 'naming' | 'types' | 'habits' | 'governance';
  /** How much it matters unless the team says otherwise. */
  readonly severity: Severity;
  /** What is found, for the list of rules. */
  readonly finds: string;
  readonly because: string;
  readonly instead: string;
  find(subject: Subject): readonly Offence[];
}

/** One place where a rule is not kept. */
export interface Offence {
  /** `public.users`, `public.users.email`, `public.users index users_email_idx`, `public.f(integer)`. */
  readonly object: string;
  readonly message: string;
  /** Ready-to-run SQL. */
  readonly fix?: string;
}

/** What rules look at. */
export interface Subject {
  readonly catalog: Catalog;
  /** Tables to look at; the catalog holds those around them. Partitions are left out. */
  readonly tables: readonly Table[];
  readonly views: readonly View[];
  readonly routines: readonly Routine[];
  readonly quote: Quote;
  readonly types: Types;
  /** How the database names things. */
  readonly habits: House;
  readonly standards: Standards;
  /** Names that the team's own patterns do not match, by kind. */
  readonly mismatched: Readonly<Record<NameKind, ReadonlySet<string>>>;
  /** What the task says about tables; empty without one. */
  readonly declared: readonly DeclaredFacts[];
}

/** How most names of a database are made. */
export interface House {
  readonly plural: boolean;
  readonly camel: boolean;
  /** Name of a constraint or an index by table and columns. */
  readonly templates: Readonly<
    Record<'primary' | 'foreign' | 'unique' | 'index', (table: string, columns: readonly string[]) => string>
  >;
}

/** Kinds of names that a team may give a pattern for. */
export type NameKind = 'table' | 'column' | 'index' | 'constraint' | 'routine';

/** Facts that a task declares of a table or a column. */
export interface DeclaredFacts {
  readonly table: Name;
  readonly column?: string;
  readonly claim: string;
  readonly class?: string;
  readonly owner?: string;
  readonly readers?: readonly string[];
  /** How long rows are kept, days. */
  readonly keepDays?: number;
}

/** A team's own choices. */
export interface Standards {
  readonly case?: 'snake' | 'camel' | 'any';
  readonly tables?: 'plural' | 'singular' | 'any';
  readonly requiredColumns: readonly string[];
  readonly forbiddenTypes: readonly string[];
  /** Words that no name may be made of, with what to write instead. */
  readonly abbreviations: Readonly<Record<string, string>>;
  /** Regular expressions, in the server's own notation, that names must match. */
  readonly names: Readonly<Partial<Record<NameKind, string>>>;
  /** Facts that each table's comment must hold. */
  readonly facts?: readonly Fact[];
  /** Schemas that are left alone. */
  readonly ignore: readonly string[];
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  readonly deviations: readonly Deviation[];
  readonly failOn?: 'error' | 'warning' | 'info';
}

/** A fact of governance that a table's comment holds. */
export type Fact = 'owner' | 'class' | 'purpose' | 'retention';

/** A place where a rule is broken on purpose. */
export interface Deviation {
  readonly rule: string;
  /** The place, `*` for any part of it. */
  readonly object: string;
  readonly because: string;
  /** Last day, `2026-12-31`; for good when absent. */
  readonly until?: string;
}
