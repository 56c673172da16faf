/** What the statements so far make of the rows of today. */
import { findTable } from '../../../catalog/find.ts';
import { keyOf } from '../../../catalog/identity.ts';
import type { Constraint, Name, Table } from '../../../catalog/model.ts';
import type { PreconditionContext } from '../../../engine/model.ts';
import { quote } from '../quote.ts';

/** A column as it will be: its value in terms of the table's row of today, or why that is not known. */
export interface ColumnState {
  readonly type?: string;
  readonly notNull: boolean;
  /** Expression over the columns of today. */
  readonly value?: string;
  readonly unknown?: string;
}

/** A promise that is made without a look at the rows of today. */
export type Pending = Pick<Constraint, 'kind' | 'columns' | 'definition'>;

export interface TableState {
  /** Where its rows stand today; undefined for a table that the change makes. */
  readonly today: Table | undefined;
  /** What it is called now. */
  name: Name;
  readonly columns: Map<string, ColumnState>;
  readonly pending: Map<string, Pending>;
  /** Rows that the change brings. */
  filled?: string;
  /** Condition that rows of today meet which it takes away. */
  gone?: string;
  readonly primary: readonly string[];
}

/** Follows the statements; names are looked up as the session of a change does, `public` first. */
export class State {
  readonly context: PreconditionContext;
  readonly #tables = new Map<string, TableState>();
  readonly #dropped = new Set<string>();
  /** Columns of unique indexes by name, and their tables. */
  readonly indexes = new Map<string, { readonly table: TableState; readonly columns: readonly string[] }>();
  /** Labels of enums that the change makes. */
  readonly labels = new Map<string, readonly string[]>();
  /** Statements that promised something for a domain without a look at rows, by `domain.constraint`. */
  readonly domains = new Map<string, string>();
  /** Why rows may be other than they are today, for all tables. */
  opaque: string | undefined;

  constructor(context: PreconditionContext) {
    this.context = context;
  }

  /** The table a written name means now; undefined when there is none. */
  find(written: Name): TableState | undefined {
    for (const state of this.#tables.values())
      if (state.name.name === written.name && (written.schema === '' || state.name.schema === written.schema))
        return state;
    const table = findTable(
      this.context.catalog,
      written.schema === '' ? quote.identifier(written.name) : written,
    );
    if (!table || this.#dropped.has(keyOf(table))) return undefined;
    const state: TableState = {
      today: table,
      name: { schema: table.schema, name: table.name },
      columns: new Map(
        table.columns.map((column) => [
          column.name,
          { type: column.type, notNull: column.notNull, value: quote.identifier(column.name) },
        ]),
      ),
      pending: new Map(
        table.constraints
          .filter(({ validated, enforced }) => !validated && enforced)
          .map((one) => [one.name, one]),
      ),
      primary: table.constraints.find(({ kind }) => kind === 'primary')?.columns ?? [],
    };
    this.#tables.set(keyOf(table), state);
    return state;
  }

  make(name: Name, columns: readonly string[]): void {
    const own = { schema: name.schema || 'public', name: name.name };
    this.#tables.set(`${keyOf(own)} made`, {
      today: undefined,
      name: own,
      columns: new Map(
        columns.map((column) => [column, { notNull: false, unknown: 'its table is made by this change' }]),
      ),
      pending: new Map(),
      primary: [],
    });
  }

  drop(name: Name): void {
    const state = this.find(name);
    if (!state) return;
    for (const [key, each] of this.#tables) if (each === state) this.#tables.delete(key);
    if (state.today) this.#dropped.add(keyOf(state.today));
  }
}

/** The rows of a table as they will be, for FROM, under the table's own name; or why they are not known as far as these columns go. `alone` leaves out the rows of children. */
export function rowsOf(
  state: TableState,
  columns: readonly string[],
  alone = false,
): { readonly sql: string } | { readonly unknown: string } {
  const { today } = state;
  if (!today) return { unknown: `${state.name.name} is made by this change` };
  if (state.filled !== undefined) return { unknown: state.filled };
  for (const column of columns) {
    const found = state.columns.get(column);
    if (!found) return { unknown: `${state.name.name} has no column ${column}` };
    if (found.unknown !== undefined) return { unknown: found.unknown };
  }
  const only = alone && today.kind === 'table' ? 'ONLY ' : '';
  const alias = quote.identifier(state.name.name);
  const plain = [...state.columns].every(([name, { value }]) => value === quote.identifier(name));
  const where = state.gone === undefined ? '' : ` WHERE (${state.gone}) IS NOT TRUE`;
  if (plain && where === '')
    return {
      sql: `${only}${quote.full(today)}${alias === quote.identifier(today.name) ? '' : ` AS ${alias}`}`,
    };
  const list = [...state.columns].flatMap(([name, { value }]) =>
    value === undefined ? [] : [`${value} AS ${quote.identifier(name)}`],
  );
  return {
    sql: `(SELECT ${list.join(', ')} FROM ${only}${quote.full(today)}${where}) AS ${alias}`,
  };
}

/** Columns that tell rows apart, with those that a question is about. */
export function shownColumns({ primary, columns }: TableState, about: readonly string[]): readonly string[] {
  return [...new Set([...primary, ...about])].filter((name) => columns.get(name)?.value !== undefined);
}
