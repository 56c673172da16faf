/** What a statement asks of tables: the raw matter of index candidates. */
import type { Catalog, Index, Name } from '../../catalog/model.ts';
import type { IndexWish } from '../hollow/model.ts';

/** How an engine tells which indexes a statement could use. */
export interface Access {
  /**
   * Each use of a table in a statement with `$n` parameters, subqueries, CTEs, views and writes included; what is not understood is left out.
   * Several statements in one text are read one after the other. Throws `SqlError` when it does not parse. Needs {@link import('../grammar/model.ts').Grammar.ready}.
   */
  of(sql: string, catalog: Catalog, options?: AccessOptions): readonly TableAccess[];
  /** An index as a definition: keys quoted, expressions in brackets, classes and directions only where they are not the usual ones. */
  define(form: IndexForm): IndexWish;
  /** The index that a wish would make, as a catalog tells it (without a name); throws `SqlError` when its definition does not parse. */
  indexOf(wish: IndexWish, catalog: Catalog): Index;
  /**
   * Whether everything the first index does is done by the second one: the same table and method, its keys a prefix in the same order, directions and classes (or all turned round),
   * its kept columns there, the same rows (a partial one reads fewer than a whole one, so the whole one does less; only nulls of the first key make no difference), uniqueness if it has it.
   * Names, validity and constraints are the caller's.
   * The directions of the first `loose` keys do not matter: they are looked up by equality, or nobody wants their order.
   */
  covers(one: Index, other: Index, catalog: Catalog, loose?: number): boolean;
}

export interface AccessOptions {
  /** Text of the database's own collation sorts by bytes (`C`), so that plain trees find prefixes. */
  readonly byteOrder?: boolean;
  /** Extensions that may be used beyond those of the catalog: `pg_trgm`, `btree_gin`. */
  readonly extensions?: readonly string[];
}

/** One use of a table (or materialised view) in one statement. */
export interface TableAccess {
  readonly table: Name;
  /** As the statement calls it; equal for several uses in different subqueries. */
  readonly alias: string;
  /** What the statement does to it. */
  readonly does: 'read' | 'insert' | 'update' | 'delete';
  /** Conditions that all hold: of WHERE, ON, and of the join's other side. */
  readonly conditions: readonly AccessCondition[];
  /** Conditions of which one must hold: per OR its branches, each branch a list as above. */
  readonly branches: readonly (readonly (readonly AccessCondition[])[])[];
  /** Order that its rows are wanted in, as far as its own columns give it: ORDER BY, a window, the least or greatest value. */
  readonly order: readonly AccessOrder[];
  readonly group: readonly AccessKey[];
  readonly distinct: readonly AccessKey[];
  /** Only the first rows in this order are wanted. */
  readonly limit: boolean;
  /** Columns that are needed from it; `*` when all. */
  readonly reads: readonly string[];
  /** Columns that the statement writes; `*` for whole rows. */
  readonly writes: readonly string[];
}

/** Something that an index may hold. */
export interface AccessKey {
  /** A column's name without quotes, or an expression over the table's columns as SQL. */
  readonly key: string;
  readonly columns: readonly string[];
  /** `lower(email)` and the like: an index must hold the expression. */
  readonly expression: boolean;
}

/** A condition on one expression of a table. */
export interface AccessCondition extends AccessKey {
  readonly kind:
    | 'equal'
    | 'in'
    | 'range'
    | 'prefix'
    | 'pattern'
    | 'null'
    | 'not-null'
    | 'contains'
    | 'overlaps'
    | 'exists-key'
    | 'text-search'
    | 'distance'
    | 'other';
  /** Operator as written, for classes of operators. */
  readonly operator: string;
  /** `$n`, a constant as SQL, or a column of another table. */
  readonly against:
    | { readonly kind: 'parameter'; readonly number: number }
    | { readonly kind: 'constant'; readonly sql: string }
    | { readonly kind: 'column'; readonly table: Name; readonly column: string }
    | { readonly kind: 'expression' };
  /** Values of a list, where it is one of constants and parameters: SQL, or `$n`. */
  readonly list?: readonly string[];
  /** Kinds of indexes that can serve it, the usual one first; empty when none can. */
  readonly ways: readonly IndexWay[];
  /** The condition as an index's WHERE may hold it, with `$n` where the statement has it; absent when it needs other tables or changes with time. */
  readonly predicate?: string;
}

/** A kind of index with the class of operators it needs, when that is not the type's usual one. */
export interface IndexWay {
  readonly method: 'btree' | 'hash' | 'gin' | 'gist' | 'spgist' | 'brin';
  readonly class?: string;
}

export interface AccessOrder extends AccessKey {
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** An index to be written down. */
export interface IndexForm {
  readonly table: Name;
  readonly method: string;
  readonly keys: readonly IndexFormKey[];
  readonly includes: readonly string[];
  readonly predicate?: string;
  readonly unique?: boolean;
}

export interface IndexFormKey extends Pick<AccessKey, 'key' | 'expression'> {
  readonly class?: string;
  readonly descending?: boolean;
  /** Absent: as usual, first when descending. */
  readonly nullsFirst?: boolean;
}
