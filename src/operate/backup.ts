/** Takes a physical backup of the whole server that an address leads to. */
import { closeSync, fsyncSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../base/error.ts';
import { step, type Emit } from '../base/event.ts';
import { formatBytes } from '../base/units.ts';
import { printName } from '../catalog/identity.ts';
import type { Engine } from '../engine/model.ts';
import { fingerprints } from './fingerprint.ts';
import { inNewFolder, names } from './folder.ts';
import type { BackupRecord, Fingerprint, TakenBackup } from './model.ts';

export interface BackupOptions {
  readonly engine: Engine;
  readonly url: string;
  /** New or empty. */
  readonly folder: string;
  readonly format: 'tar' | 'plain';
  /** Records rows and hashes of the named database's tables. */
  readonly fingerprints: boolean;
  /** Largest server, bytes. */
  readonly limitBytes: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Takes the backup, checked file by file on its way; throws `backup.*`, `connect.*`, `file.*`, and leaves nothing then. */
export async function takeBackup(options: BackupOptions): Promise<TakenBackup> {
  const { engine, url, emit, signal } = options;
  const started = performance.now();
  const source = await engine.backups.source(url);
  if (source.bytes > options.limitBytes)
    fail(
      'backup.refused',
      `The server holds ${formatBytes(source.bytes)}, more than ${formatBytes(options.limitBytes)}.`,
      {
        hint: 'dbd backs up sandboxes and small databases; use pgBackRest for this one, or raise --largest.',
      },
    );
  const began = new Date().toISOString();
  const before = options.fingerprints
    ? await step(emit, 'note the rows', () => fingerprints(engine, url))
    : [];
  const record = await inNewFolder(options.folder, source.bytes, async (folder) => {
    const base = join(folder, names.base);
    mkdirSync(base, { mode: 0o700 });
    const taken = await step(
      emit,
      'take a base backup',
      () => engine.backups.take(url, { folder: base, format: options.format, label: `dbd ${began}`, signal }),
      ({ bytes, files }) => `${formatBytes(bytes)}, ${files} files checked`,
    );
    const after = options.fingerprints ? await fingerprints(engine, url) : [];
    const written: BackupRecord = {
      schema: 'dbd.backup/1',
      engine: engine.name,
      version: source.version,
      system: taken.system,
      superuser: source.superuser,
      database: source.database,
      began,
      ended: new Date().toISOString(),
      format: options.format,
      files: taken.files,
      bytes: taken.bytes,
      segments: taken.segments,
      ...steady(before, after),
    };
    writeRecord(join(folder, names.record), written);
    signal.throwIfAborted();
    return written;
  });
  return {
    folder: options.folder,
    record,
    server: `${engine.title} ${source.version}`,
    ms: performance.now() - started,
  };
}

/** Tables whose rows were the same before and after are the same in the backup; of the others nothing can be said. */
function steady(
  before: readonly Fingerprint[],
  after: readonly Fingerprint[],
): Pick<BackupRecord, 'fingerprints' | 'changed'> {
  const same = (one: Fingerprint): boolean =>
    before.some(
      (other) =>
        printName(other.table) === printName(one.table) &&
        other.hash === one.hash &&
        other.rows === one.rows &&
        other.columns.join('\0') === one.columns.join('\0'),
    );
  return {
    fingerprints: after.filter(same),
    changed: after.filter((one) => !same(one)).map(({ table }) => printName(table)),
  };
}

function writeRecord(path: string, record: BackupRecord): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, `${JSON.stringify(record, undefined, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
