/** What a data folder needs to recover to a point, and where a recovery ended. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fail } from '../../../base/error.ts';
import type {
  BackupProblem,
  BaseCheck,
  Backups,
  LogCheck,
  RecoveredTo,
  Recovery,
  Segment,
} from '../../../engine/backup/model.ts';
import { connect } from '../connect.ts';
import { headerProblems } from './reading.ts';
import { parseLsn, readSegmentName, segmentHeader, segmentsBetween, usualSegmentBytes } from './wal.ts';

/** A segment's file, or the unfinished last one; history files tell of promotions. */
const logFile = /^(?:([0-9A-F]{24})(\.partial)?|[0-9A-F]{8}\.history)$/;

/** Checks archived segments: none may be missing between the end of the base backup and the last one, and each must be of this cluster. */
export async function checkLog(folder: string, base: BaseCheck): Promise<LogCheck> {
  if (!existsSync(folder)) fail('file.missing', `There is no folder ${folder} of archived log.`);
  const names = readdirSync(folder).filter((name) => logFile.test(name) && !name.endsWith('.history'));
  const problems: BackupProblem[] = [];
  const segments: Segment[] = [];
  let bytes = usualSegmentBytes;
  for (const name of names.toSorted()) {
    const { head, size, sha256 } = await readSegment(join(folder, name));
    segments.push({ name, sha256 });
    const found = headerProblems(name, name.slice(0, 24), head, base.system);
    problems.push(...found);
    bytes = segmentHeader(head)?.bytes ?? bytes;
    if (found.length === 0 && size !== bytes)
      problems.push({ file: name, says: `has ${size} bytes instead of ${bytes}` });
  }
  const starts = names.flatMap((name) => {
    const read = readSegmentName(name.slice(0, 24), bytes);
    return read ? [read] : [];
  });
  const last = starts.reduce((latest, { start }) => (start > latest ? start : latest), 0n);
  const positions = new Set(starts.map(({ start }) => start));
  for (const name of segmentsBetween(base.timeline, parseLsn(base.to), last, bytes)) {
    const { start } = readSegmentName(name, bytes)!;
    if (!positions.has(start) && !base.segments.some((segment) => segment.name === name))
      problems.push({ file: name, says: 'is missing from the archived log' });
  }
  return { segments, problems };
}

async function readSegment(
  path: string,
): Promise<{ readonly head: Buffer; readonly size: number; readonly sha256: string }> {
  const file = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    const memory = Buffer.allocUnsafe(1024 * 1024);
    let head: Buffer | undefined;
    let size = 0;
    for (;;) {
      const { bytesRead } = await file.read(memory, 0, memory.length);
      if (bytesRead === 0) return { head: head ?? Buffer.alloc(0), size, sha256: hash.digest('hex') };
      const piece = memory.subarray(0, bytesRead);
      head ??= Buffer.from(piece.subarray(0, 64));
      hash.update(piece);
      size += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** A server that is given a target before its backup stops at the first commit after it, with the wrong rows and no word; so this is asked first. */
export const before: Backups['before'] = (base, target) => {
  if (target.kind === 'lsn') return parseLsn(target.lsn) < parseLsn(base.to);
  if (target.kind !== 'time' || base.began === undefined) return false;
  return readTime(target.time) < Date.parse(base.began);
};

/** Milliseconds of a time as the server writes it: a blank before the time, a zone of two digits. */
function readTime(text: string): number {
  return Date.parse(
    text
      .replace(' ', 'T')
      .replace(/ ?(?:UTC|Z)$/, 'Z')
      .replace(/ ?([+-]\d\d)(?::?(\d\d))?$/, (_, hours: string, minutes = '00') => `${hours}:${minutes}`),
  );
}

/** Puts the log where the server looks for it anyway, so that no command of a shell is needed to fetch it. */
export async function prepareRecovery(
  data: string,
  recovery: Recovery | undefined,
  kind: 'sandbox' | 'folder',
): Promise<void> {
  for (const name of ['postmaster.pid', 'postmaster.opts', 'standby.signal', 'recovery.signal'])
    rmSync(join(data, name), { force: true });
  // Settings of the original server, such as where it archives, must not come along.
  const settings = kind === 'folder' ? recoverySettings(recovery) : {};
  writeFileSync(
    join(data, 'postgresql.auto.conf'),
    Object.entries(settings)
      .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
      .join(''),
    { mode: 0o600 },
  );
  for (const [name, text] of Object.entries({
    'postgresql.conf': '',
    'pg_ident.conf': '',
    'pg_hba.conf': 'local all all peer\n',
  }))
    if (kind === 'sandbox' || !existsSync(join(data, name)))
      writeFileSync(join(data, name), text, { mode: 0o600 });
  if (!recovery) return;
  const log = join(data, 'pg_wal');
  mkdirSync(log, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(recovery.log)) {
    if (!logFile.test(name)) continue;
    if (name.endsWith('.partial') && existsSync(join(recovery.log, name.slice(0, 24)))) continue;
    await copyFile(join(recovery.log, name), join(log, name.replace(/\.partial$/, '')));
  }
  writeFileSync(join(data, 'recovery.signal'), '', { mode: 0o600 });
}

/** Settings of a server that recovers: as durable as production, archiving nothing, reachable through its socket only. */
export function recoverySettings(recovery: Recovery | undefined): Readonly<Record<string, string>> {
  const durable = {
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    archive_mode: 'off',
    // A copy must not take changes from the servers that the original subscribes to.
    max_logical_replication_workers: '0',
    // Without queries during recovery the limits of the original server need not be known.
    hot_standby: 'off',
    max_prepared_transactions: '64',
    log_min_messages: 'log',
  };
  if (!recovery) return durable;
  const { target } = recovery;
  return {
    ...durable,
    // All segments lie in the folder already; a command that finds nothing sends the server there.
    restore_command: 'false',
    recovery_target_timeline: 'latest',
    recovery_target_action: 'promote',
    ...(target.kind === 'time' ? { recovery_target_time: target.time } : {}),
    ...(target.kind === 'lsn' ? { recovery_target_lsn: target.lsn } : {}),
    ...(target.kind === 'name' ? { recovery_target_name: target.name } : {}),
  };
}

/** Where a recovery ended. */
export async function recovered(url: string): Promise<RecoveredTo> {
  const session = await connect(url, { application: 'dbd restore' });
  try {
    const { rows } = await session.query<{ lsn: string | null; at: string | null; timeline: string }>(
      `SELECT pg_last_wal_replay_lsn()::text AS lsn, pg_last_xact_replay_timestamp()::text AS at,
              ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int AS timeline`,
    );
    const { lsn, at, timeline } = rows[0]!;
    return { ...(lsn ? { lsn } : {}), ...(at ? { at } : {}), timeline: Number(timeline) };
  } finally {
    await session.close();
  }
}

/** Reads in the server's log why a recovery did not succeed. */
export const whyNot: Backups['whyNot'] = (log) => {
  const reached = /last completed transaction was at log time ([^\n]+)/.exec(log)?.[1];
  if (/recovery ended before configured recovery target was reached/.test(log))
    return {
      code: 'backup.target',
      message: `The target lies behind the archived log${reached ? `, whose last commit was at ${reached}` : ''}.`,
    };
  if (/requested recovery stop point is before consistent recovery point/.test(log))
    return {
      code: 'backup.target',
      message: 'The target lies before the end of the base backup, so an older backup is needed.',
    };
  const lacking =
    /(?:could not locate required checkpoint record|WAL ends before end of online backup|WAL ends before consistent recovery point)/.exec(
      log,
    );
  const segment = /segment ([0-9A-F]{24})/.exec(log)?.[1];
  return lacking
    ? {
        code: 'backup.damaged',
        message: `The log that the backup needs is damaged or missing${segment ? ` in ${segment}` : ''}: ${lacking[0]}.`,
      }
    : undefined;
};
