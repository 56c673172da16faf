/** What the statements so far make of the rows of today. */
import { findTable } from '../../../catalog/find.ts';
import { keyOf, sameName } from '../../../catalog/identity.ts';
import type { Constraint, Name, Table } from '../../../catalog/model.ts';
import type { PreconditionContext } from '../../../engine/model.ts';
import { mentions } from '../online/columns-in.ts';
import { quote } from '../quote.ts';

/** A column as it will be. */
export interface ColumnState {
  readonly type?: string;
  readonly notNull: boolean;
  /** The change altered its values, or made it. */
  readonly altered?: true;
  /** Why its values cannot be told from the rows of today. */
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
  /** The rows as they will be, for FROM and without an alias; undefined while they are those of today. */
  source?: string;
  /** Rows that the change brings, in words. */
  filled?: string;
  readonly primary: readonly string[];
}

/** Stands where ONLY may come. */
const onlyMark = '\u0001';

/** Follows the statements; names without a schema are looked up along the path that the statements set, else in `public` first. */
export class State {
  readonly context: PreconditionContext;
  readonly #tables = new Map<string, TableState>();
  readonly #dropped = new Set<string>();
  /** Columns of the indexes that the change makes, and their tables. */
  readonly indexes = new Map<string, { readonly table: TableState; readonly columns: readonly string[] }>();
  /** Types and functions that the change makes: nothing that names them can be calculated today. */
  readonly made = new Set<string>();
  /** Labels of enums that the change makes. */
  readonly labels = new Map<string, readonly string[]>();
  /** Statements that promised something for a domain without a look at rows, by `domain.constraint`. */
  readonly domains = new Map<string, string>();
  /** Indexes that the change drops, also where they are invalid only. */
  readonly cleared = new Set<string>();
  /** Constraints that the change drops, `schema.table.name`. */
  readonly dropped = new Set<string>();
  /** Schemas of `SET search_path`. */
  path: readonly string[] | undefined;
  /** Tables that a name without a schema may mean as well, for the statement at hand. */
  readonly doubtful = new Map<string, readonly string[]>();

  constructor(context: PreconditionContext) {
    this.context = context;
  }

  /** The name of something that the change makes, in a text that would need it. */
  needs(text: string): string | undefined {
    return [...this.made].find((name) => mentions(text, name));
  }

  /** The table a written name means now; undefined when there is none. */
  find(written: Name): TableState | undefined {
    if (written.schema === '' && this.path) {
      for (const schema of this.path) {
        const found = this.#in(schema, written.name);
        if (found) return found;
      }
      return undefined;
    }
    if (written.schema !== '') return this.#in(written.schema, written.name);
    const schemas = [
      ...new Set([
        ...[...this.#tables.values()]
          .filter(({ name }) => name.name === written.name)
          .map(({ name }) => name.schema),
        ...this.context.catalog.tables
          .filter((table) => table.name === written.name && !this.#dropped.has(keyOf(table)))
          .map(({ schema }) => schema),
      ]),
    ];
    if (schemas.length > 1) this.doubtful.set(written.name, schemas);
    const schema = schemas.includes('public') ? 'public' : schemas[0];
    return schema === undefined ? undefined : this.#in(schema, written.name);
  }

  #in(schema: string, name: string): TableState | undefined {
    for (const state of this.#tables.values()) if (sameName(state.name, { schema, name })) return state;
    const table = findTable(this.context.catalog, { schema, name });
    if (!table || this.#dropped.has(keyOf(table)) || this.#tables.has(keyOf(table))) return undefined;
    const state: TableState = {
      today: table,
      name: { schema, name },
      columns: new Map(
        table.columns.map((column) => [column.name, { type: column.type, notNull: column.notNull }]),
      ),
      pending: new Map(
        table.constraints
          .filter(({ validated, enforced }) => !validated && enforced)
          .map((one) => [
            one.name,
            { ...one, definition: one.definition.replace(/\s+NOT\s+VALID\s*$/i, '') },
          ]),
      ),
      primary: table.constraints.find(({ kind }) => kind === 'primary')?.columns ?? [],
    };
    this.#tables.set(keyOf(table), state);
    return state;
  }

  make(name: Name, columns: readonly string[], filled?: string): void {
    const own = { schema: name.schema || (this.path?.[0] ?? 'public'), name: name.name };
    this.#tables.set(`${keyOf(own)} made`, {
      today: undefined,
      name: own,
      columns: new Map(
        columns.map((column) => [
          column,
          { notNull: false, altered: true, unknown: 'its table is made by this change' },
        ]),
      ),
      pending: new Map(),
      primary: [],
      ...(filled === undefined ? {} : { filled }),
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
  const alias = quote.identifier(state.name.name);
  const source = state.source ?? `${onlyMark}${quote.full(today)}`;
  const only = alone && today.kind === 'table' ? 'ONLY ' : '';
  const named = state.source !== undefined || state.name.name !== today.name ? ` AS ${alias}` : '';
  return { sql: `${source.replaceAll(onlyMark, only)}${named}` };
}

/** Puts another layer over a table's rows: columns with new values, and rows that go. Columns whose values are not known are left out of it. */
export function layer(state: TableState, values: Readonly<Record<string, string>>, where?: string): void {
  if (!state.today) return;
  const list = [...state.columns].flatMap(([name, { unknown }]) =>
    unknown === undefined
      ? [`${values[name] === undefined ? '' : `${values[name]} AS `}${quote.identifier(name)}`]
      : [],
  );
  const inner = state.source ?? `${onlyMark}${quote.full(state.today)}`;
  state.source = `(SELECT ${list.join(', ')} FROM ${inner} AS ${quote.identifier(state.name.name)}${where === undefined ? '' : ` WHERE ${where}`})`;
}

/** Columns that tell rows apart, with those that a question is about. */
export function shownColumns({ primary, columns }: TableState, about: readonly string[]): readonly string[] {
  return [...new Set([...primary, ...about])].filter((name) => {
    const found = columns.get(name);
    return found !== undefined && found.unknown === undefined;
  });
}
