import type { Engine, Session } from '../../engine/model.ts';
import { alone } from './play.ts';
import { SqlError } from '../../base/error.ts';
import type { Acting } from './act.ts';
import type { UnitStep } from './model.ts';

type Table = NonNullable<UnitStep['writes']>;

/** What tables hold after some work: how many rows, and those that the work wrote. */
export interface State {
  readonly tables: readonly {
    readonly name: string;
    readonly rows: number;
    readonly written: readonly Row[];
  }[];
}

type Row = Readonly<Record<string, unknown>>;

/** Reads the state of tables; the mark was taken before the work. */
export async function stateOf(
  engine: Engine,
  session: Session,
  tables: readonly Table[],
  mark: string,
): Promise<State> {
  const all: State['tables'][number][] = [];
  for (const table of tables) {
    const { rows, written } = await engine.contention.written(session, table, mark);
    all.push({
      name: `${table.schema}.${table.name}`,
      rows,
      written: written.map((text) => JSON.parse(text) as Row),
    });
  }
  return { tables: all };
}

/** Columns whose values differ though the work was the same: times, numbers of a sequence. */
export function unsteady(one: State, other: State): ReadonlySet<string> {
  const columns = new Set<string>();
  for (const [i, table] of one.tables.entries()) {
    const names = new Set(
      [...table.written, ...(other.tables[i]?.written ?? [])].flatMap((row) => Object.keys(row)),
    );
    for (const name of names)
      if (values(table.written, name) !== values(other.tables[i]?.written ?? [], name))
        columns.add(`${table.name}.${name}`);
  }
  return columns;
}

function values(rows: readonly Row[], column: string): string {
  return rows
    .map((row) => JSON.stringify(row[column]))
    .toSorted()
    .join('\n');
}

/** A state as one text, without the columns that tell nothing. */
export function shownState({ tables }: State, without: ReadonlySet<string>): string {
  return JSON.stringify(
    tables.map(({ name, rows, written }) => [
      name,
      rows,
      written
        .map((row) =>
          JSON.stringify(Object.entries(row).filter(([column]) => !without.has(`${name}.${column}`))),
        )
        .toSorted(),
    ]),
  );
}

/** What both orders of the work come to, one after the other. */
export interface Serial {
  readonly states: readonly [string, string];
  readonly rows: readonly (readonly number[])[];
  readonly unsteady: ReadonlySet<string>;
}

/** Runs two units in both orders, each in a transaction that is taken back; throws what the server says when that is not possible. */
export async function serial(
  engine: Engine,
  session: Session,
  tables: readonly Table[],
  [one, two]: readonly [Acting, Acting],
): Promise<Serial> {
  const run = async (actings: readonly Acting[]): Promise<State> => {
    const mark = await engine.contention.mark(session);
    await session.query('BEGIN');
    try {
      for (const acting of actings) await orRefused(session, acting);
      return await stateOf(engine, session, tables, mark);
    } finally {
      await session.query('ROLLBACK');
    }
  };
  const [first, again, second] = [await run([one, two]), await run([one, two]), await run([two, one])];
  const without = unsteady(first, again);
  return {
    states: [shownState(first, without), shownState(second, without)],
    rows: [first, second].map((state) => state.tables.map(({ rows }) => rows)),
    unsteady: without,
  };
}

/** The second of two may be refused also when they come one after the other: then it leaves nothing. */
async function orRefused(session: Session, acting: Acting): Promise<void> {
  await session.query('SAVEPOINT dbd_turn');
  try {
    await alone(session, [acting]);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    await session.query('ROLLBACK TO SAVEPOINT dbd_turn');
  }
}
