/** Restores a backup's folder: looked at first, then started beside, then laid out where it was wanted. */
import { fail } from '../base/error.ts';
import { step, type Emit } from '../base/event.ts';
import type { Recovery, RecoveryTarget } from '../engine/backup/model.ts';
import type { Engine } from '../engine/model.ts';
import type { RestoredServer } from '../sandbox/model.ts';
import { inNewFolder, refuseFull } from './folder.ts';
import type { BackupRecord, Restored } from './model.ts';
import { restore } from './restore.ts';
import { verifyBackup } from './verify.ts';

export interface RestoreBackupOptions {
  readonly engine: Engine;
  readonly folder: string;
  /** Archived log that follows the backup. */
  readonly log?: string;
  readonly target?: RecoveryTarget;
  /** New or empty folder that becomes a data folder. */
  readonly to?: string;
  /** A superuser and a database of the cluster, where the backup does not tell them. */
  readonly user: string;
  readonly database: string;
  /** Folder of binaries. */
  readonly named?: string;
  readonly recoverMs: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export interface RestoredBackup {
  readonly restored: Restored;
  readonly server: RestoredServer;
  readonly record?: BackupRecord;
  readonly recovery?: Recovery;
  readonly segments: number;
}

/** Restores and starts it; the caller keeps or stops the server. Throws `backup.*`, `file.*`, `sandbox.*`, and leaves nothing then. */
export async function restoreBackup(options: RestoreBackupOptions): Promise<RestoredBackup> {
  const { engine, emit, signal } = options;
  if (options.to !== undefined) refuseFull(options.to);
  const found = await step(emit, 'read every byte of the backup', () =>
    verifyBackup(engine, options.folder, {
      signal,
      ...(options.log === undefined ? {} : { log: options.log }),
    }),
  );
  const { base, record, log, problems } = found;
  const [first] = problems;
  if (first || !base)
    return fail(
      'backup.damaged',
      `The backup is not usable: ${first?.file} ${first?.says}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}.`,
      {
        hint: `\`dbd backup verify\` lists every file that is wrong. Use an older backup.`,
        details: { files: problems.slice(0, 20).map(({ file }) => file) },
      },
    );
  if (options.target && log === undefined)
    fail('backup.target', 'The backup has no archived log, so it can only be restored as it was taken.', {
      hint: 'Name the folder of archived segments with --log.',
    });
  if (options.target && engine.backups.before(base, options.target))
    fail(
      'backup.target',
      `The target lies before the backup was taken${base.began ? ` (${base.began})` : ''}.`,
      {
        hint: 'Use an older backup.',
      },
    );
  const recovery: Recovery | undefined =
    log === undefined ? undefined : { target: options.target ?? { kind: 'latest' }, log };
  const { restored, server } = await restore({
    engine,
    base: found.folder,
    major: base.major,
    superuser: record?.superuser ?? options.user,
    database: record?.database ?? options.database,
    // Rows after a recovery are those of a later time.
    expected: recovery ? [] : (record?.fingerprints ?? []),
    thorough: true,
    recoverMs: options.recoverMs,
    emit,
    signal,
    ...(recovery ? { recovery } : {}),
    ...(options.named === undefined ? {} : { named: options.named }),
  });
  try {
    if (options.to !== undefined) await layOut(options, found.folder, base.bytes, recovery);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    restored,
    server,
    segments: base.segments.length,
    ...(record ? { record } : {}),
    ...(recovery ? { recovery } : {}),
  };
}

async function layOut(
  { engine, to, emit, signal }: RestoreBackupOptions,
  base: string,
  bytes: number,
  recovery: Recovery | undefined,
): Promise<void> {
  await step(emit, 'lay out the data folder', () =>
    inNewFolder(to!, bytes, async (data) => {
      await engine.backups.unpack(base, data, { signal });
      await engine.backups.prepareRecovery(data, recovery, 'folder');
    }),
  );
}
