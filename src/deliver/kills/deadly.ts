/** Sessions of a runner that record what they run, and die where they are told to. */
import type { ConnectOptions, Engine, Session } from '../../engine/model.ts';
import type { KillPoint } from './model.ts';

/** One statement of the runner's own session. */
export interface Recorded {
  readonly sql: string;
  readonly ms: number;
}

/** What the runner meets when its process is gone: nothing answers any more. */
export class Gone extends Error {
  constructor() {
    super('the runner is gone');
    this.name = 'Gone';
  }
}

export interface DeadlyOptions {
  readonly engine: Engine;
  /** Application that the runner's own session calls itself. */
  readonly application: string;
  readonly point?: KillPoint;
  /** Ends the server's session of this number, or the whole server; resolves when new sessions are taken. */
  readonly strike: (pid: number) => Promise<void>;
}

/** An engine whose sessions die once, at the point; and what the runner's own session ran until then. */
export function deadlyEngine(options: DeadlyOptions): {
  readonly engine: Engine;
  readonly recorded: readonly Recorded[];
  readonly hit: () => boolean;
} {
  const recorded: Recorded[] = [];
  const state = { hit: false, gone: false };
  const connect = async (url: string, more?: ConnectOptions): Promise<Session> => {
    if (state.gone) throw new Gone();
    const session = await options.engine.connect(url, more);
    return more?.application === options.application
      ? deadly(session, options, recorded, state)
      : mortal(session, state);
  };
  return { engine: { ...options.engine, connect }, recorded, hit: () => state.hit };
}

interface State {
  hit: boolean;
  gone: boolean;
}

/** A session that ends with the runner, but not by itself. */
function mortal(session: Session, state: State): Session {
  const alive = <T>(work: () => Promise<T>): Promise<T> => (state.gone ? Promise.reject(new Gone()) : work());
  return wrapped(session, {
    query: (sql, values) => alive(() => session.query(sql, values)),
    run: (sql) => alive(() => session.run(sql)),
  });
}

function deadly(
  session: Session,
  { point, strike }: DeadlyOptions,
  recorded: Recorded[],
  state: State,
): Session {
  const die = async (): Promise<void> => {
    state.hit = true;
    if (point!.kind === 'runner gone') {
      state.gone = true;
      throw new Gone();
    }
    await strike(session.pid);
  };
  const watched = async <T>(sql: string, work: () => Promise<T>): Promise<T> => {
    if (state.gone) throw new Gone();
    const at = recorded.length;
    const began = performance.now();
    recorded.push({ sql, ms: 0 });
    const here = !state.hit && point?.statement === at ? point.when : undefined;
    if (here === 'before') await die();
    if (here !== 'inside') {
      const result = await work();
      recorded[at] = { sql, ms: performance.now() - began };
      if (here === 'after') await die();
      return result;
    }
    const running = work();
    running.catch(() => undefined);
    await Promise.race([
      running.catch(() => undefined),
      new Promise((resolve) => setTimeout(resolve, point!.ms / 2)),
    ]);
    await die();
    return running;
  };
  return wrapped(session, {
    query: (sql, values) => watched(sql, () => session.query(sql, values)),
    run: (sql) => watched(sql, () => session.run(sql)),
  });
}

/** The session with other ways to send; what else it is stays its own. */
function wrapped(session: Session, ways: Pick<Session, 'query' | 'run'>): Session {
  return new Proxy(session, {
    get(target, name) {
      if (name === 'query') return ways.query;
      if (name === 'run') return ways.run;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
