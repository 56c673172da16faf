import type { Emit } from '../base/event.ts';
import { step } from '../base/event.ts';
import { differences } from '../catalog/difference.ts';
import type { Difference } from '../catalog/model.ts';
import type { Engine, RestoredStructure, Snapshot } from '../engine/model.ts';
import type { Locale, Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import { startSandbox } from '../sandbox/sandbox.ts';

export interface TwinServerOptions {
  readonly engine: Engine;
  readonly snapshot: Snapshot;
  /** Folder of binaries or a superuser URL that the user named; it may be of another major version. */
  readonly named?: string;
  /** Server settings it needs from its start. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly emit: Emit;
}

/** Starts a server of the source's major version, unless another one is named; throws `sandbox.*`. */
export function twinServer(options: TwinServerOptions): Promise<Sandbox> {
  const { engine, snapshot, named, settings, emit } = options;
  return startSandbox(
    engine,
    {
      ...(named === undefined ? { major: majorOf(snapshot.source.versionNumber) } : { named }),
      ...(settings === undefined ? {} : { settings }),
    },
    emit,
  );
}

export interface RestoreOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  readonly snapshot: Snapshot;
  /** Only bare tables, to be finished by {@link finishedDatabase} when they have rows. */
  readonly part?: 'tables';
  readonly emit?: Emit;
  readonly signal: AbortSignal;
}

/** A database with the structure of a snapshot. */
export interface RestoredDatabase {
  readonly database: SandboxDatabase;
  readonly leftOut: RestoredStructure['leftOut'];
  /** How the structure differs from the snapshot's beyond what is left out; only known for a whole one. */
  readonly differences: readonly Difference[];
}

/** Makes a database with the structure of a snapshot; throws `sandbox.*`, `SqlError`, and leaves no database then. */
export async function restoredDatabase(options: RestoreOptions): Promise<RestoredDatabase> {
  const { sandbox, snapshot } = options;
  const database = await sandbox.createDatabase({ locale: localeOf(snapshot) });
  try {
    return await restored(options, database, options.part);
  } catch (error) {
    await sandbox.dropDatabase(database).catch(() => undefined);
    throw error;
  }
}

/** Makes indexes, keys, references and the rest of a database that {@link restoredDatabase} made with bare tables. */
export function finishedDatabase(
  options: RestoreOptions,
  database: SandboxDatabase,
): Promise<RestoredDatabase> {
  return restored(options, database, 'finish');
}

async function restored(
  options: RestoreOptions,
  database: SandboxDatabase,
  part: 'tables' | 'finish' | undefined,
): Promise<RestoredDatabase> {
  const { engine, sandbox, snapshot, signal, emit = () => undefined } = options;
  const { catalog, order, roles, settings } = snapshot;
  return step(emit, 'restore the structure', async () => {
    const { leftOut } = await engine.structures.restore(
      {
        ownerUrl: database.ownerUrl,
        adminUrl: database.adminUrl,
        owner: sandbox.owner,
        roles: sandbox.provider !== 'named server',
        signal,
        installExtension: (name) => sandbox.installExtension(database, name),
      },
      { catalog, order, roles, settings, ...(part === undefined ? {} : { part }) },
    );
    if (part === 'tables') return { database, leftOut, differences: [] };
    const session = await engine.connect(database.ownerUrl);
    try {
      return { database, leftOut, differences: differences(catalog, await engine.inspect(session)) };
    } finally {
      await session.close();
    }
  });
}

function localeOf({ locale, source }: Snapshot): Locale {
  return {
    provider: locale.provider,
    locale: locale.locale ?? locale.collate,
    collate: locale.collate,
    ctype: locale.ctype,
    ...(locale.rules === undefined ? {} : { rules: locale.rules }),
    encoding: source.encoding,
  };
}

function majorOf(version: number): number {
  return Math.floor(version / 10_000);
}
