/** The story of a task, from its text to a folder of evidence. */
import { chooseMappers } from '../application/choose.ts';
import { join, resolve } from 'node:path';
import { step } from '../base/event.ts';
import type { Wish } from '../change/model.ts';
import type { Report } from '../report/model.ts';
import { rehearseChange } from '../rehearse/rehearse.ts';
import type { Sandbox } from '../sandbox/model.ts';
import { readTask } from '../task/task.ts';
import type { Task } from '../task/model.ts';
import type { Catalog } from '../catalog/model.ts';
import { keyOf } from '../catalog/identity.ts';
import type { TableVolume } from '../twin/model.ts';
import type { LoadedCurrent } from '../twin/current.ts';
import { makeDeliverables } from './deliverables.ts';
import { answerProse, answerSentences } from './asking/answer.ts';
import { askPlan } from './asking/ask.ts';
import { keepAsked } from './asking/keep.ts';
import { checkTaskSql } from './check-task.ts';
import { citedFidelity, withheldAccess } from './current/cited-fidelity.ts';
import { currentWorkload } from './current/current-workload.ts';
import { runningWorkload, type RunningWorkload } from './current/running-workload.ts';
import { fromHere, prepareFolder } from './files.ts';
import { buildIndexes, measureQueries, replacedBy, tuneTask } from './measuring/measure.ts';
import type { DeliverOptions, Outcome } from './model.ts';
import { observe } from './trials/observe.ts';
import { taskReport } from './report/task-report.ts';
import { draftSentences, holdsSentencesOnly } from './asking/sentences.ts';
import { buildTwin, inspected } from './twin/twin.ts';
import { sizesOfWhole } from './twin/twin-parts.ts';
import { planTask } from './wanted.ts';
import { withCurrent } from './current/with-current.ts';

/** Delivers a task: a report, and a folder with the change, its way back and the evidence. */
export async function deliverTask(options: DeliverOptions): Promise<Report> {
  const started = performance.now();
  const task = readTask(options.source);
  if (task.level === 0) return keepAsked(await answerProse(task, options, started), options);
  if (holdsSentencesOnly(task)) return answerSentences(task, options, started);
  const engine = await options.engine(task.requirements.change.engine);
  await engine.grammar.ready();
  checkTaskSql(engine, task);
  // A wrong word would otherwise be found when all is measured.
  chooseMappers(options.config.models, []);
  const folder = folderOf(options, task);
  await prepareFolder(folder);
  const given = await currentWorkload(options.config.workload);
  return withCurrent(
    {
      engine,
      config: options.config,
      extensions: task.requirements.extensions,
      limitMs: options.limitMs,
      emit: options.emit,
      signal: options.signal,
    },
    async (current, sandbox) =>
      deliver({
        ...options,
        task,
        engine,
        sandbox,
        current,
        folder,
        started,
        running: await runningWorkload({ ...options, engine, current, given }),
      }),
  );
}

interface Work extends Omit<DeliverOptions, 'engine'> {
  readonly task: Task;
  readonly engine: Outcome['engine'];
  readonly sandbox: Sandbox;
  readonly current: LoadedCurrent;
  readonly folder: string;
  readonly started: number;
  readonly running: RunningWorkload;
}

async function deliver(work: Work): Promise<Report> {
  const { task, engine, sandbox, current, emit, signal, seed, quick } = work;
  const { workload, captured, limits } = work.running;
  const { production } = current;
  const planning = {
    engine,
    sandbox,
    current: current.database,
    before: current.catalog,
    task,
    limitMs: work.limitMs,
    emit,
    signal,
  };
  const draft = await step(emit, 'design and plan the change', () => planTask(planning));
  if (draft.change.questions.length > 0)
    return keepAsked(askPlan(task, draft.change.questions, work.started), work);

  const twin = await buildTwin({
    ...work,
    current: current.database,
    before: current.catalog,
    planned: draft,
    ...(production ? { snapshot: production.snapshot } : {}),
  });
  const whole = twin.sizes.at(-1)!.database;
  const { volumes, hints } = twin;
  const cited = production
    ? await citedFidelity({
        ...work,
        snapshot: production.snapshot,
        database: twin.base,
        queries: captured,
        rows: rowsOfToday(current.catalog, volumes),
      })
    : undefined;
  const measuring = { engine, sandbox, task, volumes, hints, quick, seed, emit, signal };
  const tuned = work.without.includes('indexes')
    ? { kept: [], rejected: [], queries: [], limits: ['no index was chosen: left out with --without'] }
    : await step(emit, 'choose indexes by measuring', () =>
        tuneTask({
          ...measuring,
          database: whole,
          planned: draft,
        }),
      );
  const indexes = tuned.kept.map((index): Wish => ({
    sql: index.sql,
    claims: index.serves,
    reason: index.because,
  }));
  const replaced = replacedBy(tuned, draft.design.supports);
  const planned =
    indexes.length > 0
      ? await step(emit, 'plan the change with its indexes', () =>
          planTask(
            planning,
            indexes,
            replaced.map((support) => support.wish.sql),
          ),
        )
      : draft;
  await buildIndexes(
    engine,
    twin.sizes.map((size) => size.database),
    [
      ...replaced.map(
        (support) => `DROP INDEX ${engine.quote.name({ schema: support.table.schema, name: support.name })}`,
      ),
      ...tuned.kept.map((index) => index.sql),
    ],
  );

  const measured = await step(emit, 'measure every access pattern', () =>
    measureQueries({
      ...measuring,
      sizes: twin.sizes,
      planned,
    }),
  );
  const access = withheldAccess(measured, task, cited, engine);
  const rehearsal = await rehearseChange({
    engine,
    sandbox,
    base: twin.base,
    change: planned.change,
    emit,
    signal,
    seed,
    limitMs: work.limitMs,
    ...(workload ? { workload } : {}),
    load: quick ? { baselineMs: 400, readerMs: 400 } : {},
  });
  const observed = await observe({
    engine,
    sandbox,
    database: whole,
    small: twin.sizes[0]!.database,
    catalog: planned.after,
    design: planned.design,
    task,
    emit,
  });
  const session = await engine.connect(whole.ownerUrl, { application: 'dbd sizes' });
  const sized = await engine.stats.sizes(session).finally(() => session.close());
  const sizes =
    planned.design.parted.length > 0 ? sizesOfWhole(sized, await inspected(engine, whole)) : sized;

  const outcome: Outcome = {
    task,
    engine,
    before: current.catalog,
    source: fromHere(current.source, work.cwd),
    planned,
    volumes: twin.volumes,
    fills: twin.fills,
    tuned,
    access,
    rehearsal,
    observed,
    sentences: await draftSentences(engine, sandbox.server, whole, planned.after, task),
    sizes,
    limits: [
      ...(work.source.limits ?? []),
      ...[...current.limits, ...limits, ...(cited?.limits ?? [])].map((limit) => fromHere(limit, work.cwd)),
    ],
    server: `${sandbox.server}, ${sandbox.provider}`,
    ...(workload ? { workload } : {}),
    ...(production ? { production } : {}),
    ...(cited ? { cited } : {}),
  };
  const contributions = await makeDeliverables(
    { ...work, ...outcome, current: current.database, twin, indexes },
    work.without,
  );
  return taskReport(outcome, contributions, work);
}

/** Rows of today's tables on the twin, and in production. */
function rowsOfToday(
  { tables }: Catalog,
  volumes: readonly TableVolume[],
): { readonly here: number; readonly there: number } {
  const today = new Set(tables.map(keyOf));
  const own = volumes.filter(({ table, basis }) => today.has(keyOf(table)) && basis !== 'assumed');
  const sum = (of: (volume: TableVolume) => number): number => own.reduce((total, one) => total + of(one), 0);
  return { here: sum(({ rows }) => rows), there: sum(({ now }) => now) };
}

/** Where results go: what was asked for, else the folder of changes, else the current folder. */
function folderOf({ out, config, cwd }: DeliverOptions, task: Task): string {
  const name = task.id.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^\.+/, '') || 'task';
  if (out !== undefined) return resolve(cwd, out);
  return config.changes === undefined ? resolve(cwd, `dbd-${name}`) : join(config.changes, name);
}
