/** What a reading of a backup's files saw, and how that compares with the server's list. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BackupProblem, BaseFacts, Segment } from '../../../engine/backup/model.ts';
import { fail } from '../../../base/error.ts';
import { manifestName, type Manifest } from './manifest.ts';
import { startSum, type Sum } from './sum.ts';
import type { Members } from './tar.ts';
import { parseLsn, segmentHeader, segmentsBetween, usualSegmentBytes } from './wal.ts';

interface SeenFile {
  readonly bytes: number;
  readonly sum: string;
  /** Its first bytes, where they say something of the cluster. */
  readonly head: Buffer;
}

/** Bytes kept of a file's beginning. */
const headBytes = 512;

/** Files that the server's tools change or add after the backup, so that the list says nothing of them. */
const unlisted = /^(?:pg_wal\/.*|backup_manifest|postgresql\.auto\.conf|(?:recovery|standby)\.signal)$/;

/**
 * Takes in the files of a backup: sums them, and writes them below `root` when one is given. Everything is done within the call,
 * so that the memory of a piece may be used again afterwards.
 */
export class Reading implements Members {
  readonly files = new Map<string, SeenFile>();
  readonly #manifest: Manifest | undefined;
  readonly #root: string | undefined;
  readonly #own: ((folder: string) => void) | undefined;
  #path = '';
  #bytes = 0;
  #sum: Sum | undefined;
  #head = Buffer.alloc(0);
  #file: number | undefined;

  /** Without a list every file is summed with SHA-256, as it was asked of the server. */
  constructor(options: {
    readonly manifest?: Manifest;
    readonly root?: string;
    readonly own?: (folder: string) => void;
  }) {
    this.#manifest = options.manifest;
    this.#root = options.root;
    this.#own = options.own;
  }

  folder(path: string): void {
    if (this.#root === undefined || path === '.') return;
    const made = mkdirSync(join(this.#root, path), { recursive: true, mode: 0o700 });
    for (let each = join(this.#root, path); made !== undefined && each.startsWith(made); each = dirname(each))
      this.#own?.(each);
  }

  open(path: string): void {
    this.#path = path;
    this.#bytes = 0;
    this.#head = Buffer.alloc(0);
    const listed = this.#manifest?.files.get(path)?.algorithm;
    this.#sum = startSum(listed ?? 'SHA256');
    if (this.#root === undefined) return;
    this.folder(dirname(path));
    this.#file = openSync(join(this.#root, path), 'wx', 0o600);
  }

  piece(piece: Buffer): void {
    if (this.#head.length < headBytes)
      this.#head = Buffer.concat([this.#head, piece.subarray(0, headBytes - this.#head.length)]);
    this.#bytes += piece.length;
    this.#sum?.add(piece);
    if (this.#file !== undefined) writeAll(this.#file, piece);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.files.set(this.#path, { bytes: this.#bytes, sum: this.#sum?.end() ?? '', head: this.#head });
  }

  /** Lets go of a file that was not read to its end. */
  abandon(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** Writes a whole piece: one call may take only a part of it. */
export function writeAll(file: number, piece: Buffer): void {
  for (let at = 0; at < piece.length;) at += writeSync(file, piece, at);
}

/** Facts of a base backup, and every file that is not what the list says. */
export function judge(
  manifest: Manifest,
  files: ReadonlyMap<string, SeenFile>,
): { readonly facts: BaseFacts; readonly problems: readonly BackupProblem[] } {
  const problems: BackupProblem[] = [];
  for (const [path, listed] of manifest.files) {
    const seen = files.get(path);
    if (!seen) problems.push({ file: path, says: 'is missing' });
    else if (unlisted.test(path)) continue;
    else if (seen.bytes !== listed.bytes)
      problems.push({ file: path, says: `has ${seen.bytes} bytes, the manifest says ${listed.bytes}` });
    else if (seen.sum !== listed.sum.toLowerCase() && startSum(listed.algorithm))
      problems.push({ file: path, says: `was changed: its ${listed.algorithm} is not the manifest's` });
  }
  for (const path of files.keys())
    if (!manifest.files.has(path) && !unlisted.test(path) && path !== manifestName)
      problems.push({ file: path, says: 'is not in the manifest' });

  const system = systemOf(files);
  if (manifest.system !== undefined && system !== undefined && manifest.system !== system)
    problems.push({
      file: manifestName,
      says: `belongs to cluster ${manifest.system}, the files to cluster ${system}`,
    });
  const range = manifest.ranges[0];
  if (!range) problems.push({ file: manifestName, says: 'names no range of the log' });
  const segments = segmentsIn(files);
  if (range) problems.push(...logProblems(range, files, system ?? manifest.system ?? ''));
  return {
    facts: {
      system: system ?? manifest.system ?? '',
      major: Number.parseInt(files.get('PG_VERSION')?.head.toString('utf8') ?? '0', 10) || 0,
      timeline: range?.timeline ?? 1,
      from: range?.from ?? '0/0',
      to: range?.to ?? '0/0',
      ...beganAt(files),
      files: files.size,
      bytes: [...files.values()].reduce((sum, { bytes }) => sum + bytes, 0),
      segments,
    },
    problems,
  };
}

/** The first eight bytes of the control file are the cluster's number. */
function systemOf(files: ReadonlyMap<string, SeenFile>): string | undefined {
  const head = files.get('global/pg_control')?.head;
  return head && head.length >= 8 ? head.readBigUInt64LE(0).toString() : undefined;
}

/** The label's time has no fraction, and the zone of the server's log; only universal time can be read without a table of zones. */
function beganAt(files: ReadonlyMap<string, SeenFile>): { readonly began?: string } {
  const label = files.get('backup_label')?.head.toString('utf8') ?? '';
  const [, day, time] = /^START TIME: (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:UTC|GMT)$/m.exec(label) ?? [];
  return day === undefined ? {} : { began: `${day}T${time}Z` };
}

function segmentsIn(files: ReadonlyMap<string, SeenFile>): readonly Segment[] {
  return [...files]
    .filter(([path]) => /^pg_wal\/[0-9A-F]{24}$/.test(path))
    .map(([path, { sum }]) => ({ name: path.slice('pg_wal/'.length), sha256: sum }));
}

/** Segments that the backup cannot be started without: each must be there, whole, and of this cluster. */
function logProblems(
  range: Manifest['ranges'][number],
  files: ReadonlyMap<string, SeenFile>,
  system: string,
): readonly BackupProblem[] {
  const any = [...files].find(([path]) => /^pg_wal\/[0-9A-F]{24}$/.test(path));
  const bytes = any ? (segmentHeader(any[1].head)?.bytes ?? usualSegmentBytes) : usualSegmentBytes;
  return segmentsBetween(range.timeline, parseLsn(range.from), parseLsn(range.to), bytes).flatMap((name) => {
    const file = `pg_wal/${name}`;
    const seen = files.get(file);
    if (!seen) return [{ file, says: 'is missing, and the backup cannot be started without it' }];
    if (seen.bytes !== bytes) return [{ file, says: `has ${seen.bytes} bytes instead of ${bytes}` }];
    return headerProblems(file, name, seen.head, system);
  });
}

/** Whether a segment's first page says what its name says. */
export function headerProblems(
  file: string,
  name: string,
  head: Buffer,
  system: string,
): readonly BackupProblem[] {
  const header = segmentHeader(head);
  if (!header) return [{ file, says: 'does not begin like a segment of the log' }];
  if (system !== '' && header.system !== system)
    return [{ file, says: `belongs to cluster ${header.system}, the backup to cluster ${system}` }];
  const [expected] = segmentsBetween(header.timeline, header.start, header.start + 1n, header.bytes);
  // A segment that was begun before a promotion keeps the old timeline in its first page.
  return expected?.slice(8) === name.slice(8)
    ? []
    : [{ file, says: `holds the log of ${expected ?? 'another place'}` }];
}

/** Throws `backup.damaged` naming the first file that is wrong. */
export function refuseDamaged(what: string, problems: readonly BackupProblem[]): void {
  const [first] = problems;
  if (!first) return;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  fail('backup.damaged', `${what} is not usable: ${first.file} ${first.says}${more}.`, {
    hint: '`dbd backup verify` lists every file that is wrong.',
    details: { file: first.file, problems: problems.length },
  });
}
