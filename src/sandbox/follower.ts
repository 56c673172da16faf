/** A second server that follows a sandbox by its log, as a read-only standby of production does. */
import { randomBytes } from 'node:crypto';
import type { Engine, Session } from '../engine/model.ts';
import type { Follower } from './model.ts';
import { startRestored } from './restored.ts';

/** Milliseconds in which a follower must have caught up so far that it takes readers. */
const readyMs = 60_000;

export interface FollowOptions {
  readonly engine: Engine;
  /** Superuser session and address of the leader. */
  readonly session: Session;
  readonly url: string;
  readonly superuser: string;
  readonly maintenance: string;
  /** Folder of binaries or major version that the leader runs on. */
  readonly binaries: string;
  readonly delayMs: number;
  readonly signal: AbortSignal;
}

/** Copies the leader over the wire and starts the copy as its follower; nothing is left of it when that fails. Throws `backup.*` and `sandbox.*`. */
export async function startFollower(options: FollowOptions): Promise<Follower> {
  const { engine, session, url, signal } = options;
  const { backups, standbys } = engine;
  const name = `dbd_${randomBytes(4).toString('hex')}`;
  const began = performance.now();
  await standbys.reserve(session, name);
  try {
    const server = await startRestored(engine, {
      named: options.binaries,
      superuser: options.superuser,
      database: options.maintenance,
      readyMs,
      signal,
      settings: standbys.settings({ leaderUrl: url, name, delayMs: options.delayMs }),
      async fill(data) {
        await backups.take(url, { folder: data, format: 'plain', label: 'dbd standby', signal });
        await backups.prepareRecovery(data, undefined, 'sandbox');
        standbys.prepare(data);
      },
      explain: () => undefined,
    });
    let stopped: Promise<void> | undefined;
    return {
      name,
      startedMs: performance.now() - began,
      url: (database) => backups.inDatabase(server.url, database.name),
      stop: () =>
        (stopped ??= server.stop().then(async () => {
          await standbys.release(session, name);
        })),
    };
  } catch (error) {
    await standbys.release(session, name).catch(() => undefined);
    throw error;
  }
}
