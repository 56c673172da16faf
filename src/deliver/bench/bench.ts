/** The story of a bench: a database that may be loaded, queries with values from it, a load, a report. */
import { fail } from '../../base/error.ts';
import { step } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import { formatCount } from '../../base/units.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Report } from '../../report/model.ts';
import type { Sandbox } from '../../sandbox/model.ts';
import type { LoadedCurrent } from '../../twin/current.ts';
import { benchClosed, benchOpen, benchSaturation, type BenchTarget } from '../../workload/bench/bench.ts';
import type { BenchRun } from '../../workload/bench/model.ts';
import type { ExcludedQuery, NamedQuery } from '../../workload/model.ts';
import { prepareQueries } from '../../workload/prepare.ts';
import { fillAssumed } from '../twin/assumed-twin.ts';
import { checkTaskSql } from '../check-task.ts';
import { namedQuery } from '../measuring/named-query.ts';
import { withCurrent } from '../current/with-current.ts';
import { benchReport } from './bench-report.ts';
import type { Benched, BenchOptions } from './model.ts';
import { checkTarget } from './target.ts';
import { taskTwin } from './task-twin.ts';

/** Sets of values per query; writes need more, since a row can be inserted once only. */
const sets = 1000;
/** Milliseconds that the load runs before it is measured, so that caches and plans are those of a running server. */
const warmUpMs = 1000;

/** Where the load goes. */
interface Place {
  readonly url: string;
  readonly catalog: Catalog;
  readonly target: string;
  readonly server: string;
  readonly limits: readonly string[];
}

/** Runs a workload, or a task's access patterns, and reports latencies, throughput and errors; throws `bench.refused`. */
export async function bench(options: BenchOptions): Promise<Report> {
  const started = performance.now();
  const destination = checkTarget(options);
  const { engine, source, config, url } = options;
  await engine.grammar.ready();
  if (source.kind === 'task') checkTaskSql(engine, source.task);
  if (url !== undefined && destination) {
    const session = await engine.connect(url, { application: 'dbd bench', readOnly: true });
    const place = await step(options.emit, 'read the structure', async () => ({
      url,
      catalog: await engine.inspect(session),
      target: destination.shown,
      server: `${engine.title} ${Math.floor(session.serverVersion / 10_000)}`,
      limits:
        destination.kind === 'loopback'
          ? ['The address is one of this machine; a tunnel to another one looks the same.']
          : [],
    })).finally(() => session.close());
    return benchReport(await load(options, place), options, started);
  }
  const extensions = source.kind === 'task' ? source.task.requirements.extensions : [];
  return withCurrent({ ...options, config, extensions }, async (current, sandbox) => {
    const place = await twinOf(options, current, sandbox);
    // A disposable server skips what production waits for.
    await sandbox.durable(true);
    return benchReport(await load(options, place), options, started);
  });
}

async function twinOf(options: BenchOptions, current: LoadedCurrent, sandbox: Sandbox): Promise<Place> {
  const { engine, source, emit } = options;
  const server = `${sandbox.server}, ${sandbox.provider}`;
  if (source.kind === 'task') {
    const twin = await taskTwin(options, source.task, current, sandbox);
    return { ...twin, server, target: `a twin with ${formatCount(twin.rows)} rows` };
  }
  const fill = await step(
    emit,
    'fill the twin',
    () =>
      fillAssumed({
        ...options,
        engine,
        sandbox,
        database: current.database,
        catalog: current.catalog,
        ...(current.production ? { snapshot: current.production.snapshot } : {}),
      }),
    (made) => `${formatCount(made.rows)} rows`,
  );
  return {
    url: current.database.ownerUrl,
    catalog: current.catalog,
    target: `a twin with ${formatCount(fill.rows)} rows`,
    server,
    limits: [
      ...current.limits,
      ...fill.limits,
      fill.measured
        ? `Rows per table are in the proportions that production had on ${fill.measured.on}.`
        : 'Rows per table are assumed: five children per parent.',
    ],
  };
}

async function load(options: BenchOptions, place: Place): Promise<Benched> {
  const { engine, mode, seed, emit, signal } = options;
  const { queries, unfit } = queriesOf(options);
  // On a server of the user's, queries mean what they mean to the application.
  const names = options.url === undefined ? {} : ({ names: 'database' } as const);
  const session = await engine.connect(place.url, { application: 'dbd bench', readOnly: true, ...names });
  const prepared = await step(
    emit,
    'draw values',
    () => prepareQueries(engine, session, place.catalog, queries, { seed, sets }),
    (made) => plural(made.queries.length, 'query', 'queries'),
  ).finally(() => session.close());
  const allowed = prepared.queries.filter(({ kind }) => kind === 'read' || options.writes);
  const excluded: readonly ExcludedQuery[] = [
    ...unfit,
    ...prepared.excluded,
    ...prepared.queries
      .filter((query) => !allowed.includes(query))
      .map(({ name }) => ({ name, reason: 'it writes; --writes runs it on a sandbox' })),
  ];
  if (allowed.length === 0)
    fail(
      'bench.refused',
      `No query can be run: ${excluded.map(({ name, reason }) => `${name}: ${reason}`).join('; ') || 'there is none'}.`,
      {
        hint: 'Name a file of queries, for example workload.queries.sql.',
      },
    );
  const target: BenchTarget = {
    engine,
    url: place.url,
    queries: allowed,
    targets: new Map(queries.flatMap(({ name, p95 }) => (p95 === undefined ? [] : [[name, p95] as const]))),
    readOnly: !options.writes,
    ...names,
    seed,
    timeoutMs: options.timeoutMs,
    signal,
  };
  const found = { target: place.target, server: place.server, excluded, limits: place.limits };
  const calm = mode.kind === 'saturate' ? { ...mode, kind: 'open' as const } : mode;
  await step(emit, 'warm up', () => measure(target, calm, Math.min(warmUpMs, options.durationMs)));
  if (mode.kind === 'saturate') {
    const saturation = await step(
      emit,
      'look for the rate that is too much',
      () => benchSaturation(target, { ...mode, durationMs: options.durationMs }, mode.steps),
      ({ steps }) => plural(steps.length, 'step'),
    );
    return { ...found, saturation };
  }
  const run = await step(emit, 'measure', () => measure(target, mode, options.durationMs));
  return { ...found, run };
}

function measure(
  target: BenchTarget,
  mode: Exclude<BenchOptions['mode'], { kind: 'saturate' }>,
  durationMs: number,
): Promise<BenchRun> {
  return mode.kind === 'open'
    ? benchOpen(target, { ...mode, durationMs })
    : benchClosed(target, { ...mode, durationMs });
}

/** Named queries of the source, and patterns of a task that a load cannot repeat. */
function queriesOf({ source }: BenchOptions): {
  readonly queries: readonly NamedQuery[];
  readonly unfit: readonly ExcludedQuery[];
} {
  if (source.kind === 'workload') return { queries: source.workload.queries, unfit: [] };
  const { access } = source.task.requirements;
  return {
    queries: access.filter(({ sql }) => sql !== undefined).map(namedQuery),
    unfit: access
      .filter(({ sql }) => sql === undefined)
      .map(({ id }) => ({ name: id, reason: 'it is no single query; `dbd task` measures it' })),
  };
}
