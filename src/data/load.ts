import { SqlError } from '../base/error.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { SeedTable } from './model.ts';

/** Rows of a table that the server took, and what it said about the first of the others. */
export interface Taken {
  readonly rows: SeedTable['rows'];
  readonly refused: number;
  readonly because?: string;
  /** The value that stood in, where the server takes no other at first. */
  readonly chosen?: Choice;
}

/** Another value that a column may have, told by a check or a type that lists them all. */
export interface Choice {
  readonly column: string;
  readonly value: string;
}

/**
 * Inserts rows in the open transaction: all at once, or one by one where some are refused. A trigger may take a listed value only (a state that
 * every row begins with): the first of the choices with which a refused row is taken then stands in for all refused rows.
 */
export async function insertRows(
  engine: Engine,
  session: Session,
  table: SeedTable,
  choices: readonly Choice[],
): Promise<Taken> {
  if (table.rows.length === 0) return { rows: [], refused: 0 };
  const whole = await insert(engine, session, table, table.rows);
  if (whole === undefined) return { rows: table.rows, refused: 0 };
  const rows: SeedTable['rows'][number][] = [];
  let because: string | undefined;
  let chosen: Choice | undefined;
  let searched = false;
  for (const row of table.rows) {
    const refused = await insert(engine, session, table, [chosen ? withChoice(table, row, chosen) : row]);
    if (refused === undefined) {
      rows.push(chosen ? withChoice(table, row, chosen) : row);
      continue;
    }
    because ??= refused;
    if (searched) continue;
    searched = true;
    for (const choice of choices) {
      const other = withChoice(table, row, choice);
      if ((await insert(engine, session, table, [other])) !== undefined) continue;
      chosen = choice;
      rows.push(other);
      break;
    }
  }
  return {
    rows,
    refused: table.rows.length - rows.length,
    ...(because === undefined ? {} : { because }),
    ...(chosen ? { chosen } : {}),
  };
}

function withChoice(
  table: SeedTable,
  row: SeedTable['rows'][number],
  { column, value }: Choice,
): SeedTable['rows'][number] {
  const place = table.columns.indexOf(column);
  return row.map((own, i) => (i === place ? value : own));
}

function insert(
  engine: Engine,
  session: Session,
  table: SeedTable,
  rows: SeedTable['rows'],
): Promise<string | undefined> {
  return guarded(session, () => run(engine, session, engine.seed.insert(withoutLate({ ...table, rows }))));
}

/** Sets the foreign keys that had to wait, in the open transaction; rows whose target was refused stay without. */
export async function setLate(
  engine: Engine,
  session: Session,
  table: SeedTable,
): Promise<SeedTable['rows']> {
  if (table.late.length === 0) return table.rows;
  const update = lateRows(table);
  const places = update.columns.map((name) => table.columns.indexOf(name));
  const whole = await guarded(session, () => run(engine, session, engine.seed.update(update, table.key)));
  if (whole === undefined) return table.rows;
  const rows: (readonly (string | null)[])[] = [];
  for (const row of table.rows) {
    const own = places.map((place) => row[place]!);
    const refused = await guarded(session, () =>
      run(engine, session, engine.seed.update({ ...update, rows: [own] }, table.key)),
    );
    rows.push(
      refused === undefined
        ? row
        : row.map((value, place) => (table.late.includes(table.columns[place]!) ? null : value)),
    );
  }
  return rows;
}

/** Lets two of three rows go on from the value that all begin with, to one that the server takes next; undefined when it takes none. */
export async function moveOn(
  engine: Engine,
  session: Session,
  table: SeedTable,
  choices: readonly Choice[],
): Promise<SeedTable['moved']> {
  const column = choices[0]?.column;
  if (column === undefined || table.key.length === 0) return undefined;
  const places = table.key.map((name) => table.columns.indexOf(name));
  const rows: (readonly (string | null)[])[] = [];
  for (const [i, row] of table.rows.entries()) {
    if (i % 3 === 0) continue;
    // Each row begins its search at another value, so that rows come to stand in different ones.
    for (let turn = 0; turn < choices.length; turn++) {
      const { value } = choices[(i + turn) % choices.length]!;
      if (value === row[table.columns.indexOf(column)]) continue;
      const next = [...places.map((place) => row[place] ?? null), value];
      const update = { table: table.table, columns: [...table.key, column], rows: [next] };
      const refused = await guarded(session, () =>
        run(engine, session, engine.seed.update(update, table.key)),
      );
      if (refused !== undefined) continue;
      rows.push(next);
      break;
    }
  }
  return rows.length === 0 ? undefined : { column, rows };
}

/** The rows as they are inserted: foreign keys that wait are empty. */
export function withoutLate(table: SeedTable): SeedTable {
  if (table.late.length === 0) return table;
  const waits = new Set(table.late.map((name) => table.columns.indexOf(name)));
  return { ...table, rows: table.rows.map((row) => row.map((value, i) => (waits.has(i) ? null : value))) };
}

/** Keys and the foreign keys that waited, of rows that have one. */
export function lateRows(table: SeedTable): SeedTable {
  const columns = [...table.key, ...table.late];
  const places = columns.map((name) => table.columns.indexOf(name));
  const waits = table.late.map((name) => table.columns.indexOf(name));
  return {
    ...table,
    columns,
    rows: table.rows
      .filter((row) => waits.some((place) => row[place] !== null))
      .map((row) => places.map((place) => row[place] ?? null)),
  };
}

/** Runs our own text, statement by statement. */
export async function run(engine: Engine, session: Session, text: string): Promise<void> {
  for (const statement of engine.grammar.split(text)) await session.query(statement.sql);
}

/** What the server said when it refused; then everything is as before. */
async function guarded(session: Session, work: () => Promise<void>): Promise<string | undefined> {
  await session.query('SAVEPOINT dbd_row');
  try {
    await work();
    await session.query('RELEASE SAVEPOINT dbd_row');
    return undefined;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    await session.query('ROLLBACK TO SAVEPOINT dbd_row');
    return error.message;
  }
}
