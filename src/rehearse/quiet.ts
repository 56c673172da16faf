/** The quiet run: what each statement does, whether the way back leads back, and what the application's queries say. */
import { differences } from '../catalog/difference.ts';
import type { Catalog } from '../catalog/model.ts';
import type { Engine } from '../engine/model.ts';
import type { Pool, SandboxDatabase } from '../sandbox/model.ts';
import { openApplication } from './compatibility.ts';
import { carryOut, defaultLimitMs, type Subject } from './doing.ts';
import { loadFor } from './load.ts';
import type { ChangeRehearsal, CompatibilityRun, RehearsalOptions, StatementRun } from './model.ts';
import { failure, roundTrip } from './roundtrip.ts';
import { fingerprints } from './rows.ts';

/** One run in quiet with a watcher, the application's queries tried after each phase, then the way back and up again. */
export async function quietRun(
  options: RehearsalOptions,
  subject: Subject,
  database: SandboxDatabase,
  deriveDown?: (changed: SandboxDatabase) => Promise<Subject['down']>,
): Promise<ChangeRehearsal> {
  const { engine, sandbox, base, workload, seed, emit, signal } = options;
  const watcher = await engine.watch.open(database.adminUrl, sandbox.log);
  const session = await engine.connect(database.ownerUrl, {
    application: 'dbd change',
    ...(subject.names ? { names: subject.names } : {}),
  });
  const statements: StatementRun[] = [];
  const compatibility: CompatibilityRun[] = [];
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
      if (options.workloadNew) compatibility.push(...(await application.tryAll('before')));
      const running = {
        engine,
        session,
        emit,
        signal,
        since: performance.now(),
        limitMs: options.limitMs ?? defaultLimitMs,
      };
      const upFailed = await failure(() =>
        carryOut(running, subject.up, {
          watcher,
          onStatement: (run) => void statements.push(run),
          afterPhase: async (phase) => void compatibility.push(...(await application.tryAll(phase))),
        }),
      );
      // A session that was given up may still be busy; what it left is read by another one.
      const after = await (upFailed ? inspectAnew(engine, database) : engine.inspect(session));
      const result = { statements, before, after, compatibility, ...pooled.told };
      if (upFailed) return { ...result, upFailed, leftBehind: differences(before, after) };

      const down = subject.down ?? (await deriveDown?.(database));
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
        upMs: statements.reduce((sum, run) => sum + run.ms, 0),
        down: (onStatement) => carryOut(running, down, { onStatement }),
        up: () => carryOut(running, subject.up),
      });
      return { ...result, ...trip, leftBehind: [] };
    } finally {
      await application.close();
      await pooled.pool?.stop();
    }
  } finally {
    await Promise.all([watcher.close(), session.close()]);
  }
}

async function inspectAnew(engine: Engine, database: SandboxDatabase): Promise<Catalog> {
  const session = await engine.connect(database.ownerUrl, { application: 'dbd witness' });
  return engine.inspect(session).finally(() => session.close());
}

/** A pooler in front of the database, where one was asked for; what the report says of it. */
export async function openPool(
  { pooler, sandbox, workloadNew }: RehearsalOptions,
  database: SandboxDatabase,
  queries: number,
): Promise<{ readonly pool?: Pool; readonly told: Pick<ChangeRehearsal, 'pooler'> }> {
  if (!pooler || (queries === 0 && !workloadNew)) return { told: {} };
  const pool = await sandbox.pool?.(database);
  if (pool) return { pool, told: { pooler: { title: pool.title } } };
  const missing = sandbox.pool ? 'none is installed' : 'the server was named by its address';
  return { told: { pooler: { missing } } };
}
