// A unit of work: all of it happens, or nothing.
// Written by dbd from the catalog and the task; a later run overwrites it.

import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import type { Db } from './connect.js';

export type Isolation = 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';

export interface UnitOptions {
  /** Without one the database decides, which usually means read committed. */
  readonly isolation?: Isolation;
  /** How often the work is begun at most; 5 unless told otherwise. */
  readonly attempts?: number;
}

const running = new AsyncLocalStorage<true>();

/** Runs the work in one transaction and commits it. When the server breaks a deadlock or cannot keep the order of transactions (40P01, 40001), the work is run again, so it must not do what cannot be undone. A unit within a unit is refused. */
export async function unitOfWork<T>(db: Db, work: (tx: Db) => Promise<T>, options: UnitOptions = {}): Promise<T> {
  if (running.getStore()) throw new Error('A unit of work is already running here: give its transaction on instead of beginning another one.');
  const attempts = options.attempts ?? 5;
  for (let attempt = 1; ; attempt++) {
    try {
      return await running.run(true, () => transaction(db, work, options.isolation));
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw error;
      // Two that met once would meet again if both waited equally long.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
    }
  }
}

/** The server asks for the transaction to be run again. */
export function isRetryable(error: unknown): boolean {
  return ['40001', '40P01', 'P2034'].includes(stateOf(error, 0) ?? '');
}

// Mappers wrap the error of the driver, each in its own way.
function stateOf(error: unknown, depth: number): string | undefined {
  if (typeof error !== 'object' || error === null || depth > 5) return undefined;
  const held = error as Readonly<Record<string, unknown>>;
  for (const key of ['originalCode', 'code'])
    if (typeof held[key] === 'string' && /^[0-9A-Z]{5}$/.test(held[key]) && held[key] !== 'P2010') return held[key];
  for (const key of ['cause', 'original', 'parent', 'driverError', 'meta', 'driverAdapterError']) {
    const found = stateOf(held[key], depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function transaction<T>(db: Db, work: (tx: Db) => Promise<T>, isolation: Isolation | undefined): Promise<T> {
  if (!(db instanceof pg.Pool)) throw new Error('A unit of work begins on a pool.');
  const session = await db.connect();
  let broken = false;
  try {
    await session.query(isolation === undefined ? 'BEGIN' : `BEGIN ISOLATION LEVEL ${isolation}`);
    const result = await work(session);
    await session.query('COMMIT');
    return result;
  } catch (error) {
    await session.query('ROLLBACK').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    session.release(broken);
  }
}
