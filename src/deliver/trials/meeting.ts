/** Two sessions that write at the same moment, step by step. */
import { SqlError } from '../../base/error.ts';
import type { Engine, Session } from '../../engine/model.ts';
import type { Isolation } from '../../engine/contention/model.ts';

/** Time between two looks at whether a session waits, and the longest that one may take, milliseconds. */
const lookMs = 15;
const longestMs = 10_000;

/** What became of one session's transaction. */
export interface Met {
  readonly committed: boolean;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly constraint?: string;
  readonly sqlstate?: string;
  readonly message?: string;
}

export interface Meeting {
  readonly first: Met;
  readonly second: Met;
  /** The second waited for the first. */
  readonly waited: boolean;
}

/** The first session writes and stays open, the second writes, then the first commits, then the second; all SQL is run as the owner. */
export async function meet(
  engine: Engine,
  ownerUrl: string,
  isolation: Isolation,
  [one, two]: readonly [string, string],
): Promise<Meeting> {
  const options = { application: 'dbd meeting', statementTimeoutMs: longestMs };
  const sessions: Session[] = [];
  try {
    for (let i = 0; i < 3; i++) sessions.push(await engine.connect(ownerUrl, options));
    const [first, second, onlooker] = sessions as [Session, Session, Session];
    for (const session of [first, second]) {
      await session.query(engine.contention.begin(isolation));
      // A snapshot is taken with the first statement, not with BEGIN.
      await session.query('SELECT 1');
    }
    const begun = await work(first, one);
    let answered = false;
    const answer = work(second, two).finally(() => (answered = true));
    const waited = await waits(engine, onlooker, second, () => answered);
    const ended = await end(first, begun);
    return { first: ended, second: await end(second, await answer), waited };
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

async function work(session: Session, sql: string): Promise<Met> {
  try {
    const { rows } = await session.query(sql);
    return { committed: true, rows };
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): Met {
  if (!(error instanceof SqlError)) throw error;
  const { constraint, sqlstate } = error.fields;
  return {
    committed: false,
    rows: [],
    message: error.message,
    sqlstate,
    ...(constraint ? { constraint } : {}),
  };
}

async function end(session: Session, done: Met): Promise<Met> {
  try {
    await session.query(done.committed ? 'COMMIT' : 'ROLLBACK');
    return done;
  } catch (error) {
    return failed(error);
  }
}

/** Waits until the session has answered or waits for a lock itself; true for the latter. */
export async function waits(
  engine: Engine,
  onlooker: Session,
  session: Session,
  answered: () => boolean,
): Promise<boolean> {
  const until = performance.now() + longestMs;
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    if (answered()) return false;
    if ((await engine.contention.waiting(onlooker, [session.pid])).has(session.pid)) return true;
  }
  return false;
}
