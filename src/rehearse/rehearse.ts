/** Runs a change on a twin and measures it: once in quiet, there and back, and once beside the running application. */
import { differences } from '../catalog/difference.ts';
import type { Catalog, Difference } from '../catalog/model.ts';
import type { Change } from '../change/model.ts';
import { step, type Emit } from '../base/event.ts';
import type { SqlError } from '../base/error.ts';
import type { Engine, Session, Watcher } from '../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import type { Workload } from '../workload/model.ts';
import { openApplication } from './compatibility.ts';
import { withDeadline } from './deadline.ts';
import type { SqlFile } from './files.ts';
import { besideLoad, loadDefaults, loadFor, type LoadSettings } from './load.ts';
import type { CompatibilityRun, RoundTrip, StatementRun, UnderLoad } from './model.ts';
import { failure, roundTrip } from './roundtrip.ts';
import { fingerprints } from './rows.ts';
import { spansOf } from './stalls.ts';
import { changeSubject, filesSubject, type Doing, type Subject } from './subject.ts';
import { affectedTables } from './watch.ts';

export interface RehearsalOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Filled twin of the current structure; nobody is connected to it, and it stays as it is. */
  readonly base: SandboxDatabase;
  readonly workload?: Workload;
  /** Which declared rate the load runs at; default: average. */
  readonly rates?: 'average' | 'peak';
  /** Length of the load before the change, milliseconds; 0 leaves the run under load out. */
  readonly loadMs?: number;
  /** What else differs from `loadDefaults`. */
  readonly load?: Partial<LoadSettings>;
  /** Longest time one way may take, milliseconds; then it is cancelled and counts as failed. */
  readonly limitMs?: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly seed: number;
}

export interface ChangeRehearsal {
  /** The quiet run: locks, rewrites, scans, WAL and time of each statement. */
  readonly statements: readonly StatementRun[];
  readonly before: Catalog;
  /** After up; where up failed, after its failure. */
  readonly after: Catalog;
  /** Undefined when up or down failed, or no way back is known. */
  readonly roundTrip?: RoundTrip;
  readonly underLoad?: UnderLoad;
  /** The statements as they ran beside the load: attempts, tries and times; locks are not watched there. */
  readonly loadedStatements?: readonly StatementRun[];
  readonly compatibility: readonly CompatibilityRun[];
  readonly upFailed?: SqlError;
  readonly downFailed?: SqlError;
  readonly secondUpFailed?: SqlError;
  /** Up worked in quiet, but not beside the load: its locks were not granted, or it met the application's rows. */
  readonly loadFailed?: SqlError;
  /** What a failed up left behind. */
  readonly leftBehind: readonly Difference[];
}

export interface FilesRehearsal extends ChangeRehearsal {
  /** Statements that lead back, found by comparing the structures, when no down files were given; rows are not brought back by them. */
  readonly derivedDown?: readonly string[];
}

const defaultLimitMs = 120_000;

/** Rehearses a planned change, whose steps bring their own lock limits: quiet run, round trip, compatibility in each phase, and the run under load. */
export function rehearseChange(
  options: RehearsalOptions & { readonly change: Change },
): Promise<ChangeRehearsal> {
  return rehearse(options, changeSubject(options.change));
}

/** Rehearses SQL files as psql runs them; without down files the way back is derived by comparison and tried. */
export async function rehearseFiles(
  options: RehearsalOptions & { readonly files: readonly SqlFile[]; readonly down?: readonly SqlFile[] },
): Promise<FilesRehearsal> {
  let derivedDown: readonly string[] | undefined;
  const derive = async (changed: SandboxDatabase): Promise<readonly SqlFile[]> => {
    derivedDown = (await options.engine.compare(changed.adminUrl, options.base.adminUrl)).statements;
    return [{ path: 'derived down', sql: derivedDown.map((sql) => sql.replace(/;?\s*$/, ';')).join('\n') }];
  };
  const given = options.down;
  const rehearsal = await rehearse(options, filesSubject(options.files, given), given ? undefined : derive);
  return { ...rehearsal, ...(derivedDown ? { derivedDown } : {}) };
}

async function rehearse(
  options: RehearsalOptions,
  subject: Subject,
  deriveDown?: (changed: SandboxDatabase) => Promise<readonly SqlFile[]>,
): Promise<ChangeRehearsal> {
  const { emit, sandbox } = options;
  const quiet = await step(emit, 'rehearse in quiet, there and back', () =>
    cloned(options, (database) => quietRun(options, subject, database, deriveDown)),
  );
  if (quiet.upFailed || options.loadMs === 0) return quiet;
  const loaded = await step(emit, 'rehearse beside the application', async () => {
    await sandbox.durable(true);
    try {
      return await cloned(options, (database) => loadedRun(options, subject, database, quiet));
    } finally {
      await sandbox.durable(false);
    }
  });
  return { ...quiet, ...loaded };
}

async function quietRun(
  options: RehearsalOptions,
  subject: Subject,
  database: SandboxDatabase,
  deriveDown?: (changed: SandboxDatabase) => Promise<readonly SqlFile[]>,
): Promise<ChangeRehearsal> {
  const { engine, sandbox, base, workload, seed } = options;
  const watcher = await engine.watch.open(database.adminUrl, sandbox.log);
  const session = await engine.connect(database.ownerUrl, { application: 'dbd change' });
  const statements: StatementRun[] = [];
  const compatibility: CompatibilityRun[] = [];
  try {
    const before = await engine.inspect(session);
    const prints = await fingerprints(engine, session, before);
    const given = workload
      ? (await loadFor(engine, session, before, workload, [], seed)).prepared.queries
      : [];
    const application = await openApplication(engine, database.ownerUrl, given);
    try {
      const since = performance.now();
      const up = (watched: boolean) =>
        go(options, subject.up, session, since, {
          ...(watched ? { watcher } : {}),
          onStatement: (run) => void (watched && statements.push(run)),
          afterPhase: async (phase) =>
            void (watched && compatibility.push(...(await application.tryAll(phase)))),
        });
      const upFailed = await failure(() => up(true));
      const upMs = performance.now() - since;
      const after = await engine.inspect(session);
      const result = { statements, before, after, compatibility };
      if (upFailed) return { ...result, upFailed, leftBehind: differences(before, after) };

      const down = subject.down ?? (deriveDown && filesSubject([], await deriveDown(database)).down);
      if (!down) return { ...result, leftBehind: [] };
      const trip = await roundTrip({
        engine,
        session,
        start: {
          catalog: before,
          prints,
          open: () => engine.connect(base.ownerUrl, { application: 'dbd start' }),
        },
        after,
        upMs,
        down: () => go(options, down, session, since, {}),
        up: () => up(false),
      });
      return { ...result, ...trip, leftBehind: [] };
    } finally {
      await application.close();
    }
  } finally {
    await Promise.all([watcher.close(), session.close()]);
  }
}

async function loadedRun(
  options: RehearsalOptions,
  subject: Subject,
  database: SandboxDatabase,
  quiet: ChangeRehearsal,
): Promise<Pick<ChangeRehearsal, 'underLoad' | 'loadedStatements' | 'loadFailed'>> {
  const { engine, workload, seed, emit, signal } = options;
  const session = await engine.connect(database.ownerUrl, { application: 'dbd change' });
  try {
    const tables = affectedTables(quiet.before, quiet.statements);
    const load = await loadFor(engine, session, quiet.before, workload, tables, seed);
    const runs: StatementRun[] = [];
    let since = 0;
    const { outcome, underLoad } = await besideLoad(
      {
        engine,
        url: database.ownerUrl,
        ...load,
        readerTables: tables,
        settings: settingsOf(options),
        emit,
        signal,
        spans: () => spansOf(runs, since),
      },
      () => {
        since = performance.now();
        return failure(() =>
          go(options, subject.up, session, since, { onStatement: (run) => void runs.push(run) }),
        );
      },
    );
    if (!outcome.ok) throw outcome.error;
    return { underLoad, loadedStatements: runs, ...(outcome.value ? { loadFailed: outcome.value } : {}) };
  } finally {
    await session.close();
  }
}

function settingsOf({ seed, rates, loadMs, load }: RehearsalOptions): LoadSettings {
  return {
    ...loadDefaults,
    seed,
    ...(rates ? { at: rates } : {}),
    ...(loadMs === undefined ? {} : { baselineMs: loadMs }),
    ...load,
  };
}

type Part = Partial<Pick<Doing, 'onStatement' | 'afterPhase'>> & { readonly watcher?: Watcher };

function go(
  options: RehearsalOptions,
  way: (doing: Doing) => Promise<void>,
  session: Session,
  since: number,
  part: Part,
): Promise<void> {
  const { engine, emit } = options;
  return withDeadline(
    { session, signal: options.signal, limitMs: options.limitMs ?? defaultLimitMs },
    (signal) =>
      way({
        engine,
        session,
        emit,
        signal,
        since,
        onStatement: () => undefined,
        afterPhase: () => Promise.resolve(),
        ...part,
      }),
  );
}

/** A copy of the twin for one run. */
async function cloned<T>(
  { sandbox, base }: RehearsalOptions,
  work: (database: SandboxDatabase) => Promise<T>,
): Promise<T> {
  const database = await sandbox.createDatabase({ from: base });
  try {
    return await work(database);
  } finally {
    await sandbox.dropDatabase(database);
  }
}
