/** Two copies of a filled twin: one as it is, one with the set. */
import { keyOf } from '../../catalog/identity.ts';
import type { Name } from '../../catalog/model.ts';
import type { Session, Watcher } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import type { ProveOptions } from './options.ts';

/** Time that a statement gets unless another is given, milliseconds. */
export const usualTimeoutMs = 10_000;

/** Copies with open sessions; queries run in `before` and `after`, changes in `builder`. Sessions are others after {@link Stage.fork}. */
export interface Stage {
  readonly before: Session;
  readonly after: Session;
  /** Without a time limit, on the copy with the set. */
  readonly builder: Session;
  readonly watcher: Watcher;
  /** A copy of the side with the set as it is now, for trials that change its rows; it is dropped with the stage. */
  fork(): Promise<SandboxDatabase>;
  /** Drops all copies; safe to call twice. */
  close(): Promise<void>;
}

interface Opened {
  before: Session;
  after: Session;
  builder: Session;
  watcher: Watcher;
}

/** Copies the twin twice, byte for byte, so that both sides have their rows in the same places. Throws `sandbox.*`. */
export async function openStage(options: ProveOptions): Promise<Stage> {
  const { engine, sandbox, database, signal } = options;
  const made: SandboxDatabase[] = [];
  const sessions: Session[] = [];
  const watchers: Watcher[] = [];
  const stop = (): void =>
    void Promise.all(sessions.map((session) => session.cancel().catch(() => undefined)));
  const leave = async (): Promise<void> => {
    await Promise.all([...sessions.splice(0), ...watchers.splice(0)].map((one) => one.close()));
  };
  const connect = async (url: string, timeoutMs: number | undefined): Promise<Session> => {
    const session = await engine.connect(url, {
      application: 'dbd tune',
      ...(timeoutMs === undefined ? {} : { statementTimeoutMs: timeoutMs }),
      ...(options.settings ? { settings: options.settings } : {}),
    });
    sessions.push(session);
    return session;
  };
  const enter = async (): Promise<Opened> => {
    const [without, withIt] = made as [SandboxDatabase, SandboxDatabase];
    const limit = options.timeoutMs ?? usualTimeoutMs;
    await sandbox.durable(true);
    const watcher = await engine.watch.open(withIt.adminUrl, sandbox.log);
    watchers.push(watcher);
    return {
      before: await connect(without.ownerUrl, limit),
      after: await connect(withIt.ownerUrl, limit),
      builder: await connect(withIt.ownerUrl, undefined),
      watcher,
    };
  };
  const copy = async (from: SandboxDatabase): Promise<SandboxDatabase> => {
    const one = await sandbox.createDatabase({ from });
    made.push(one);
    return one;
  };
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', stop);
    await leave();
    for (const one of made.splice(0)) await sandbox.dropDatabase(one);
    await sandbox.durable(false);
  };
  signal.addEventListener('abort', stop);
  try {
    const without = await copy(database);
    await renewStatistics(options, without);
    await copy(without);
    let opened = await enter();
    return {
      get before() {
        return opened.before;
      },
      get after() {
        return opened.after;
      },
      get builder() {
        return opened.builder;
      },
      get watcher() {
        return opened.watcher;
      },
      async fork() {
        // Nobody may be connected to what is copied, and files are copied faster while nothing waits for the disk.
        await leave();
        await sandbox.durable(false);
        const forked = await copy(made[1]!);
        opened = await enter();
        return forked;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Tables whose statistics the set makes anew: those of expressions, and of statistics over several columns. */
export function analysedTables({ create, statistics }: ProveOptions): readonly Name[] {
  const plain = /^"?[\p{L}_][\p{L}\p{N}_$ ]*"?$/u;
  const all = [
    ...create.filter(({ keys }) => keys.some((key) => !plain.test(key))).map(({ wish }) => wish.table),
    ...statistics.map(({ table }) => table),
  ];
  return [...new Map(all.map((table) => [keyOf(table), table])).values()];
}

/** Both sides get statistics of the same age, or a new sample alone would change plans. */
async function renewStatistics(options: ProveOptions, database: SandboxDatabase): Promise<void> {
  const tables = analysedTables(options);
  if (tables.length === 0) return;
  const session = await options.engine.connect(database.ownerUrl, { application: 'dbd tune' });
  await options.engine.stats.analyze(session, tables).finally(() => session.close());
}
