import { SqlError } from '../../../base/error.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { Making } from './making.ts';

/** An object that could not be made, and why. */
export interface LeftOut {
  readonly path: string;
  readonly why: string;
  /** The server's code for it, when it was the server that refused. */
  readonly sqlstate?: string;
  /** No query of an application uses it. */
  readonly idle?: true;
}

/** Runs statements that come from a catalog, each by itself through the extended protocol, and keeps those that come too early. */
export interface Runner {
  /** Statements that the server took. */
  readonly statements: number;
  /** What was made otherwise than it was. */
  readonly otherwise: readonly LeftOut[];
  /** What was left out so that the rest could be made. */
  readonly lost: readonly LeftOut[];
  /** What did not succeed so far. */
  readonly waiting: readonly LeftOut[];
  run(makings: readonly Making[]): Promise<void>;
  /** The same where their order counts: what fails is tried again with everything that waits before the next one's turn. */
  runInOrder(
    makings: readonly Making[],
    mend: (making: Making) => Promise<Mended | undefined>,
  ): Promise<void>;
  /** Groups that do not disturb each other, several at a time. */
  runBeside(groups: readonly (readonly Making[])[]): Promise<void>;
  /** Tries what waits as often as that helps. */
  retry(): Promise<void>;
  /** Gives up what waits, or makes something else instead; returns what was given up. */
  settle(): Promise<readonly LeftOut[]>;
}

/** A statement that was made to fit, what it lost, and what is to follow it. */
export interface Mended {
  readonly lost: readonly LeftOut[];
  readonly otherwise: readonly LeftOut[];
  readonly later: readonly Making[];
}

interface Waiting extends Failure {
  readonly making: Making;
}

interface Failure {
  readonly why: string;
  readonly sqlstate?: string;
}

/** Longer than the server's own limit, which text of a snapshot may lift. */
const graceMs = 5_000;

/** A runner over sessions of the unprivileged owner; more than one are used for groups. */
export function runnerOver(
  sessions: readonly Session[],
  { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal },
): Runner {
  const [first] = sessions;
  let statements = 0;
  let waiting: Waiting[] = [];
  const otherwise: LeftOut[] = [];
  const lost: LeftOut[] = [];

  /** Why a statement failed; undefined when it did not. */
  const attempt = async (session: Session, { sql, begins }: Making): Promise<Failure | undefined> => {
    signal.throwIfAborted();
    if (begins && !begins.test(sql)) return { why: 'its definition makes something else' };
    const cancel = () => void session.cancel();
    const timer = setTimeout(cancel, limitMs + graceMs);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      await session.query(sql);
      statements += 1;
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SqlError) return { why: error.message, sqlstate: error.fields.sqlstate };
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    }
  };
  const tryOrWait = async (session: Session, making: Making): Promise<void> => {
    const failure = await attempt(session, making);
    if (failure === undefined) return;
    if (making.pieces) for (const piece of making.pieces) await tryOrWait(session, piece);
    else waiting.push({ making, ...failure });
  };
  const runner: Runner = {
    get statements() {
      return statements;
    },
    get otherwise() {
      return otherwise;
    },
    get lost() {
      return lost;
    },
    get waiting() {
      return waiting.map(({ making: { path }, ...failure }) => ({ path, ...failure }));
    },
    async run(makings) {
      for (const making of makings) await tryOrWait(first!, making);
    },
    async runInOrder(makings, mend) {
      for (const making of makings) {
        if ((await attempt(first!, making)) === undefined) continue;
        await runner.retry();
        const failure = await attempt(first!, making);
        if (failure === undefined) continue;
        const mended = await mend(making);
        if (!mended) waiting.push({ making, ...failure });
        else {
          statements += 1;
          lost.push(...mended.lost);
          otherwise.push(...mended.otherwise);
          await runner.run(mended.later);
        }
      }
    },
    async runBeside(groups) {
      const queue = [...groups];
      const work = async (session: Session): Promise<void> => {
        for (let group = queue.shift(); group; group = queue.shift())
          for (const making of group) await tryOrWait(session, making);
      };
      await Promise.all(sessions.map(work));
    },
    async retry() {
      for (;;) {
        const before = waiting;
        waiting = [];
        for (const { making } of before) await tryOrWait(first!, making);
        if (waiting.length === 0 || waiting.length >= before.length) return;
      }
    },
    async settle() {
      await runner.retry();
      const failed = waiting;
      waiting = [];
      const gone: LeftOut[] = [];
      let mended = false;
      for (const { making, why, ...state } of failed) {
        const { instead, path } = making;
        if (instead && (await attempt(first!, { path, sql: instead.sql })) === undefined) {
          otherwise.push({ path, why: `${instead.why} (${why})` });
          mended = true;
        } else gone.push({ path, why, ...state });
      }
      if (!mended || gone.length === 0) return gone;
      // What was made instead may be all that others waited for.
      waiting = failed
        .filter(({ making }) => gone.some(({ path }) => path === making.path))
        .map(({ making: { path, sql, begins }, ...failure }) => ({
          making: { path, sql, ...(begins === undefined ? {} : { begins }) },
          ...failure,
        }));
      return runner.settle();
    },
  };
  return runner;
}
