import type { Table } from '../../../catalog/model.ts';
import type { DesignedRoutine } from '../../../design/model.ts';
import type { Session } from '../../../engine/model.ts';
import type { Values } from '../row-tests.ts';
import { literalOf, templatesOf, type Templates } from '../fresh-rows.ts';
import {
  countOf,
  refusalOf,
  targetOf,
  type RoutineCall,
  type RoutineCheck,
  type RoutineContext,
  type RoutineTrial,
} from './routine-trial.ts';

type Context = RoutineContext<Extract<DesignedRoutine, { kind: 'bulk' }>>;

/** Rows of the load that is interrupted, rows of one of its transactions, and the row at which it stops. */
const interrupted = { rows: 5, batch: 2, at: 4 };

/** Each accepted row is staged and loaded, each rejected one must end among the errors; a bad row between good ones, and an interruption, are tried with rows of the twin. */
export async function tryBulk(context: Context): Promise<RoutineTrial> {
  const { engine, routine, design, valuesOf } = context;
  const table = targetOf(context);
  const templates = await context.onCopy((session) =>
    templatesOf(session, engine.quote, table, design, interrupted.rows),
  );
  if (templates.rows.length === 0) {
    const untried = `${table.name} has no row that could be loaded again`;
    return { calls: [{ expected: 'accepted', shown: shownOf(context), ok: false, untried }], checks: [] };
  }
  const calls: RoutineCall[] = [];
  const accepts = routine.accept.length > 0 ? routine.accept : [{}];
  for (const row of accepts)
    calls.push(
      await context.onCopy((session) => one(context, session, templates, valuesOf(row), 'accepted', row)),
    );
  for (const row of routine.reject)
    calls.push(
      await context.onCopy((session) => one(context, session, templates, valuesOf(row), 'rejected', row)),
    );
  const bad = routine.reject.length > 0 ? valuesOf(routine.reject[0]!) : badValues(context, table);
  return {
    calls,
    checks: [
      await context.onCopy((session) => told(badAmongGood(context, session, templates, bad))),
      await context.onCopy((session) => told(stoppedAndResumed(context, session, templates))),
    ],
  };
}

/** A load that ends with an error where none was promised has not kept its promise. */
async function told(check: Promise<RoutineCheck>): Promise<RoutineCheck> {
  try {
    return await check;
  } catch (error) {
    const { message, sqlstate } = refusalOf(error);
    return { what: 'A load ends without an error', kept: false, seen: `${message} (${sqlstate})` };
  }
}

/** Nothing in a column that must not be empty. */
function badValues({ made }: Context, table: Table): Values | undefined {
  const column = table.columns.find(
    (each) => made.columns.includes(each.name) && each.notNull && each.default === undefined,
  );
  return column && { [column.name]: null };
}

async function start(context: Context, session: Session): Promise<void> {
  const { engine, made } = context;
  for (const name of [made.table, made.staging, made.errors])
    await session.query(`TRUNCATE TABLE ${engine.quote.name(name)} CASCADE`);
}

async function stage(
  { engine, made }: Context,
  session: Session,
  templates: Templates,
  rows: readonly { readonly at: number; readonly values: Values }[],
): Promise<void> {
  const { quote } = engine;
  const lines = rows.map(({ at, values }) => {
    const items = made.columns.map((column) => {
      if (column in values) {
        const value = values[column];
        return value === null || value === undefined ? 'NULL' : `(${literalOf(quote, value)})::text`;
      }
      return quote.literal(templates.rows[at]![templates.columns.indexOf(column)]);
    });
    return `(${items.join(', ')})`;
  });
  const list = made.columns.map((column) => quote.identifier(column)).join(', ');
  await session.query(`INSERT INTO ${quote.name(made.staging)} (${list}) VALUES ${lines.join(', ')}`);
}

interface Counts {
  readonly loaded: number;
  readonly failed: number;
}

async function load({ engine, made }: Context, session: Session, batch?: number): Promise<Counts> {
  const call = `CALL ${engine.quote.name(made.name)}(${batch === undefined ? '' : `batch => ${batch}`})`;
  const { rows } = await session.query<{ loaded: unknown; failed: unknown }>(call);
  return { loaded: Number(rows[0]!.loaded), failed: Number(rows[0]!.failed) };
}

async function one(
  context: Context,
  session: Session,
  templates: Templates,
  values: Values,
  expected: RoutineCall['expected'],
  row: unknown,
): Promise<RoutineCall> {
  const { engine, made } = context;
  const common = { expected, shown: `${shownOf(context)} ${JSON.stringify(row)}` };
  try {
    await start(context, session);
    await stage(context, session, templates, [{ at: 0, values }]);
    const { loaded, failed } = await load(context, session);
    const rows = await countOf(session, engine.quote.name(made.table));
    if (loaded === 1 && rows === 1) return { ...common, ok: true, effect: '1 row loaded' };
    const { rows: errors } = await session.query<{ sqlstate: string; reason: string }>(
      `SELECT sqlstate, reason FROM ${engine.quote.name(made.errors)}`,
    );
    if (failed === 1 && rows === 0 && errors.length === 1)
      return { ...common, ok: false, message: errors[0]!.reason, sqlstate: errors[0]!.sqlstate };
    return {
      ...common,
      ok: expected === 'rejected',
      message: `it told ${loaded} loaded and ${failed} failed, and left ${rows} rows`,
    };
  } catch (error) {
    return { ...common, ok: false, untried: refusalOf(error).message };
  }
}

async function badAmongGood(
  context: Context,
  session: Session,
  templates: Templates,
  bad: Values | undefined,
): Promise<RoutineCheck> {
  const what = 'A bad row between good ones costs itself alone, and its reason is kept';
  if (bad === undefined || templates.rows.length < 3)
    return {
      what,
      seen: bad === undefined ? 'no row is known that the table refuses' : 'the twin has too few rows',
    };
  const { engine, made } = context;
  await start(context, session);
  await stage(context, session, templates, [
    { at: 0, values: {} },
    { at: 1, values: bad },
    { at: 2, values: {} },
  ]);
  const { loaded, failed } = await load(context, session);
  const rows = await countOf(session, engine.quote.name(made.table));
  const reasons = await countOf(
    session,
    `${engine.quote.name(made.errors)} WHERE reason <> '' AND sqlstate <> ''`,
  );
  const left = await countOf(session, engine.quote.name(made.staging));
  return {
    what,
    kept: loaded === 2 && failed === 1 && rows === 2 && reasons === 1 && left === 0,
    seen: `3 rows staged: ${loaded} loaded, ${failed} failed, ${reasons} with a reason, ${left} left in staging`,
  };
}

/** A trigger of the copy stops the load with an error that says nothing about the row. */
async function stoppedAndResumed(
  context: Context,
  session: Session,
  templates: Templates,
): Promise<RoutineCheck> {
  const what = 'Stopped in the middle, what was committed stays, and the next call loads the rest once';
  const { rows: staged, batch, at } = interrupted;
  if (templates.rows.length < staged) return { what, seen: 'the twin has too few rows' };
  const { engine, made } = context;
  const { quote } = engine;
  const table = quote.name(made.table);
  await start(context, session);
  const inSchema = (name: string): string => quote.name({ schema: made.table.schema, name });
  await session.run(`CREATE SEQUENCE ${inSchema('dbd_stop_at')};
    CREATE FUNCTION ${inSchema('dbd_stop')}() RETURNS trigger LANGUAGE plpgsql AS $stop$
    BEGIN
      IF nextval(${quote.literal(inSchema('dbd_stop_at'))}) = ${at} THEN RAISE EXCEPTION USING ERRCODE = 'serialization_failure', MESSAGE = 'stopped'; END IF;
      RETURN NULL;
    END $stop$;
    CREATE TRIGGER dbd_stop AFTER INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION ${inSchema('dbd_stop')}()`);
  await stage(
    context,
    session,
    templates,
    templates.rows.map((_, i) => ({ at: i, values: {} })),
  );
  const stopped = await load(context, session, batch).then(
    () => false,
    (error: unknown) => refusalOf(error).sqlstate === '40001',
  );
  const kept = await countOf(session, table);
  const left = await countOf(session, quote.name(made.staging));
  const { loaded, failed } = await load(context, session, batch);
  const all = await countOf(session, table);
  const rest = await countOf(session, quote.name(made.staging));
  const whole = Math.floor((at - 1) / batch) * batch;
  return {
    what,
    kept:
      stopped &&
      kept === whole &&
      left === staged - whole &&
      loaded === left &&
      failed === 0 &&
      all === staged &&
      rest === 0,
    seen: `${staged} rows in batches of ${batch}, stopped at row ${at}: ${kept} committed, ${left} still staged; called again: ${loaded} loaded, ${all} in all`,
  };
}

function shownOf({ made }: Context): string {
  return `CALL ${made.name.name}`;
}
