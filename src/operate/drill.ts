/** Rehearses backup and recovery from beginning to end on a server of its own: nothing is assumed to work. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fail } from '../base/error.ts';
import type { Emit } from '../base/event.ts';
import { plural } from '../base/text.ts';
import { printName } from '../catalog/identity.ts';
import type { Name } from '../catalog/model.ts';
import type { LogReceiver, RecoveryTarget, TakenBase } from '../engine/backup/model.ts';
import type { Engine } from '../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { makeScratchFolder } from '../sandbox/scratch.ts';
import { fingerprints } from './fingerprint.ts';
import type { DrillResult, Fingerprint, Moment, Restored } from './model.ts';
import { restore } from './restore.ts';
import { countIds, ledger, startWriter, type Writer } from './writer.ts';

export interface DrillOptions {
  readonly engine: Engine;
  readonly major: number;
  /** Folder of binaries to use. */
  readonly named?: string;
  /** Makes the database and its first rows. */
  prepare(sandbox: Sandbox): Promise<SandboxDatabase>;
  /** Writes more rows after the base backup, so that only the log has them. */
  grow(sandbox: Sandbox, database: SandboxDatabase): Promise<void>;
  /** Whether a table is one that the drill should lose; without any the one with most rows is lost. */
  readonly interesting?: (table: Name) => boolean;
  readonly signal: AbortSignal;
}

/** As durable as production: every acknowledged commit is on the disk. */
const durable = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', max_wal_size: '1GB' };

/** Milliseconds that writes go on after the disaster, until somebody notices. */
const unnoticedMs = 300;
/** Longest wait for the log to reach the archive, and for a recovery, milliseconds. */
const archiveMs = 10_000;
const recoverMs = 120_000;

const silent: Emit = () => undefined;

/** Everything that is known when the server is lost. */
interface Lost {
  readonly database: string;
  readonly superuser: string;
  readonly taken: TakenBase;
  readonly logBytes: number;
  readonly target: string;
  readonly dropped: Name;
  readonly expected: readonly Fingerprint[];
  /** Acknowledged before the disaster, and in all. */
  readonly before: number;
  readonly acknowledged: number;
  readonly archived: boolean;
}

/** Runs the drill: backup, writes, a disaster, the loss of the server, recovery to just before, and a look at every row. */
export async function drill(options: DrillOptions): Promise<DrillResult> {
  const begun = performance.now();
  const moments: Moment[] = [];
  const note = (what: string): void => void moments.push({ at: performance.now() - begun, what });
  const scratch = makeScratchFolder(options.engine);
  try {
    const folders = { base: join(scratch.path, 'base'), log: join(scratch.path, 'wal') };
    mkdirSync(folders.base);
    const lost = await untilLost(options, folders, note);
    const exact = await recover(options, folders, lost, { kind: 'time', time: lost.target });
    note(
      `recovered and answering after ${Math.round(exact.restored.unpackMs + exact.restored.recoverMs)} ms; rows and pages checked`,
    );
    const end = await recover(options, folders, lost, { kind: 'latest' });
    note('recovered a second time, to the end of the log');
    return result(lost, exact, end, moments);
  } finally {
    await scratch.remove();
  }
}

async function untilLost(
  options: DrillOptions,
  folders: { readonly base: string; readonly log: string },
  note: (what: string) => void,
): Promise<Lost> {
  const { engine, signal } = options;
  const { backups } = engine;
  const sandbox = await startSandbox(engine, {
    settings: durable,
    major: options.major,
    ...(options.named === undefined ? {} : { named: options.named }),
  });
  const stop = (): void => void sandbox.stop();
  signal.addEventListener('abort', stop, { once: true });
  let writer: Writer | undefined;
  let receiver: LogReceiver | undefined;
  try {
    signal.throwIfAborted();
    const database = await options.prepare(sandbox);
    const { superuser } = await backups.source(database.adminUrl);
    receiver = await backups.receive(database.adminUrl, folders.log);
    note('the server is durable and its log is archived as it is written');
    writer = await startWriter(engine, database.ownerUrl);
    const taken = await backups.take(database.adminUrl, {
      folder: folders.base,
      format: 'tar',
      label: 'dbd drill',
      signal,
    });
    note(`base backup taken while a client wrote; ${taken.files} files match the manifest`);
    await options.grow(sandbox, database);
    await writer.pause();
    const expected = await fingerprints(engine, database.adminUrl);
    const before = writer.acknowledged;
    const { at: target } = await backups.position(database.adminUrl);
    note(`${plural(expected.length, 'table')} fingerprinted; this is the point to come back to: ${target}`);
    const dropped = largest(expected, options.interesting);
    await setTimeout(5);
    await disaster(engine, database.ownerUrl, dropped);
    note(`disaster: DROP TABLE ${printName(dropped)} CASCADE`);
    writer.resume();
    await setTimeout(unnoticedMs);
    const { lsn } = await backups.position(database.adminUrl);
    const archived = await receiver.until(lsn, archiveMs);
    signal.throwIfAborted();
    await sandbox.stop();
    await writer.stop();
    const { bytes: logBytes } = await receiver.stop();
    note(
      `${plural(writer.acknowledged - before, 'write')} later: the server is killed and its data folder gone`,
    );
    return {
      database: database.name,
      superuser,
      taken,
      logBytes,
      target,
      dropped,
      expected,
      before,
      acknowledged: writer.acknowledged,
      archived,
    };
  } finally {
    signal.removeEventListener('abort', stop);
    await sandbox.stop();
    await writer?.stop().catch(() => undefined);
    await receiver?.stop();
  }
}

/** The table with most rows among the interesting ones, else among all but the writer's own. */
function largest(expected: readonly Fingerprint[], interesting?: (table: Name) => boolean): Name {
  const all = expected
    .filter(({ table }) => table.schema !== ledger.schema)
    .toSorted((a, b) => b.rows - a.rows);
  const found = all.find(({ table, rows }) => rows > 0 && interesting?.(table)) ?? all[0];
  return found?.table ?? fail('backup.refused', 'The database has no table that could be lost.');
}

async function disaster(engine: Engine, url: string, table: Name): Promise<void> {
  const session = await engine.connect(url, { application: 'dbd drill' });
  await session.query(`DROP TABLE ${engine.quote.name(table)} CASCADE`).finally(() => session.close());
}

interface Recovered {
  readonly restored: Restored;
  readonly ids: { readonly within: number; readonly above: number };
  readonly ms: number;
}

async function recover(
  { engine, major, named, signal }: DrillOptions,
  folders: { readonly base: string; readonly log: string },
  lost: Lost,
  target: RecoveryTarget,
): Promise<Recovered> {
  const at = performance.now();
  const { restored, server } = await restore({
    engine,
    base: folders.base,
    major,
    superuser: lost.superuser,
    database: lost.database,
    recovery: { target, log: folders.log },
    expected: lost.expected,
    thorough: target.kind !== 'latest',
    recoverMs,
    emit: silent,
    signal,
    ...(named === undefined ? {} : { named }),
  });
  try {
    const until = target.kind === 'latest' ? lost.acknowledged : lost.before;
    const session = await engine.connect(server.url, { application: 'dbd drill' });
    const ids = await countIds(engine, session, until).finally(() => session.close());
    return { restored, ids, ms: performance.now() - at };
  } finally {
    await server.stop();
  }
}

function result(lost: Lost, exact: Recovered, end: Recovered, moments: readonly Moment[]): DrillResult {
  const { restored } = exact;
  const endTable = end.restored.compared.find(({ table }) => printName(table) === printName(lost.dropped));
  const draft = {
    server: restored.server,
    dropped: lost.dropped,
    files: lost.taken.files,
    bytes: lost.taken.bytes,
    backupMs: lost.taken.ms,
    logBytes: lost.logBytes,
    target: lost.target,
    moments,
    tables: restored.compared,
    integrity: restored.integrity,
    recovered: restored.recovered,
    unpackMs: restored.unpackMs,
    recoverMs: restored.recoverMs,
    checkMs: restored.checkMs,
    acknowledged: {
      before: lost.before,
      beforeMissing: lost.before - exact.ids.within,
      after: lost.acknowledged - lost.before,
      afterPresent: exact.ids.above,
    },
    toTheEnd: {
      missing: lost.acknowledged - end.ids.within,
      of: lost.acknowledged,
      dropReplayed: endTable?.found === undefined,
      ms: end.ms,
    },
  };
  return { ...draft, problems: problemsOf(draft, lost.archived) };
}

/** What speaks against the procedure: each is a way in which a recovery that came up would still be wrong. */
export function problemsOf(drilled: Omit<DrillResult, 'problems'>, archived: boolean): readonly string[] {
  const { acknowledged, integrity, toTheEnd } = drilled;
  return [
    ...drilled.tables
      .filter(({ same }) => !same)
      .map(({ table, expected, found }) =>
        found === undefined
          ? `${printName(table)} is not there`
          : `${printName(table)} has ${found} rows of ${expected}, or others`,
      ),
    ...(acknowledged.beforeMissing > 0
      ? [
          `${plural(acknowledged.beforeMissing, 'acknowledged write')} from before the target ${acknowledged.beforeMissing === 1 ? 'is' : 'are'} missing`,
        ]
      : []),
    ...(acknowledged.afterPresent > 0
      ? [`${plural(acknowledged.afterPresent, 'write')} from after the target came back`]
      : []),
    ...integrity.problems,
    ...(toTheEnd.dropReplayed ? [] : ['the log did not hold the disaster, so the target was not tried']),
    ...(archived ? [] : ['the log did not reach the archive in time']),
  ];
}

/** What a drill without problems still did not show, since there was nothing to lose. */
export function unseenOf({ acknowledged, tables }: DrillResult): readonly string[] {
  return [
    ...(acknowledged.before === 0 ? ['no write was acknowledged before the target'] : []),
    ...(acknowledged.after === 0
      ? ['no write was acknowledged after the target, so nothing shows that the recovery ends there']
      : []),
    ...(tables.some(({ table, expected }) => table.schema !== ledger.schema && expected > 0)
      ? []
      : ['no table held a row that could be lost']),
  ];
}
