/** The run beside the application: who had to wait, and for which statement. */
import type { SandboxDatabase } from '../sandbox/model.ts';
import { besideLoad } from './beside.ts';
import { carryOut, defaultLimitMs, type Subject } from './doing.ts';
import { loadDefaults, loadFor } from './load.ts';
import type { ChangeRehearsal, LoadSettings, RehearsalOptions, StatementRun } from './model.ts';
import { failure } from './roundtrip.ts';
import { limitsInText } from './bystanders/waits.ts';
import { affectedTables } from './watch.ts';

/** One run beside the application's load and a long reader. */
export async function loadedRun(
  options: RehearsalOptions,
  subject: Subject,
  database: SandboxDatabase,
  quiet: ChangeRehearsal,
): Promise<Pick<ChangeRehearsal, 'underLoad' | 'loadedStatements' | 'loadFailed'>> {
  const { engine, workload, seed, emit, signal } = options;
  const session = await engine.connect(database.ownerUrl, {
    application: 'dbd change',
    ...(subject.names ? { names: subject.names } : {}),
  });
  try {
    const tables = affectedTables(quiet.before, quiet.statements);
    const load = await loadFor(engine, session, quiet.before, workload, tables, seed);
    if (load.prepared.queries.length === 0) return {};
    const runs: StatementRun[] = [];
    let since = 0;
    const { outcome, underLoad } = await besideLoad(
      {
        engine,
        sandbox: options.sandbox,
        database,
        ...load,
        readerTables: tables,
        settings: settingsOf(options),
        emit,
        signal,
        ran: () => ({ runs, since }),
        quiet: quiet.statements,
        limitOf: subject.limitOf ?? limitsInText(engine.locking, () => runs),
      },
      () => {
        since = performance.now();
        const running = { engine, session, emit, signal, since, limitMs: options.limitMs ?? defaultLimitMs };
        return failure(() => carryOut(running, subject.up, { onStatement: (run) => void runs.push(run) }));
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
