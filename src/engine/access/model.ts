/** What a statement asks of tables: the raw matter of index candidates. */
import type { Catalog, Index, Name } from '../../catalog/model.ts';

/** How an engine tells which indexes a statement could use. */
export interface Access {
  /** Each use of a table in a statement with `$n` parameters, subqueries, CTEs, views and writes included; throws `SqlError` when it does not parse. */
  of(sql: string, catalog: Catalog): readonly TableAccess[];
  /** Definitions, as an {@link import('../hollow/model.ts').IndexWish} has them, that could serve one use; widest variety, no judgement. */
  methods(
    access: TableAccess,
    catalog: Catalog,
  ): readonly { readonly definition: string; readonly method: string; readonly because: string }[];
  /** Whether everything the first index does is done by the second one: the same table, a prefix of its keys in the same order and classes, a predicate that is implied. */
  covers(one: Index, other: Index): boolean;
}

/** One use of a table (or materialised view) in one statement. */
export interface TableAccess {
  readonly table: Name;
  readonly alias: string;
  /** Conditions that all hold: of WHERE, ON, and of the join's other side. */
  readonly conditions: readonly AccessCondition[];
  /** Conditions of which one must hold, each branch a list as above. */
  readonly branches: readonly (readonly AccessCondition[])[][];
  readonly order: readonly AccessOrder[];
  readonly group: readonly string[];
  readonly distinct: readonly string[];
  readonly limit: boolean;
  /** Columns that are needed from it; `*` when all. */
  readonly reads: readonly string[];
  /** Columns that the statement writes. */
  readonly writes: readonly string[];
}

/** A condition on one expression of a table. */
export interface AccessCondition {
  /** A column, or an expression over the table's columns as SQL that an index may hold. */
  readonly key: string;
  readonly columns: readonly string[];
  /** `lower(email)` and the like: an index must hold the expression. */
  readonly expression: boolean;
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
}

export interface AccessOrder {
  readonly key: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}
