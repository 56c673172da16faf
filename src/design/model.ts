import type { Name } from '../catalog/model.ts';
import type { Wish } from '../change/model.ts';
import type { Maintenance } from '../engine/partition/model.ts';
import type { Question } from '../task/model.ts';

/** What the requirements became: statements, and where each of them can be found in the database. */
export interface Design {
  /** Naive statements in an order that a server accepts. */
  readonly wishes: readonly Wish[];
  /** Table of each entity, by the entity's id and by its name; of each junction, by its relation's id. */
  readonly tables: ReadonlyMap<string, Name>;
  /** Tables of today that entities are. */
  readonly standing: readonly Name[];
  /** Columns of each field and relation: first key the entity's id (or name, or an existing table as the task writes it), second key the field's or relation's name. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  readonly relations: readonly DesignedRelation[];
  readonly derived: readonly DesignedSummary[];
  readonly parted: readonly PartedTable[];
  /** Constraint (or unique index) that enforces each rule, by the rule's id. */
  readonly constraints: ReadonlyMap<string, string>;
  /** One batch of the deletion that each lifecycle claim asks for, by its id; repeated until it affects no row. */
  readonly purges: ReadonlyMap<string, DesignedPurge>;
  /** What patterns promise beyond columns and constraints, for those who try it. */
  readonly features: readonly DesignedFeature[];
  /** Statements that bring rows which were made without triggers into the state that the triggers would have kept, in order. */
  readonly upkeep: readonly Upkeep[];
  /** Rules that a trigger keeps. */
  readonly nevers: readonly DesignedNever[];
  readonly routines: readonly DesignedRoutine[];
  /** Statements that come after the task's own SQL. */
  readonly late: readonly Wish[];
  /** How tenants are kept apart. */
  readonly tenancy?: DesignedTenancy;
  /** Views that show a table with some columns masked. */
  readonly masked: readonly MaskedView[];
  /** Columns of archives, histories and messages that hold values of private columns. */
  readonly copies: readonly CopiedColumn[];
  /** Indexes that only support a foreign key or a purge: any other index that leads with the columns replaces them. */
  readonly supports: readonly SupportIndex[];
  readonly choices: readonly Choice[];
  /** What the design leaves open on tables that are there, each with the statement that would close it. */
  readonly notes: readonly DesignNote[];
  readonly questions: readonly Question[];
}

/** What a lifecycle claim does to rows that are old enough, batch by batch. */
export interface DesignedPurge {
  readonly table: Name;
  /** Column that tells a row's age. */
  readonly column: string;
  /** Expression of the moment from which a row's time is counted: the column, or the end of the period in it; empty while a row is valid until further notice. */
  readonly since: string;
  /** One batch; repeated until it affects no row. */
  readonly sql: string;
  readonly does: 'delete' | 'archive' | 'anonymise';
  /** Condition over the table's row: old enough, not held, not done yet. */
  readonly due: string;
  /** Condition of rows that stay whatever their age. */
  readonly hold?: string;
  /** Makes the rows of the oldest day one day older; for trials, whose rows end where they may stay. */
  readonly age: string;
  /** Table that takes archived rows, with the same columns. */
  readonly archive?: Name;
  /** Columns whose values are replaced. */
  readonly masked?: readonly string[];
}

/** A promise of a pattern that only rows and sessions can show. */
export type DesignedFeature =
  | {
      readonly kind: 'states';
      readonly entity: string;
      readonly table: Name;
      readonly column: string;
      readonly start: string;
      readonly moves: Readonly<Record<string, readonly string[]>>;
      /** Names that errors carry. */
      readonly startRule: string;
      readonly moveRule: string;
    }
  | {
      readonly kind: 'version';
      readonly entity: string;
      readonly table: Name;
      readonly column: string;
      readonly rule: string;
    }
  | {
      readonly kind: 'outbox';
      readonly entity: string;
      readonly table: Name;
      readonly messages: Name;
      /** Value of a message's `topic`. */
      readonly topic: string;
      /** Takes up to `$1` messages and returns them. */
      readonly take: string;
    }
  | {
      readonly kind: 'temporal';
      readonly entity: string;
      readonly table: Name;
      /** Columns that name the thing, without the period. */
      readonly key: readonly string[];
      readonly period: string;
      /** View of what is valid now. */
      readonly view: Name;
      /** Constraint that rejects overlaps. */
      readonly rule: string;
      /** Function that changes a thing from a moment on. */
      readonly change: Name;
    }
  | {
      readonly kind: 'tree';
      readonly entity: string;
      readonly relation: string;
      readonly table: Name;
      readonly key: readonly string[];
      readonly parent: readonly string[];
      /** Name that the error of a circle carries. */
      readonly rule: string;
      /** Table of all ancestors, with the statement that fills it from scratch. */
      readonly closure?: {
        readonly table: Name;
        readonly refill: string;
        readonly columns: readonly string[];
      };
    };

/** A rule that no constraint can hold, kept by a trigger of its table. */
export interface DesignedNever {
  /** The rule's id. */
  readonly rule: string;
  readonly table: Name;
  /** Name that its errors carry; trigger and function have it too. */
  readonly constraint: string;
  /** The function once more, with which writers do not wait for each other; for the negative control. */
  readonly unlocked: string;
  /** Query of the rows that break the rule as they stand. */
  readonly broken: string;
  /** Other tables that the query reads, as written. */
  readonly reads: readonly string[];
  /** Columns in which writers agree that wait for each other; all writers do when there are none. */
  readonly lock: readonly string[];
}

/** A function or procedure that the task asks for. */
export type DesignedRoutine =
  | {
      readonly kind: 'upsert';
      readonly id: string;
      readonly name: Name;
      readonly table: Name;
      /** Argument of each column that a caller gives. */
      readonly arguments: readonly { readonly name: string; readonly column: string }[];
      /** Columns that tell whether a row is there. */
      readonly on: readonly string[];
    }
  | {
      readonly kind: 'bulk';
      readonly id: string;
      readonly name: Name;
      readonly table: Name;
      /** Columns of the table, each with a column of text in the staging table. */
      readonly columns: readonly string[];
      readonly on: readonly string[];
      readonly staging: Name;
      /** Number of a staged row. */
      readonly stagedKey: string;
      readonly errors: Name;
    }
  | {
      readonly kind: 'body';
      readonly id: string;
      readonly name: Name;
      readonly procedure: boolean;
      readonly language: 'sql' | 'plpgsql';
      /** It ends transactions itself. */
      readonly commits: boolean;
    };

/** How the rows of one table are brought into the state that its triggers keep. */
export interface Upkeep {
  readonly table: Name;
  /** Empty when nothing is to be done but emptying. */
  readonly sql: string;
  /** `exact`: the table holds what the statement makes and nothing else. `settle`: the rows stay, the statement corrects them. */
  readonly kind: 'exact' | 'settle';
  /** Column of the table that is empty in rows to which new rows may refer. */
  readonly past?: string;
}

/** One foreign key that a relation became; a polymorphic relation has one per target, a junction two. */
export interface DesignedRelation {
  readonly id: string;
  readonly table: Name;
  readonly columns: readonly string[];
  readonly to: Name;
  readonly toColumns: readonly string[];
  readonly constraint: string;
}

/** A summary kept from another table's rows. */
export interface DesignedSummary {
  readonly entity: string;
  readonly table: Name;
  readonly source: Name;
  /** One statement that fills or corrects the whole summary from the source. */
  readonly refill: string;
  /** The query that counts all groups from the source. */
  readonly groups: string;
  /** Call that brings a summary up to date which is kept on a schedule. */
  readonly refresh?: string;
  /** Table of changes that it does not hold yet. */
  readonly changes?: Name;
}

/** A table that lies in partitions, with the function that keeps them up. */
export interface PartedTable extends Maintenance {
  readonly entity: string;
  /** Beginning of the first partition that the change makes. */
  readonly first: Date;
  /** Lifecycle claim that taking whole partitions away answers. */
  readonly lifecycle?: string;
}

/** Tables of tenants, and what limits them. */
export interface DesignedTenancy {
  readonly tenants: Name;
  /** Key column of the table of tenants. */
  readonly key: string;
  readonly tables: readonly { readonly table: Name; readonly column: string }[];
  /** Histories and archives that hold rows of tenants, with the SQL expression that tells whose. */
  readonly copies: readonly { readonly table: Name; readonly value: string }[];
  /** Table in which the rows of tables with a limit are counted. */
  readonly usage?: Name;
  readonly quotas: readonly { readonly table: Name; readonly most: number; readonly rule: string }[];
}

/** A view of a table for readers who may not see some of its columns. */
export interface MaskedView {
  readonly view: Name;
  readonly table: Name;
  readonly columns: readonly string[];
}

/** A column, as it is or inside JSON, in another table. */
export interface CopiedColumn {
  readonly table: Name;
  readonly column: string;
  /** Table and column that the values are from. */
  readonly of: Name;
  readonly from: string;
}

export interface SupportIndex {
  readonly table: Name;
  readonly name: string;
  readonly columns: readonly string[];
  readonly wish: Wish;
}

/** Something that a reader should know before the change runs, and what would be done about it. */
export interface DesignNote {
  /** Name of the finding that it becomes. */
  readonly rule: string;
  /** Table and columns. */
  readonly about: string;
  readonly message: string;
  readonly why: string;
  readonly instead: string;
}

/** One decision of the design in one line. */
export interface Choice {
  readonly about: string;
  readonly chosen: string;
  readonly because: string;
  readonly claims: readonly string[];
}
