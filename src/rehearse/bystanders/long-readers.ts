/** Long queries on a standby, as reports run there. */
import { SqlError } from '../../base/error.ts';
import type { Name } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';

/** Long readers at a time. */
const inTurns = 3;
/** Pause after a reader that was refused or cancelled, milliseconds. */
const againMs = 200;

/** Readers on the standby that begin in turns, each in a transaction of its own, so that whenever a lock is replayed one of them has just begun. */
export class LongReaders {
  readonly #work: Promise<void>;
  #stopped = false;
  readonly #wakes = new Set<() => void>();
  #begun = 0;
  #cancelled = 0;

  constructor(engine: Engine, url: string, tables: readonly Name[], ms: number, signal: AbortSignal) {
    this.#work = Promise.all(
      Array.from({ length: inTurns }, async (_, i) => {
        await this.#pause((ms * i) / inTurns);
        await this.#run(engine, url, tables, ms, signal);
      }),
    ).then(() => undefined);
    this.#work.catch(() => undefined);
  }

  async #run(
    engine: Engine,
    url: string,
    tables: readonly Name[],
    ms: number,
    signal: AbortSignal,
  ): Promise<void> {
    if (ms <= 0 || tables.length === 0) return;
    while (!this.#stopped && !signal.aborted) {
      try {
        await this.#one(engine, url, tables, ms);
      } catch (error) {
        if (error instanceof SqlError ? engine.standbys.cancelled(error.fields.sqlstate) : true)
          this.#cancelled += 1;
        // A table that the change has dropped is asked for in vain.
        await this.#pause(againMs);
      }
    }
  }

  async #one(engine: Engine, url: string, tables: readonly Name[], ms: number): Promise<void> {
    const session = await engine.connect(url, { application: 'dbd standby reader' });
    try {
      await session.run('BEGIN ISOLATION LEVEL REPEATABLE READ');
      for (const table of tables) await session.query(`SELECT 1 FROM ${engine.quote.full(table)} LIMIT 1`);
      this.#begun += 1;
      await this.#pause(ms);
      await session.query('SELECT 1');
      await session.run('COMMIT');
    } finally {
      await session.close().catch(() => undefined);
    }
  }

  #pause(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#wakes.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#wakes.add(wake);
    });
  }

  /** Ends them all at once. */
  async stop(): Promise<{ readonly begun: number; readonly cancelled: number }> {
    this.#stopped = true;
    for (const wake of this.#wakes) wake();
    await this.#work;
    return { begun: this.#begun, cancelled: this.#cancelled };
  }
}
