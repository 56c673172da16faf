import { existsSync, statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fail } from '../base/error.ts';
import type { Engine } from '../engine/model.ts';
import { openPlace } from './place.ts';
import { isAlive, readIdentity } from './process.ts';
import { destroy, runFolders, sweep } from './run-folder.ts';

/** A running sandbox as `dbd sandbox list` shows it. */
export interface Running {
  readonly id: string;
  readonly path: string;
  /** Process number of who ends it: its guard when it was kept, else the command that runs it. */
  readonly owner: number;
  /** Undefined for the sandbox of a command that is running now. */
  readonly kept?: {
    readonly server: string;
    readonly provider: string;
    readonly url: string;
    readonly since: string;
    readonly until: string;
    readonly holds?: string;
  };
  /** ISO time. */
  readonly since: string;
}

/** Running sandboxes, oldest first; what killed commands left is removed first. */
export async function listSandboxes(engine: Engine): Promise<readonly Running[]> {
  const place = openPlace(engine.launch.accounts);
  await sweep(place);
  const found: Running[] = [];
  for (const { id, path, owner, kept } of runFolders(place)) {
    const keeper = kept ? readIdentity(kept.guard) : owner;
    const since =
      kept?.since ?? new Date(statSync(path, { throwIfNoEntry: false })?.birthtimeMs ?? 0).toISOString();
    if (!keeper || !existsSync(path)) continue;
    found.push({
      id,
      path,
      owner: keeper.pid,
      since,
      ...(kept
        ? {
            kept: {
              server: kept.server,
              provider: kept.provider,
              url: kept.ownerUrl,
              since: kept.since,
              until: kept.until,
              ...(kept.holds === undefined ? {} : { holds: kept.holds }),
            },
          }
        : {}),
    });
  }
  return found.toSorted((a, b) => (a.since < b.since ? -1 : 1));
}

/** A superuser's address of a kept sandbox; throws `sandbox.unknown`. */
export async function keptAddress(engine: Engine, id: string): Promise<string> {
  const place = openPlace(engine.launch.accounts);
  await sweep(place);
  const found = runFolders(place).find((one) => one.id === id && one.kept);
  return (
    found?.kept?.adminUrl ??
    fail('sandbox.unknown', `No sandbox ${id} is running.`, { hint: 'See which are: dbd sandbox list' })
  );
}

/** Milliseconds a guard gets to end its sandbox before it is done by force. */
const stopMs = 8_000;

/** Ends the kept sandbox with this id, or all (or all twins) without one; returns the ids. Throws `sandbox.unknown`; sandboxes of running commands are theirs to end. */
export async function stopSandboxes(
  engine: Engine,
  id?: string,
  which: 'all' | 'twins' = 'all',
): Promise<readonly string[]> {
  const place = openPlace(engine.launch.accounts);
  await sweep(place);
  const chosen = runFolders(place).filter(
    (one) =>
      one.kept && (id === undefined || one.id === id) && (which === 'all' || one.kept.holds !== undefined),
  );
  if (chosen.length === 0 && id !== undefined) {
    fail('sandbox.unknown', `No ${which === 'twins' ? 'twin' : 'sandbox'} ${id} is running.`, {
      hint: 'See which are: dbd sandbox list',
    });
  }
  for (const { path, kept } of chosen) {
    const guard = readIdentity(kept!.guard);
    if (guard && isAlive(guard)) {
      try {
        process.kill(guard.pid, 'SIGTERM');
      } catch {
        // It ended by itself.
      }
      const deadline = Date.now() + stopMs;
      while (existsSync(path) && Date.now() < deadline) await setTimeout(10);
    }
    if (existsSync(path)) await destroy(path);
  }
  return chosen.map((one) => one.id);
}
