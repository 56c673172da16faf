import type { Name } from '../catalog/model.ts';
import type { Wish } from '../change/model.ts';
import type { Question } from '../task/model.ts';

/** What the requirements became: statements, and where each of them can be found in the database. */
export interface Design {
  /** Naive statements in an order that a server accepts. */
  readonly wishes: readonly Wish[];
  /** Table of each entity, by the entity's id and by its name; of each junction, by its relation's id. */
  readonly tables: ReadonlyMap<string, Name>;
  /** Columns of each field and relation: first key the entity's id (or name, or an existing table as the task writes it), second key the field's or relation's name. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  readonly relations: readonly DesignedRelation[];
  readonly derived: readonly DesignedSummary[];
  /** Constraint (or unique index) that enforces each rule, by the rule's id. */
  readonly constraints: ReadonlyMap<string, string>;
  /** One batch of the deletion that each lifecycle claim asks for, by its id; repeated until it affects no row. */
  readonly purges: ReadonlyMap<
    string,
    { readonly table: Name; readonly column: string; readonly sql: string }
  >;
  /** Indexes that only support a foreign key or a purge: any other index that leads with the columns replaces them. */
  readonly supports: readonly SupportIndex[];
  readonly choices: readonly Choice[];
  readonly questions: readonly Question[];
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
}

export interface SupportIndex {
  readonly table: Name;
  readonly name: string;
  readonly columns: readonly string[];
  readonly wish: Wish;
}

/** One decision of the design in one line. */
export interface Choice {
  readonly about: string;
  readonly chosen: string;
  readonly because: string;
  readonly claims: readonly string[];
}
