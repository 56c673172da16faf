/** Rehearses a foreign migrate command: once watched in quiet, then beside the application; its way back is derived and tried. */
import { step } from '../../base/event.ts';
import { differences } from '../../catalog/difference.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import { openApplication } from '../compatibility.ts';
import { openPool } from '../quiet.ts';
import { runFiles } from '../files.ts';
import { besideLoad } from '../beside.ts';
import { limitsInText } from '../bystanders/waits.ts';
import { GrowingLoad } from './growing-load.ts';
import { loadDefaults, loadFor } from '../load.ts';
import type { RowCheck, UnderLoad } from '../model.ts';
import type { FilesRehearsal, RehearsalOptions } from '../rehearse.ts';
import { failure, type Trip } from '../roundtrip.ts';
import { compareRows, fingerprints, type Fingerprints } from '../rows.ts';
import { spansOf } from '../stalls.ts';
import { affectedTables } from '../watch.ts';
import { runWrapped, type WrappedOptions, type WrappedRun } from './wrapped.ts';

export interface WrappedRehearsalOptions extends RehearsalOptions {
  readonly command: Pick<
    WrappedOptions,
    'command' | 'cwd' | 'env' | 'urlEnv' | 'idleLimitMs' | 'statementTimeoutMs'
  >;
  /** Makes a filler of tables that the command made and committed, for a twin that starts without tables; each call of the filler tells what it filled. */
  readonly fillBetween?: () => (database: SandboxDatabase) => Promise<readonly FilledTable[]>;
}

/** A table that was filled while the command waited. */
export interface FilledTable {
  readonly table: Name;
  readonly rows: number;
}

export interface WrappedRehearsal extends FilesRehearsal {
  readonly run: Pick<WrappedRun, 'exitCode' | 'output' | 'connections' | 'splits'>;
  /** Rows of today's tables after the command, against before. */
  readonly rows: readonly RowCheck[];
  /** Tables filled in between, with the time from which they held rows, milliseconds since the run began; undefined when today's tables were there. */
  readonly filledBetween?: readonly (FilledTable & { readonly at: number })[];
}

/** Runs the command on copies of the twin; throws what `runWrapped` throws. */
export async function rehearseWrapped(options: WrappedRehearsalOptions): Promise<WrappedRehearsal> {
  const quiet = await step(options.emit, 'run the command, watched', () =>
    copied(options, (database) => watchedRun(options, database)),
  );
  if (quiet.run.exitCode !== 0 || options.load === false) return quiet;
  const underLoad = await step(options.emit, 'run the command beside the application', () =>
    besideApplication(options, quiet),
  );
  return underLoad ? { ...quiet, underLoad } : quiet;
}

async function watchedRun(
  options: WrappedRehearsalOptions,
  database: SandboxDatabase,
): Promise<WrappedRehearsal> {
  const { engine, base, workload, seed, fillBetween } = options;
  const session = await engine.connect(database.ownerUrl, { application: 'dbd change' });
  try {
    const before = await engine.inspect(session);
    const prints = await fingerprints(engine, session, before);
    const given = workload
      ? (await loadFor(engine, session, before, workload, [], seed)).prepared.queries
      : [];
    const pooled = await openPool(options, database, given.length);
    const application = await openApplication({
      engine,
      ownerUrl: database.ownerUrl,
      queries: given,
      seed,
      ...(pooled.pool ? { pooledUrl: pooled.pool.url } : {}),
      ...(options.workloadNew ? { newer: options.workloadNew } : {}),
    });
    try {
      const began = performance.now();
      const filled: (FilledTable & { readonly at: number })[] = [];
      let fillingMs = 0;
      const filler = fillBetween?.();
      const between = async (fill: NonNullable<typeof filler>): Promise<void> => {
        const at = performance.now();
        for (const made of await fill(database)) filled.push({ ...made, at: performance.now() - began });
        fillingMs += performance.now() - at;
      };
      const run = await runWrapped({
        ...common(options, database),
        ...(filler ? { beforeTransaction: () => between(filler), commitBetween: true } : {}),
      });
      const upMs = performance.now() - began - fillingMs;
      const after = await engine.inspect(session);
      const compatibility = run.exitCode === 0 ? await application.tryAll('after the command') : [];
      const open = (): ReturnType<typeof engine.connect> =>
        engine.connect(base.ownerUrl, { application: 'dbd start' });
      const rows = await compareRows(engine, { open, catalog: before, prints }, { session, catalog: after });
      const kept = {
        exitCode: run.exitCode,
        output: run.output,
        connections: run.connections,
        splits: run.splits,
      };
      const result = {
        statements: run.statements,
        before,
        after,
        compatibility,
        rows,
        run: kept,
        ...pooled.told,
        ...(fillBetween ? { filledBetween: filled } : {}),
      };
      if (run.exitCode !== 0) return { ...result, leftBehind: differences(before, after) };
      const back = await wayBack(options, database, { before, after, prints, upMs }, open);
      return { ...result, ...back, leftBehind: [] };
    } finally {
      await application.close();
      await pooled.pool?.stop();
    }
  } finally {
    await session.close();
  }
}

/** Statements that lead back, found by comparing the structures and tried on the copy; the command itself is not run again, since its own notes say that it is done. */
async function wayBack(
  options: WrappedRehearsalOptions,
  database: SandboxDatabase,
  state: {
    readonly before: Catalog;
    readonly after: Catalog;
    readonly prints: Fingerprints;
    readonly upMs: number;
  },
  open: () => ReturnType<RehearsalOptions['engine']['connect']>,
): Promise<Trip & { readonly derivedDown: readonly string[] }> {
  const { engine, base, emit, signal } = options;
  const derivedDown = (await engine.compare(database.adminUrl, base.adminUrl)).statements;
  const session = await engine.connect(database.ownerUrl, { application: 'dbd way back' });
  const down = [
    { path: 'derived down', sql: derivedDown.map((sql) => sql.replace(/;?\s*$/, ';')).join('\n') },
  ];
  const doing = {
    engine,
    session,
    emit,
    signal,
    since: performance.now(),
    onStatement: () => undefined,
    afterPhase: () => Promise.resolve(),
  };
  try {
    const began = performance.now();
    const downFailed = await failure(() => runFiles(doing, down));
    if (downFailed) return { derivedDown, downFailed };
    const downMs = performance.now() - began;
    const back = await engine.inspect(session);
    const rows = await compareRows(
      engine,
      { open, catalog: state.before, prints: state.prints },
      { session, catalog: back },
    );
    return {
      derivedDown,
      roundTrip: { upMs: state.upMs, downMs, afterDown: differences(state.before, back), rows },
    };
  } finally {
    await session.close();
  }
}

async function besideApplication(
  options: WrappedRehearsalOptions,
  quiet: WrappedRehearsal,
): Promise<UnderLoad | undefined> {
  const { engine, sandbox, workload, seed, emit, signal } = options;
  const tables = affectedTables(quiet.before, quiet.statements);
  if (options.fillBetween) return besideGrowing(options, options.fillBetween());
  if (!workload && tables.length === 0) return undefined;
  await sandbox.durable(true);
  try {
    return await copied(options, async (database) => {
      const session = await engine.connect(database.ownerUrl, { application: 'dbd load' });
      const load = await loadFor(engine, session, quiet.before, workload, tables, seed).finally(() =>
        session.close(),
      );
      let since = 0;
      let run: WrappedRun | undefined;
      const { outcome, underLoad } = await besideLoad(
        {
          engine,
          sandbox,
          database,
          ...load,
          readerTables: tables,
          settings: { ...loadDefaults, seed, ...options.load },
          emit,
          signal,
          ran: () => ({ runs: run?.statements ?? [], since }),
          quiet: quiet.statements,
          limitOf: limitsInText(engine.locking, () => run?.statements ?? []),
        },
        async () => {
          since = performance.now();
          run = await runWrapped(common(options, database));
        },
      );
      if (!outcome.ok) throw outcome.error;
      return underLoad;
    });
  } finally {
    await sandbox.durable(false);
  }
}

/** The command again on an empty copy, with every table queried from the moment it was filled. */
async function besideGrowing(
  options: WrappedRehearsalOptions,
  fill: (database: SandboxDatabase) => Promise<readonly FilledTable[]>,
): Promise<UnderLoad | undefined> {
  const { engine, sandbox, emit, seed } = options;
  return copied(options, async (database) => {
    const load = new GrowingLoad(engine, database.ownerUrl, seed);
    const since = performance.now();
    let statements: WrappedRun['statements'] = [];
    const end = (): Promise<UnderLoad | undefined> =>
      load.finish(() => spansOf(statements, since), performance.now(), emit);
    try {
      ({ statements } = await runWrapped({
        ...common(options, database),
        commitBetween: true,
        beforeTransaction: async () => {
          const made = await fill(database);
          if (made.length === 0) return;
          await sandbox.durable(true);
          await load.join(made.map(({ table }) => table));
        },
      }));
      return await end();
    } finally {
      await end();
      await sandbox.durable(false);
    }
  });
}

function common(options: WrappedRehearsalOptions, database: SandboxDatabase): WrappedOptions {
  const { engine, sandbox, signal, emit } = options;
  return { engine, sandbox, database, signal, emit, ...options.command };
}

async function copied<T>(
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
