/** The story of a migration that somebody else wrote: what it does to locks, queries and data on a twin. */
import { basename } from 'node:path';
import { step } from '../../base/event.ts';
import { formatCount } from '../../base/units.ts';
import { loadDefaults } from '../../rehearse/load.ts';
import { rehearseMerge, type Branch, type Merge } from '../../rehearse/merge.ts';
import type { LoadSettings } from '../../rehearse/model.ts';
import { rehearseChange, rehearseFiles, type FilesRehearsal } from '../../rehearse/rehearse.ts';
import { rehearseWrapped, type WrappedRehearsal } from '../../rehearse/wrapped/wrapped-rehearsal.ts';
import type { RunOnce } from '../../rehearse/scales/scales.ts';
import { changeSubject, filesSubject, watchedOnce } from '../../rehearse/subjects.ts';
import { runWrapped, type WrappedOptions } from '../../rehearse/wrapped/wrapped.ts';
import type { Report } from '../../report/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { Workload } from '../../workload/model.ts';
import { fillAssumed, fillerBetween, type AssumedFill } from '../twin/assumed-twin.ts';
import { desiredFiles, schemaAmong } from './desired.ts';
import { citedFidelity } from '../current/cited-fidelity.ts';
import { currentWorkload } from '../current/current-workload.ts';
import { runningWorkload } from '../current/running-workload.ts';
import { fromHere, prepareFolder } from '../files.ts';
import { killAndResume } from '../kills/kills.ts';
import { rehearsalReport } from '../report/rehearsal-report.ts';
import { withCurrent } from '../current/with-current.ts';
import { withRestored } from '../current/with-restored.ts';
import { fail } from '../../base/error.ts';
import type { LoadedCurrent } from '../../twin/current.ts';
import type { RehearseOptions, Subject } from './model.ts';
import type { Rehearsed } from './rehearsed.ts';
import { changeInput } from '../preflight/change-input.ts';
import { scaled } from './scaled.ts';
import { migrationFiles, writtenChange, type MigrationFiles } from './migration-files.ts';

/** Rehearses SQL files or a wrapped command. */
export async function rehearseMigration(options: RehearseOptions): Promise<Report> {
  const started = performance.now();
  const { engine, config, subject, emit } = options;
  await engine.grammar.ready();
  if (options.out !== undefined) await prepareFolder(options.out);
  const schema = subject.kind === 'files' ? schemaAmong(subject.paths) : undefined;
  const written =
    subject.kind === 'files' && schema === undefined ? await migrationFiles(subject.paths) : undefined;
  const rehearsed = subject.kind === 'files' && written ? (await changeInput(subject.paths)).hash : undefined;
  const given = await currentWorkload(config.workload);
  const newer = await currentWorkload(options.workloadNew);
  return onTwin(options, async (current, sandbox, held) => {
    const desired =
      schema === undefined ? undefined : await desiredFiles({ ...options, sandbox }, current, schema);
    const files = desired?.files ?? written;
    const { workload, captured, limits } = await runningWorkload({ ...options, current, given });
    const { production } = current;
    const empty =
      options.scalesMs > 0 && !held ? await sandbox.createDatabase({ from: current.database }) : undefined;
    const fill =
      held ??
      (await step(
        emit,
        'fill the twin',
        () =>
          fillAssumed({
            ...options,
            sandbox,
            database: current.database,
            catalog: current.catalog,
            ...(production ? { snapshot: production.snapshot } : {}),
          }),
        (made) => `${formatCount(made.rows)} rows`,
      ));
    const cited = production
      ? await citedFidelity({
          ...options,
          sandbox,
          snapshot: production.snapshot,
          database: current.database,
          queries: captured,
          rows: { here: fill.rows, there: fill.measured?.rows ?? 0 },
        })
      : undefined;
    const rehearsal = await run(options, sandbox, current.database, fill, workload, files, newer);
    const merge =
      subject.kind === 'files' && subject.merge
        ? await merged(options, sandbox, current.database, subject.paths)
        : undefined;
    const scales =
      empty && !rehearsal.upFailed
        ? await scaled({
            options,
            sandbox,
            empty,
            full: current.database,
            catalog: current.catalog,
            fill,
            statements: rehearsal.statements,
            production,
            run: runOnce(options, files),
          })
        : undefined;
    const change = files && writtenChange(files);
    const kills =
      change && options.killsMs > 0 && !rehearsal.upFailed
        ? await killAndResume({ ...options, sandbox, base: current.database, change, boxMs: options.killsMs })
        : undefined;
    return await rehearsalReport(
      {
        title: titleOf(subject),
        engine,
        before: current.catalog,
        source: fromHere(current.source, options.cwd),
        rehearsal,
        fill,
        limits: [...current.limits, ...limits, ...(cited?.limits ?? []), ...(desired?.limits ?? [])].map(
          (limit) => fromHere(limit, options.cwd),
        ),
        server: `${sandbox.server}, ${sandbox.provider}`,
        serverVersion: sandbox.serverVersion,
        ...(workload ? { workload } : {}),
        ...(production ? { production } : {}),
        ...(cited ? { cited } : {}),
        ...(scales ? { scales } : {}),
        ...(kills ? { kills } : {}),
        ...(merge ? { merge } : {}),
        ...(rehearsed === undefined ? {} : { change: rehearsed }),
        ...sourcesOf(options, written),
      },
      { ...options, started },
    );
  });
}

/** The files that were given, as a person would name them from the working folder. */
function sourcesOf(
  { sources, cwd }: RehearseOptions,
  written: MigrationFiles | undefined,
): Pick<Rehearsed, 'sources'> {
  if (sources) return { sources };
  if (!written) return {};
  return {
    sources: written.up.map(({ path, sql, from = path }) => ({
      origin: path,
      file: fromHere(from, cwd),
      text: sql,
    })),
  };
}

/** Today's structure in a sandbox, to be filled; or a restored copy of production, which holds its rows. */
function onTwin<T>(
  options: RehearseOptions,
  work: (current: LoadedCurrent, sandbox: Sandbox, held: AssumedFill | undefined) => Promise<T>,
): Promise<T> {
  const { restored: taken, config } = options;
  if (taken === undefined)
    return withCurrent(options, (current, sandbox) => work(current, sandbox, undefined));
  const url = config.sandbox;
  if (url === undefined || !/^[a-z]+:\/\//.test(url) || config.current.kind !== 'none')
    fail(
      'usage.wrong-option',
      '--restored needs the address of the copy in --sandbox, and nothing in --current.',
      {
        hint: 'For example: dbd rehearse up.sql --sandbox postgres://admin@clone/shop --restored 2026-11-20',
      },
    );
  return withRestored({ ...options, url, taken }, ({ current, fill }, sandbox) =>
    work(current, sandbox, fill),
  );
}

function run(
  options: RehearseOptions,
  sandbox: Sandbox,
  base: SandboxDatabase,
  fill: AssumedFill,
  workload: Workload | undefined,
  files: MigrationFiles | undefined,
  newer: Workload | undefined,
): Promise<FilesRehearsal | WrappedRehearsal> {
  const { engine, emit, signal, seed, subject } = options;
  const common = {
    engine,
    sandbox,
    base,
    emit,
    signal,
    seed,
    limitMs: options.limitMs,
    ...(workload ? { workload } : {}),
    load: options.load ? loadOf(options) : (false as const),
    newWrites: options.newWrites,
    pooler: options.pooler,
    ...(newer ? { workloadNew: newer } : {}),
  };
  const change = files && writtenChange(files);
  if (change) return rehearseChange({ ...common, change });
  if (files)
    return rehearseFiles({
      ...common,
      files: files.up,
      ...(files.down.length > 0 ? { down: files.down } : {}),
    });
  const words = subject.kind === 'command' ? subject.words : [];
  return rehearseWrapped({
    ...common,
    command: commandOf(options, words),
    // Without tables of today, those that the command's earlier migrations made are filled before its later ones.
    ...(fill.rows === 0 ? { fillBetween: () => fillerBetween({ ...options, sandbox }) } : {}),
  });
}

/** The two paths as branches, each alone and in both orders. */
async function merged(
  options: RehearseOptions,
  sandbox: Sandbox,
  base: SandboxDatabase,
  paths: readonly string[],
): Promise<Merge> {
  const branches: Branch[] = [];
  for (const [i, path] of paths.entries()) {
    const files = await migrationFiles([path]);
    const change = writtenChange(files);
    const name = basename(path);
    branches.push({
      // Two branches may call their files alike.
      name: paths.some((other, at) => at !== i && basename(other) === name)
        ? fromHere(path, options.cwd)
        : name,
      subject: change ? changeSubject(change) : filesSubject(files.up, undefined),
    });
  }
  const { engine, emit, signal, seed, limitMs } = options;
  return rehearseMerge(
    { engine, sandbox, base, emit, signal, seed, limitMs, load: false },
    branches as [Branch, Branch],
  );
}

/** Carries the migration out once on a copy, watched. */
function runOnce(options: RehearseOptions, files: MigrationFiles | undefined): RunOnce {
  const { subject } = options;
  if (files) {
    const change = writtenChange(files);
    const what = change ? changeSubject(change) : filesSubject(files.up, undefined);
    return (sandbox, database) => watchedOnce(options, what, sandbox, database);
  }
  const words = subject.kind === 'command' ? subject.words : [];
  return async (sandbox, database) =>
    (await runWrapped({ ...options, ...commandOf(options, words), sandbox, database })).statements;
}

function commandOf(
  options: RehearseOptions,
  command: readonly string[],
): Pick<WrappedOptions, 'command' | 'cwd' | 'env' | 'urlEnv' | 'idleLimitMs'> {
  return {
    command,
    cwd: options.cwd,
    env: options.env,
    urlEnv: ['DATABASE_URL', ...options.urlEnv],
    idleLimitMs: options.idleMs,
  };
}

/** Milliseconds that the idle transaction outlives the long reader: what waits for old snapshots waits for it alone. */
const idleLonger = 500;

/** A quick rehearsal has a short reader, and neither an idle transaction nor a standby. */
function loadOf({ quick, beside }: RehearseOptions): Partial<LoadSettings> {
  const readerMs = quick ? 400 : loadDefaults.readerMs;
  return {
    ...(quick ? { baselineMs: 400 } : {}),
    readerMs: beside.reader ? readerMs : 0,
    idleMs: beside.idle && !quick ? readerMs + idleLonger : 0,
    standby: beside.standby && !quick,
  };
}

function titleOf(subject: Subject): string {
  return subject.kind === 'command'
    ? subject.words.join(' ')
    : subject.paths.map((path) => basename(path)).join(', ');
}
