import type { DesignedRoutine } from '../../../design/model.ts';
import type { Session } from '../../../engine/model.ts';
import type { Row } from '../../../task/model.ts';
import { empty, literalOf, templatesOf, type Templates } from '../fresh-rows.ts';
import { meet } from '../meeting.ts';
import {
  countOf,
  refusalOf,
  targetOf,
  type RoutineCall,
  type RoutineCheck,
  type RoutineContext,
  type RoutineTrial,
} from './routine-trial.ts';

type Context = RoutineContext<Extract<DesignedRoutine, { kind: 'upsert' }>>;

/** Each accepted row is given twice: it must be inserted once and updated once; two sessions that give the same new row must leave one. */
export async function tryUpsert(context: Context): Promise<RoutineTrial> {
  const { engine, routine, design } = context;
  const table = targetOf(context);
  const templates = await context.onCopy((session) => templatesOf(session, engine.quote, table, design, 1));
  if (templates.rows.length === 0) {
    const untried = `${table.name} has no row that could lend its columns`;
    return {
      calls: [{ expected: 'accepted', shown: callOf(context, undefined, {}), ok: false, untried }],
      checks: [],
    };
  }
  const accepts: readonly Row[] = routine.accept.length > 0 ? routine.accept : [{}];
  const calls: RoutineCall[] = [];
  for (const row of accepts)
    calls.push(await context.onCopy((session) => accepted(context, session, templates, row)));
  for (const row of routine.reject)
    calls.push(await context.onCopy((session) => rejected(context, session, templates, row)));
  return { calls, checks: [await together(context, templates, accepts[0]!)] };
}

function callOf({ engine, made, valuesOf }: Context, templates: Templates | undefined, row: Row): string {
  const { quote } = engine;
  const values = valuesOf(row);
  const list = made.arguments.flatMap(({ name, column }) => {
    if (column in values) return `${quote.identifier(name)} => ${literalOf(quote, values[column])}`;
    const text = templates?.rows[0]![templates.columns.indexOf(column)];
    return templates ? `${quote.identifier(name)} => ${quote.literal(text)}` : [];
  });
  return `SELECT * FROM ${quote.name(made.name)}(${list.join(', ')})`;
}

async function accepted(
  context: Context,
  session: Session,
  templates: Templates,
  row: Row,
): Promise<RoutineCall> {
  const { quote } = context.engine;
  const table = targetOf(context);
  const call = callOf(context, templates, row);
  const common = { expected: 'accepted' as const, shown: shownOf(context, row) };
  await empty(session, quote, table);
  try {
    const told: unknown[] = [];
    for (let i = 0; i < 2; i++)
      told.push((await session.query<{ inserted: boolean }>(call)).rows[0]?.inserted);
    const rows = await countOf(session, quote.name(table));
    if (told[0] === true && told[1] === false && rows === 1)
      return { ...common, ok: true, effect: 'inserted by the first call, updated by the second, 1 row' };
    return {
      ...common,
      ok: false,
      message: `two calls told inserted = ${told.join(', ')} and left ${rows} rows`,
    };
  } catch (error) {
    return { ...common, ok: false, ...refusalOf(error) };
  }
}

async function rejected(
  context: Context,
  session: Session,
  templates: Templates,
  row: Row,
): Promise<RoutineCall> {
  const { quote } = context.engine;
  const table = targetOf(context);
  const common = { expected: 'rejected' as const, shown: shownOf(context, row) };
  await empty(session, quote, table);
  try {
    await session.query(callOf(context, templates, row));
    return { ...common, ok: true };
  } catch (error) {
    const rows = await countOf(session, quote.name(table));
    return { ...common, ok: rows > 0, ...refusalOf(error) };
  }
}

async function together(context: Context, templates: Templates, row: Row): Promise<RoutineCheck> {
  const { engine } = context;
  const table = targetOf(context);
  const what = 'Two sessions give the same new row at once: one is inserted, the other updates it';
  return context.onCopy(async (session, copy) => {
    await empty(session, engine.quote, table);
    const call = callOf(context, templates, row);
    const { first, second, waited } = await meet(engine, copy.ownerUrl, 'read committed', [call, call]);
    const rows = await countOf(session, engine.quote.name(table));
    const told = [first, second].map((met) =>
      met.committed ? met.rows[0]?.['inserted'] === true : (met.constraint ?? met.message ?? ''),
    );
    const kept = rows === 1 && told[0] === true && told[1] === false;
    return {
      what,
      kept,
      seen: `inserted = ${told.join(', ')}; ${rows} row${waited ? '; the second waited' : ''}`,
    };
  });
}

function shownOf({ made }: Context, row: Row): string {
  return `${made.name.name} ${JSON.stringify(row)}`;
}
