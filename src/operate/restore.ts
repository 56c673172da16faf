/** Restores a backup: checked, unpacked, recovered, started and looked at. */
import { fail } from '../base/error.ts';
import { step, type Emit } from '../base/event.ts';
import { formatBytes } from '../base/units.ts';
import type { BackupProblem, BaseCheck, Integrity, Recovery, Segment } from '../engine/backup/model.ts';
import type { Engine } from '../engine/model.ts';
import type { RestoredServer } from '../sandbox/model.ts';
import { startRestored } from '../sandbox/restored.ts';
import { compareRows } from './fingerprint.ts';
import type { Fingerprint, Restored } from './model.ts';

export interface RestoreOptions {
  readonly engine: Engine;
  /** Folder of the base backup itself. */
  readonly base: string;
  /** Major version of its server. */
  readonly major: number;
  readonly superuser: string;
  readonly database: string;
  readonly recovery?: Recovery;
  readonly expected: readonly Fingerprint[];
  /** As durable as production, and every page of every database is read; false looks at the rows alone, as fast as it goes. */
  readonly thorough: boolean;
  /** Folder of binaries to use. */
  readonly named?: string;
  /** Milliseconds that the recovery may take. */
  readonly recoverMs: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Starts a server on the restored files and looks at its rows and pages; the caller keeps or stops it. Throws `backup.*` and `sandbox.*`, and leaves nothing then. */
export async function restore(
  options: RestoreOptions,
): Promise<{ readonly restored: Restored; readonly server: RestoredServer }> {
  const { engine, emit, recovery, signal } = options;
  const { backups } = engine;
  let bytes = 0;
  const server = await step(
    emit,
    'restore and recover',
    () =>
      startRestored(engine, {
        superuser: options.superuser,
        database: options.database,
        readyMs: options.recoverMs,
        signal,
        major: options.major,
        ...(options.named === undefined ? {} : { named: options.named }),
        settings: { ...backups.recoverySettings(recovery), ...(options.thorough ? {} : { fsync: 'off' }) },
        async fill(data, own) {
          const check = await backups.unpack(options.base, data, { signal, own });
          bytes = check.bytes;
          await backups.prepareRecovery(data, recovery, 'sandbox');
        },
        explain(log) {
          const known = backups.whyNot(log);
          if (known)
            fail(known.code, known.message, {
              hint: 'Choose another target, or add the segments of the log that are missing.',
            });
        },
      }),
    () => formatBytes(bytes),
  );
  try {
    signal.throwIfAborted();
    const at = performance.now();
    const recovered = await backups.recovered(server.url);
    const integrity = options.thorough
      ? await step(emit, 'read every page', () => allDatabases(engine, server.url))
      : { tried: false, tables: 0, indexes: 0, problems: [] };
    const session = await engine.connect(server.url, { application: 'dbd restore', readOnly: true });
    const compared = await compareRows(engine, session, options.expected).finally(() => session.close());
    return {
      server,
      restored: {
        server: server.server,
        provider: server.provider,
        url: server.url,
        id: server.id,
        bytes,
        unpackMs: server.filledMs,
        recoverMs: server.recoveredMs,
        checkMs: performance.now() - at,
        recovered,
        integrity,
        compared,
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function allDatabases(engine: Engine, url: string): Promise<Integrity> {
  let all: Integrity = { tried: true, tables: 0, indexes: 0, problems: [] };
  for (const name of await engine.backups.databases(url)) {
    const one = await engine.backups.integrity(engine.backups.inDatabase(url, name));
    all = {
      tried: all.tried && one.tried,
      tables: all.tables + one.tables,
      indexes: all.indexes + one.indexes,
      problems: [...all.problems, ...one.problems.map((problem) => `${name}: ${problem}`)],
    };
  }
  return all;
}

/** Checks archived log against the base and, where they were recorded, the sums of its segments; what is wrong is told by file. */
export async function checkArchive(
  engine: Engine,
  log: string,
  base: BaseCheck,
  recorded: readonly Segment[] = [],
): Promise<readonly BackupProblem[]> {
  const { segments, problems } = await engine.backups.checkLog(log, base);
  const changed = segments.flatMap(({ name, sha256 }) => {
    const known = recorded.find((segment) => segment.name === name);
    return known && known.sha256 !== sha256
      ? [{ file: name, says: 'was changed: its SHA-256 is not the recorded one' }]
      : [];
  });
  return [...problems, ...changed];
}
