import { statfsSync } from 'node:fs';
import type { Emit } from '../base/event.ts';
import { DbdError } from '../base/error.ts';
import type { Engine } from '../engine/model.ts';
import { openPlace, type Place } from './place.ts';
import { listServers, type Server } from './provider.ts';
import { destroy, makeRunFolder, sweep } from './run-folder.ts';
import { startSandbox } from './sandbox.ts';
import { socketPort } from './server.ts';

/** What this machine offers for sandboxes. */
export interface Diagnosis {
  readonly cache: string;
  readonly freeBytes: number;
  /** Account of the servers when we are root. */
  readonly account: string | undefined;
  readonly servers: readonly Server[];
  /** Sandboxes that killed commands had left and that were removed just now. */
  readonly swept: readonly string[];
  /** A start that was tried, or why it failed. */
  readonly trial:
    | {
        readonly server: string;
        readonly provider: string;
        readonly startMs: number;
        readonly databaseMs: number;
        readonly stopMs: number;
        readonly extensions: readonly string[];
      }
    | { readonly error: DbdError };
}

/** Looks at the cache and the servers, and starts one; throws `sandbox.disk` when there is no place to work in. */
export async function diagnose(engine: Engine, emit: Emit): Promise<Diagnosis> {
  const place = openPlace(engine.launch.accounts);
  const swept = await sweep(place);
  const { bavail, bsize } = statfsSync(place.cache);
  return {
    cache: place.cache,
    freeBytes: bavail * bsize,
    account: place.account?.name,
    servers: await servers(engine, place),
    swept,
    trial: await tryStart(engine, emit),
  };
}

async function servers(engine: Engine, place: Place): Promise<readonly Server[]> {
  const scratch = makeRunFolder(place, engine.launch.socketName(socketPort));
  try {
    return await listServers(engine.launch, place, scratch);
  } finally {
    await destroy(scratch.path);
  }
}

async function tryStart(engine: Engine, emit: Emit): Promise<Diagnosis['trial']> {
  try {
    // The first start makes the template; the second one is what every command waits for.
    await (await startSandbox(engine)).stop();
    const begin = performance.now();
    const sandbox = await startSandbox(engine, {}, emit);
    const ready = performance.now();
    let made = ready;
    try {
      await sandbox.createDatabase();
      made = performance.now();
    } finally {
      await sandbox.stop();
    }
    const { server, provider, extensions } = sandbox;
    return {
      server,
      provider,
      extensions,
      startMs: ready - begin,
      databaseMs: made - ready,
      stopMs: performance.now() - made,
    };
  } catch (error) {
    if (error instanceof DbdError) return { error };
    throw error;
  }
}
