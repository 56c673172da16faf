/** Looks at a backup without starting it. */
import { DbdError } from '../base/error.ts';
import type { BackupProblem, BaseCheck } from '../engine/backup/model.ts';
import type { Engine } from '../engine/model.ts';
import { names, openBackup } from './folder.ts';
import type { BackupRecord } from './model.ts';
import { checkArchive } from './restore.ts';

export interface Verified {
  /** Undefined when the list or the archive itself cannot be read. */
  readonly base?: BaseCheck;
  readonly record?: BackupRecord;
  /** Folder of the base backup. */
  readonly folder: string;
  /** Folder of archived log, where there is one. */
  readonly log?: string;
  readonly problems: readonly BackupProblem[];
}

/** Reads every byte of a backup; what is wrong is told by file. Throws `file.missing`, and `backup.*` for a folder that holds none. */
export async function verifyBackup(
  engine: Engine,
  folder: string,
  options: { readonly log?: string; readonly signal: AbortSignal },
): Promise<Verified> {
  const opened = openBackup(folder);
  const log = options.log ?? opened.log;
  const found = {
    folder: opened.base,
    ...(log === undefined ? {} : { log }),
    ...(opened.record ? { record: opened.record } : {}),
  };
  let base: BaseCheck;
  try {
    base = await engine.backups.verify(opened.base, options.signal);
  } catch (error) {
    if (!(error instanceof DbdError) || error.code !== 'backup.damaged') throw error;
    const { file, says } = error.details;
    if (typeof file !== 'string' || typeof says !== 'string') throw error;
    return {
      ...found,
      problems: [{ file, says }],
    };
  }
  const problems = [...base.problems, ...againstRecord(base, opened.record)];
  if (log !== undefined) problems.push(...(await checkArchive(engine, log, base, opened.record?.segments)));
  return { ...found, base, problems };
}

/** The log within a backup is not in the server's list; its sums stand in our record. */
function againstRecord(base: BaseCheck, record: BackupRecord | undefined): readonly BackupProblem[] {
  if (!record) return [];
  const wrong = record.segments.flatMap(({ name, sha256 }) => {
    const seen = base.segments.find((segment) => segment.name === name);
    return seen && seen.sha256 !== sha256
      ? [{ file: `pg_wal/${name}`, says: 'was changed: its SHA-256 is not the recorded one' }]
      : [];
  });
  return record.system === base.system
    ? wrong
    : [
        ...wrong,
        {
          file: names.record,
          says: `belongs to cluster ${record.system}, the backup to cluster ${base.system}`,
        },
      ];
}
