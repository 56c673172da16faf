/** Transactions that stay open beside a change: a long reader, and a session that is idle in its transaction. */
import type { Name } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Holder } from './model.ts';

export interface HoldOptions {
  readonly engine: Engine;
  readonly url: string;
  readonly tables: readonly Name[];
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** A holder that has begun. */
export interface Held {
  readonly holder: Holder;
  /** Resolves when its time is over and its session is closed. */
  end(): Promise<void>;
}

/** Opens a transaction that has read the tables and stays open for its time, as a report does. */
export function openReader(options: HoldOptions): Promise<Held | undefined> {
  const { quote } = options.engine;
  return hold(options, { kind: 'long reader', mode: 'ACCESS SHARE' }, (table) => [
    `SELECT 1 FROM ${quote.full(table)} LIMIT 1`,
  ]);
}

/** Opens a transaction that has read the tables and may write to them, and then does nothing, as a session whose program waits for something else. */
export function openIdle(options: HoldOptions): Promise<Held | undefined> {
  const { quote } = options.engine;
  return hold(options, { kind: 'idle transaction', mode: 'ROW EXCLUSIVE' }, (table) => [
    `SELECT 1 FROM ${quote.full(table)} LIMIT 1`,
    // It takes the lock of a writer and touches no row, so that no query of the load waits for it.
    `DELETE FROM ${quote.full(table)} WHERE false`,
  ]);
}

async function hold(
  { engine, url, tables, ms, signal }: HoldOptions,
  what: Pick<Holder, 'kind' | 'mode'>,
  statements: (table: Name) => readonly string[],
): Promise<Held | undefined> {
  if (ms <= 0 || tables.length === 0) return undefined;
  const session = await engine.connect(url, { application: `dbd ${what.kind}` });
  try {
    await session.run('BEGIN ISOLATION LEVEL REPEATABLE READ');
    for (const sql of tables.flatMap(statements)) await session.query(sql);
  } catch (error) {
    await session.close();
    throw error;
  }
  let timer: NodeJS.Timeout | undefined;
  const over = Promise.race([
    new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))),
    aborted(signal),
  ]);
  const closed = over
    .then(() => session.run('COMMIT'))
    .catch(() => undefined)
    .then(() => session.close());
  return {
    holder: { ...what, ms, tables: tables.map((table) => `${table.schema}.${table.name}`) },
    async end() {
      await closed;
      clearTimeout(timer);
    },
  };
}

/** Resolves when the signal fires. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
