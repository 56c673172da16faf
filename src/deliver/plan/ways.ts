/** Planned statements as changes: with online forms, and as they are. */
import { DbdError } from '../../base/error.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Change, Phase, Step, Wish } from '../../change/model.ts';
import { planChange } from '../../change/plan.ts';
import type { Engine, FactsContext, Planned, PlannedStatement, TableSize } from '../../engine/model.ts';
import type { Side } from './model.ts';

/** Tables of at most this size are changed in place: a scan or rewrite of them takes some milliseconds. */
const small: TableSize = { rows: 10_000, bytes: 8 * 1024 * 1024 };

export interface WayOptions {
  readonly engine: Engine;
  readonly from: Side;
  readonly planned: Planned;
  /** Statements that lead back. */
  readonly reverse: readonly PlannedStatement[];
  readonly id: string;
  readonly title: string;
  readonly lockTimeoutMs: number;
}

/** Why statements have no online form, and which one has none. */
export interface NoWay {
  readonly why: string;
  readonly statement?: string;
}

/** Phases that do not make the application wait, but for statements that are to stay as they are; or the reason why there are none. `inOrder` keeps the order of the statements through the phases. */
export function onlineWay(
  options: WayOptions,
  plain: ReadonlySet<PlannedStatement>,
  inOrder: boolean,
): Change | NoWay {
  const { engine, from, planned, reverse, ...rest } = options;
  try {
    return planChange({
      ...rest,
      engine,
      before: from.catalog,
      serverVersion: from.sandbox.serverVersion,
      wishes: planned.statements.map((statement) => wishOf(statement, plain.has(statement))),
      // Renames were asked about before; what is left is meant to be dropped.
      rename: answeredRenames(options),
      reverse: reverse.map(({ sql }) => sql),
      inOrder,
      ...(from.sizes ? { size: (table) => from.sizes!.get(keyOf(table)), small } : {}),
    });
  } catch (error) {
    if (error instanceof DbdError && error.code !== 'internal.bug') {
      const statement = error.details?.['statement'];
      return { why: error.message, ...(typeof statement === 'string' ? { statement } : {}) };
    }
    throw error;
  }
}

function wishOf({ sql, because, loses, superuser, alone }: PlannedStatement, plain: boolean): Wish {
  return {
    sql,
    claims: [],
    reason: loses === undefined ? because : `${because}; ${loses}`,
    ...(superuser ? { superuser } : {}),
    ...(plain ? { plain: { outside: alone !== undefined } } : {}),
  };
}

/** Every dropped column or table is answered with `no`, so that the planner of phases asks nothing again. */
function answeredRenames({ engine, planned }: WayOptions): Readonly<Record<string, string>> {
  const dropped = planned.statements
    .filter(({ does }) => does === 'drop')
    .flatMap(({ sql }) => engine.grammar.split(sql))
    .flatMap((statement) => engine.online.parts(statement))
    .flatMap(({ object }) => (object?.kind === 'drop' ? [object] : []));
  return Object.fromEntries(
    dropped.map(({ table, column }) => [column === undefined ? table.name : `${table.name}.${column}`, 'no']),
  );
}

/** The statements in their order, in as few transactions as the server allows: for an application that is stopped meanwhile. */
export function shortWay(options: WayOptions): Change {
  const { planned, reverse, id, title, lockTimeoutMs } = options;
  const outside = reverse.some(({ alone, superuser }) => alone !== undefined || superuser);
  let transaction = 0;
  let open: string | undefined;
  const steps = planned.statements.map((statement, index): Step => {
    const { sql, because, loses, superuser, alone } = statement;
    const kind = alone === undefined ? (superuser ? 'superuser' : 'owner') : undefined;
    if (alone !== 'outside' && (kind === undefined || kind !== open)) transaction += 1;
    open = kind;
    return {
      id: String(index + 1),
      sql,
      transaction: alone === 'outside' ? 'none' : transaction,
      claims: [],
      reason: because,
      lockTimeoutMs,
      undo: index < planned.statements.length - 1 ? '' : reverse.map((one) => one.sql).join(';\n'),
      ...(index === planned.statements.length - 1 && outside ? { undoOutside: true } : {}),
      ...(loses === undefined ? {} : { destructive: loses }),
      ...(superuser ? { superuser } : {}),
    };
  });
  return { id, title, questions: [], phases: [{ name: 'expand', number: 1, steps }] };
}

/** The same change with one way back for all of it, found by comparing, in place of each step's own. */
export function withOneWayBack(change: Change, reverse: readonly PlannedStatement[]): Change {
  const steps = change.phases.flatMap((phase) => phase.steps);
  const last = steps.at(-1);
  const whole = reverse.map(({ sql }) => sql).join(';\n');
  return {
    ...change,
    phases: change.phases.map((phase) => ({
      ...phase,
      steps: phase.steps.map((step) => {
        const { undoOutside: _outside, ...rest } = step;
        return step === last && whole !== ''
          ? { ...rest, undo: whole, undoOutside: true }
          : { ...rest, undo: '' };
      }),
    })),
  };
}

/** Each step with the lock, scan and rewrite that are known of its statements; the strongest where it has several. */
export function withFacts({ facts, grammar }: Engine, from: Side, change: Change): Change {
  let context: FactsContext = { catalog: from.catalog, serverVersion: from.sandbox.serverVersion };
  const noted = (step: Step): Step => {
    const found = grammar.split(step.sql).map((statement) => {
      const known = facts.of(statement, context);
      context = facts.after(statement, context);
      return known;
    });
    return { ...step, facts: facts.together(found) };
  };
  return {
    ...change,
    phases: change.phases.map((phase): Phase => ({ ...phase, steps: phase.steps.map(noted) })),
  };
}
