/** The statement on twins: hollow for what production would choose, filled for what really happens. */
import { step } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import { formatCount } from '../../base/units.ts';
import type { CapturedStatement, Session, WhatIf } from '../../engine/model.ts';
import type { CapturedQuery } from '../../snapshot/workload/model.ts';
import type { WorkQuery } from '../../tune/advice/model.ts';
import { makeHollow, type HollowTwin } from '../../twin/hollow/hollow.ts';
import { makeFilled } from '../../twin/sampled/sampled.ts';
import type { Known } from '../tune/source.ts';
import { findingsOf } from './findings.ts';
import type { ExplainOptions } from './options.ts';
import { ranPlan, settle, type FilledOptions } from './filled.ts';
import { hollowPlans, underTrial } from './hollow.ts';
import type { Explained, SeenPlan } from './model.ts';
import { ordersOf } from './orders.ts';
import { setsOf } from './sets.ts';
import { strategiesOf } from './strategies.ts';
import { tryFixes, wantedFixes } from './tries.ts';
import { inTurns } from './turns.ts';

/** Rows of a filled twin when nobody says otherwise. */
const usualRows = 1_000_000;

/** The statement with the names of its parameters. */
export interface Asked {
  readonly sql: string;
  readonly names: readonly string[];
  readonly shown: string;
}

/** Plans that somebody else made of the statement. */
export interface Before {
  readonly from: string;
  readonly plans: readonly SeenPlan[];
  readonly limits: readonly string[];
}

/** Plans it on a hollow twin, tries fixes there, and runs it on a filled one when asked; throws `sandbox.*`, `twin.*`, `sql.*`. */
export async function onTwin(
  options: ExplainOptions,
  asked: Asked,
  known: Known,
  given?: Before,
): Promise<Explained> {
  const { engine, config, emit, signal } = options;
  const hollow = await makeHollow({
    engine,
    snapshot: known.snapshot,
    emit,
    signal,
    ...(config.sandbox === undefined ? {} : { named: config.sandbox }),
  });
  try {
    const admin = await engine.connect(hollow.database.adminUrl, { application: 'dbd explain' });
    const whatIf = await engine.hollow.whatIf(admin, known.snapshot);
    try {
      return await onHollow(options, { asked, known, given, hollow, whatIf });
    } finally {
      await whatIf.close().catch(() => undefined);
      await admin.close();
    }
  } finally {
    await hollow.sandbox.stop();
  }
}

interface Room {
  readonly asked: Asked;
  readonly known: Known;
  readonly given: Before | undefined;
  readonly hollow: HollowTwin;
  readonly whatIf: WhatIf;
}

async function onHollow(options: ExplainOptions, room: Room): Promise<Explained> {
  const { engine, emit } = options;
  const { asked, known, given, hollow, whatIf } = room;
  const { query, counted } = await queryOn(options, room);
  const found = await step(
    emit,
    'plan the statement on the hollow twin',
    () => hollowPlans(engine, whatIf, query, Object.keys(options.values).length > 0),
    ({ seen }) => plural(seen.length, 'plan'),
  );
  const values = query.values.length === 0 ? undefined : found.common;
  const filled = options.analyze ? await ran(options, room, query, values) : undefined;
  // What was handed in was measured, or is what the server itself says; the twin's own plans stand behind it.
  const handed = given?.plans ?? [];
  const plans = [...handed, ...found.seen];
  const base = {
    sql: asked.sql,
    shown: asked.shown,
    from: handed.length > 0 ? given!.from : `the hollow twin of ${known.title}`,
    plans,
    ...(filled?.seen === undefined ? {} : { ran: filled.seen, ranOn: filled.on }),
    server: `${hollow.sandbox.server}, ${hollow.sandbox.provider}`,
  };
  const findings = findingsOf(
    engine,
    base,
    known.snapshot,
    counted,
    filled?.seen !== undefined || known.filled !== undefined,
  );
  const before = found.seen[0]!.plan;
  const same = { engine, whatIf, snapshot: known.snapshot, sql: query.sql, values, before };
  const fixes = options.tries
    ? await step(
        emit,
        'try the fixes on the hollow twin',
        () => tryFixes(same, wantedFixes(findings)),
        (tried) => plural(tried.filter(({ verdict }) => verdict !== 'not-tried').length, 'fix', 'fixes'),
      )
    : [];
  const hints = known.snapshot.catalog.extensions.some(({ name }) => name === 'pg_hint_plan');
  const strategies = options.tries
    ? await strategiesOf(
        before,
        (settings) => underTrial(engine, whatIf, query.sql, values, { settings }),
        hints,
      )
    : [];
  const orders = options.tries
    ? await ordersOf({
        ...same,
        ...(filled?.seen === undefined ? {} : { ran: filled.seen.plan }),
        findings,
        price: (sql, settings) => underTrial(engine, whatIf, sql, values, { settings }),
      })
    : undefined;
  const limits = [
    ...(given?.limits ?? []),
    ...known.limits,
    ...found.limits,
    ...(orders === undefined || orders.orders.length > 0 ? [] : [orders.says]),
    ...hollow.notExact
      .filter(({ what }) => query.tables.some((table) => what.includes(table)))
      .map(({ what, why }) => `${what}: ${why}`),
    ...(filled?.limits ?? ["Costs are the planner's own estimates; nothing was run (--analyze does)."]),
  ];
  try {
    const timed =
      filled?.place === undefined || !options.tries
        ? { fixes, strategies, ...(orders === undefined ? {} : { orders }) }
        : await inTurns(options, filled.place, filled.seen?.plan, { fixes, strategies, orders, hints });
    return { ...base, findings, ...timed, limits };
  } finally {
    await filled?.stop();
  }
}

async function queryOn(
  options: ExplainOptions,
  { asked, known, hollow }: Room,
): Promise<{ readonly query: CapturedQuery; readonly counted?: CapturedStatement }> {
  const { engine, values, seed } = options;
  const session: Session = await engine.connect(hollow.url, { application: 'dbd explain', readOnly: true });
  try {
    return await setsOf({
      engine,
      snapshot: known.snapshot,
      session,
      leftOut: hollow.leftOut,
      sql: asked.sql,
      names: asked.names,
      given: values,
      seed,
    });
  } finally {
    await session.close();
  }
}

interface Ran {
  readonly seen?: SeenPlan;
  /** For people. */
  readonly on: string;
  readonly place?: FilledOptions;
  readonly limits: readonly string[];
  stop(): Promise<void>;
}

/** Runs the statement on rows: those of a task's twin, or of one that is filled from the snapshot. */
async function ran(
  options: ExplainOptions,
  { known }: Room,
  query: CapturedQuery,
  values: readonly unknown[] | undefined,
): Promise<Ran> {
  const { engine, config, emit, signal, seed, limitMs, rows } = options;
  if (values === undefined)
    return {
      on: '',
      limits: ['It was not run: there are no values for its parameters (--value).'],
      stop: () => Promise.resolve(),
    };
  const total = known.snapshot.relations.reduce(
    (sum, one) => sum + (one.kind === 'table' ? Math.max(0, one.rows) : 0),
    0,
  );
  const made =
    known.filled === undefined
      ? await makeFilled({
          engine,
          snapshot: known.snapshot,
          rows: rows ?? Math.min(usualRows, Math.max(1, total)),
          seed,
          emit,
          signal,
          ...(config.sandbox === undefined ? {} : { named: config.sandbox }),
          ...(config.generators === undefined ? {} : { generators: config.generators }),
        })
      : undefined;
  const { sandbox, database } = made ?? known.filled!;
  const stop = async (): Promise<void> => {
    await made?.sandbox.stop();
  };
  try {
    const place: FilledOptions = {
      engine,
      sandbox,
      database,
      snapshot: known.snapshot,
      query: workQuery(query, values),
      limitMs,
      signal,
    };
    // A task's twin plans with settings of its own, which its snapshot has.
    const refused = made === undefined ? [] : await settle(place, database);
    const plan = await step(emit, 'run the statement on rows', () => ranPlan(place, query.sql, values));
    const here = made?.fill.tables.reduce((sum, table) => sum + table.rows, 0);
    return {
      ...(typeof plan === 'string' ? {} : { seen: { kind: 'common', values, plan } }),
      on: here === undefined ? 'the filled twin of the task' : `a filled twin of ${formatCount(here)} rows`,
      place,
      limits: [
        ...(typeof plan === 'string' ? [plan] : []),
        ...(made?.limits ?? []),
        ...refused,
        ...(here === undefined || total === 0 || here >= total
          ? []
          : [
              `Times are those of ${here} rows; production has ${Math.round(total)}, so plan and times may differ there.`,
            ]),
        'Times are those of this machine with warm caches.',
      ],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function workQuery(query: CapturedQuery, values: readonly unknown[]): WorkQuery {
  return {
    name: 'statement',
    sql: query.sql,
    kind: query.kind,
    tables: query.tables,
    sets: [{ values, share: 1, kind: 'common' }],
    basis: query.basis === 'known' ? 'known' : 'drawn',
    callsPerDay: 1,
    callsBasis: 'assumed',
    told: query.told,
  };
}
