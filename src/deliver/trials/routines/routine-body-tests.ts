import type { Table } from '../../../catalog/model.ts';
import type { DesignedRoutine } from '../../../design/model.ts';
import { plural } from '../../../base/text.ts';
import type { Session } from '../../../engine/model.ts';
import type { Row } from '../../../task/model.ts';
import { literalOf } from '../fresh-rows.ts';
import {
  refusalOf,
  type RoutineCall,
  type RoutineCheck,
  type RoutineContext,
  type RoutineTrial,
} from './routine-trial.ts';

type Context = RoutineContext<Extract<DesignedRoutine, { kind: 'body' }>>;

/** Tables whose rows are compared before and after a call. */
const mostTables = 30;

type Print = ReadonlyMap<string, { readonly rows: number; readonly hash: string }>;

/** Calls a function or procedure with the task's arguments, each on a copy of its own; what a failed call left behind is looked at. */
export async function tryBody(context: Context): Promise<RoutineTrial> {
  const { routine } = context;
  const calls: RoutineCall[] = [];
  const checks: RoutineCheck[] = [];
  for (const row of routine.accept) calls.push((await call(context, row, 'accepted')).call);
  for (const row of routine.reject) {
    const { call: tried, changed } = await call(context, row, 'rejected');
    calls.push(tried);
    if (!tried.ok)
      checks.push({
        what: context.made.commits
          ? 'A call that fails leaves what it committed before'
          : 'A call that fails leaves nothing behind',
        ...(context.made.commits ? { kept: true } : { kept: changed.length === 0 }),
        seen:
          changed.length === 0 ? `${tried.shown}: no row changed` : `${tried.shown}: ${changed.join('; ')}`,
      });
  }
  return { calls, checks };
}

async function call(
  context: Context,
  row: Row,
  expected: RoutineCall['expected'],
): Promise<{ readonly call: RoutineCall; readonly changed: readonly string[] }> {
  const shown = callOf(context, row);
  return context.onCopy(async (session) => {
    const before = await print(context, session);
    const result = await session.query(shown).then(
      ({ count }) => ({ count }),
      (error: unknown) => refusalOf(error),
    );
    const changed = differences(before, await print(context, session));
    if (!('count' in result)) return { call: { expected, shown, ok: false, ...result }, changed };
    const told = context.made.procedure ? [] : [`${plural(result.count, 'row')} returned`];
    return {
      call: {
        expected,
        shown,
        ok: true,
        effect: [...told, ...(changed.length > 0 ? changed : ['no row changed'])].join('; '),
      },
      changed,
    };
  });
}

function callOf({ engine, routine, made }: Context, row: Row): string {
  const { quote } = engine;
  const list = Object.entries(row).map(([name, value]) => {
    const type = routine.arguments[name];
    const literal =
      Array.isArray(value) && type?.trim().endsWith('[]')
        ? `ARRAY[${value.map((item) => literalOf(quote, item)).join(', ')}]::${type}`
        : literalOf(quote, value);
    return `${quote.identifier(name)} => ${literal}`;
  });
  const word = made.procedure ? 'CALL' : 'SELECT * FROM';
  return `${word} ${quote.name(made.name)}(${list.join(', ')})`;
}

/** Tables that the body names, or all of them where it names none. */
function watched({ catalog, routine }: Context): readonly Table[] {
  const words = new Set((routine.body ?? '').toLowerCase().split(/[^\p{L}\p{N}_$]+/u));
  const named = catalog.tables.filter((table) => words.has(table.name.toLowerCase()));
  return (named.length > 0 ? named : catalog.tables).slice(0, mostTables);
}

async function print(context: Context, session: Session): Promise<Print> {
  const prints = new Map<string, { readonly rows: number; readonly hash: string }>();
  for (const table of watched(context))
    prints.set(
      table.name,
      await context.engine.probe.fingerprint(
        session,
        table,
        table.columns.map((column) => column.name),
      ),
    );
  return prints;
}

function differences(before: Print, after: Print): readonly string[] {
  return [...after].flatMap(([table, now]) => {
    const then = before.get(table)!;
    if (now.rows !== then.rows) {
      const by = now.rows - then.rows;
      return [`${table}: ${plural(Math.abs(by), 'row')} ${by > 0 ? 'more' : 'fewer'}`];
    }
    return now.hash === then.hash ? [] : [`${table}: values changed`];
  });
}
