/** A twin without rows: production's structure on a server of ours, which plans as production does. */
import type { Emit } from '../../base/event.ts';
import { step } from '../../base/event.ts';
import { DbdError, SqlError } from '../../base/error.ts';
import { plural } from '../../base/text.ts';
import type { Engine, HollowResult, NotExact, RestoredStructure, Snapshot } from '../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import { diskError, openPlace, saysFull } from '../../sandbox/place.ts';
import { restoredDatabase, twinServer } from '../restored.ts';

export interface HollowOptions {
  readonly engine: Engine;
  readonly snapshot: Snapshot;
  /** Folder of binaries or a superuser URL that the user named. */
  readonly named?: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** A running hollow twin; whoever made it stops its sandbox. */
export interface HollowTwin {
  readonly sandbox: Sandbox;
  readonly database: SandboxDatabase;
  /** For sessions that explain: the unprivileged owner's. */
  readonly url: string;
  /** Nothing may differ, and nothing that a query could use is left out. */
  readonly exact: boolean;
  readonly notExact: readonly NotExact[];
  /** Objects that could not be made; queries on them get no verdict. */
  readonly leftOut: RestoredStructure['leftOut'];
  readonly apparentBytes: number;
  readonly diskBytes: number;
  readonly ms: number;
}

/** Makes a hollow twin, or nothing: throws `sandbox.*`, `twin.hollow`, and stops the server then. */
export async function makeHollow(options: HollowOptions): Promise<HollowTwin> {
  const { engine, snapshot, named, emit, signal } = options;
  const started = performance.now();
  signal.throwIfAborted();
  engine.hollow.check(snapshot);
  const sandbox = await twinServer({
    engine,
    snapshot,
    settings: engine.hollow.settings(snapshot),
    emit,
    ...(named === undefined ? {} : { named }),
  });
  // A signal ends the server, whatever statement is under way.
  const stop = (): void => void sandbox.stop().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const {
      database,
      leftOut,
      differences,
      notExact: otherwise,
    } = await restoredDatabase({
      engine,
      sandbox,
      snapshot,
      emit,
      signal,
    });
    const result = await step(
      emit,
      'take over statistics and sizes',
      () => apply(engine, database, snapshot),
      ({ tables, indexes }) => `${plural(tables, 'table')}, ${plural(indexes, 'index', 'indexes')}`,
    );
    signal.throwIfAborted();
    const notExact = [
      ...result.notExact,
      ...otherwise.filter(({ what }) => changesPlans(what) && !isIdle(what, snapshot)),
      ...differences
        .filter(({ path }) => changesPlans(path))
        .map(({ path }) => ({ what: path, why: 'It is not the same on the twin.' })),
    ];
    return {
      sandbox,
      database,
      url: database.ownerUrl,
      exact: notExact.length === 0 && leftOut.every(({ path, idle }) => idle || path.startsWith('role ')),
      notExact,
      leftOut,
      apparentBytes: result.apparentBytes,
      diskBytes: result.diskBytes,
      ms: Math.round(performance.now() - started),
    };
  } catch (error) {
    await sandbox.stop().catch(() => undefined);
    if (signal.aborted && !(error instanceof DbdError && error.code === 'twin.hollow')) throw signal.reason;
    const full = error instanceof SqlError && saysFull(error.message);
    throw diskError(full ? new Error(error.message) : error, openPlace(engine.launch.accounts).cache);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function apply(engine: Engine, database: SandboxDatabase, snapshot: Snapshot): Promise<HollowResult> {
  const session = await engine.connect(database.adminUrl, { application: 'dbd twin' });
  try {
    return await engine.hollow.apply(session, snapshot);
  } finally {
    await session.close();
  }
}

/** Settings that plans do not depend on: limits, what a client is shown. */
function isIdle(what: string, { settings }: Snapshot): boolean {
  const name = /^setting (\S+)/.exec(what)?.[1];
  return name !== undefined && settings.some((one) => one.name === name && !one.planner);
}

/** Grants, comments and owners of objects decide about who may do what, not about how it is done. */
function changesPlans(path: string): boolean {
  return !/ (grant|comment|owner)\b/.test(path) && !/^(extension|schema|role) /.test(path);
}
