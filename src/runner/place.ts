/** Connecting to a database that is going to be changed. */
import { DbdError, fail } from '../base/error.ts';
import type { ConnectOptions, Engine, Session } from '../engine/model.ts';
import type { Place, Target } from './model.ts';

export interface OpenOptions {
  readonly engine: Engine;
  readonly target: Target;
  /** Only looks: a standby will do, and nothing is written. */
  readonly looks: boolean;
}

/** Connects, refuses what no change can be carried out on, and pins the session. Throws `connect.*` and `runner.target`, `runner.pooler`, `runner.rights`. */
export async function openPlace({ engine, target, looks }: OpenOptions): Promise<Place> {
  const url = target.direct ?? target.url;
  const options: ConnectOptions = {
    application: applicationOf(target),
    ...(looks ? { readOnly: true } : {}),
  };
  const session = await engine.connect(url, options);
  try {
    const pooling = await engine.history.pooled(session, () => engine.connect(url, options));
    if (pooling === 'switching' && !looks) refusePooler(target);
    const { role, searchPath } = target;
    const wishes = {
      ...(role === undefined ? {} : { role }),
      ...(searchPath === undefined ? {} : { searchPath }),
    };
    const pinned = pooling === 'switching' ? {} : await engine.history.pin(session, wishes);
    const facts = await engine.history.target(session);
    const name = target.name === undefined ? target.shown : `\`${target.name}\` (${target.shown})`;
    if (facts.standby && !looks)
      fail('runner.target', `${name} is a standby: it only repeats what its primary does.`, {
        hint: 'Give the address of the primary, or add `target_session_attrs=read-write` and both hosts.',
      });
    if (facts.readOnly && !looks)
      fail('runner.target', `${name} only reads: its transactions are read-only by default.`, {
        hint: 'Take default_transaction_read_only away from the role or the database, if that is wanted.',
      });
    return {
      target,
      session,
      facts,
      pinned,
      again: async (application) => engine.connect(url, { application }),
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** What the server shows of our sessions. */
export function applicationOf(target: Target, part = 'runner'): string {
  return `dbd ${part}${target.name === undefined ? '' : ` ${target.name}`}`.slice(0, 63);
}

function refusePooler(target: Target): never {
  return fail(
    'runner.pooler',
    `${target.shown} is a pooler that hands out another server session for each transaction: a runner's lock and settings would belong to others.`,
    {
      hint:
        target.name === undefined
          ? 'Give the address of the server itself: --database postgres://user@server:5432/name.'
          : `Give the server itself in dbd.config.yaml: databases.${target.name}.direct.`,
    },
  );
}

/** Opens the place again after the connection was lost, for as long as it takes a server to come back; throws the last error. */
export async function reopen(
  options: OpenOptions,
  patienceMs: number,
  signal: AbortSignal,
  pause: (ms: number, signal: AbortSignal) => Promise<void>,
): Promise<Place> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await openPlace(options);
    } catch (error) {
      const comes = error instanceof DbdError && error.code.startsWith('connect.');
      if (!comes || performance.now() > until || signal.aborted) throw error;
      await pause(500, signal);
    }
  }
}

/** Closes a session whatever it was doing. */
export async function closeQuietly(session: Session | undefined): Promise<void> {
  await session?.close().catch(() => undefined);
}
