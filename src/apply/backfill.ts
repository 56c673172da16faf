/** Drives a backfill batch by batch along a key: as large as the time allows, giving way to everybody, and resumable. */
import { fail } from '../base/error.ts';
import type { Batch, Engine, KeyRange, KeyWalk, Progress, Session } from '../engine/model.ts';
import { pause } from './locks.ts';

/** Rows of the first batch, the fewest that time alone leads to, the fewest at all, and the most. */
const sizes = { first: 1000, timed: 200, least: 20, most: 100_000 } as const;
/** Times that the smallest batch gives way before rows that others hold are left out for a later pass. */
const patientTries = 4;
/** Later passes over what was left out, and over a table in which rows are still open. */
const latePasses = { again: 200, whole: 3 } as const;
/** Share of a vacuum's trigger that a table must at least hold, rows. */
const leastToVacuum = 20_000;

/** What a backfill needs beside its step. */
export interface BackfillOptions {
  readonly engine: Engine;
  readonly session: Session;
  readonly batch: Batch;
  readonly signal: AbortSignal;
  readonly keeper: Keeper;
}

/** Keeps how far a backfill has come, and holds it back. */
export interface Keeper {
  /** Time that one batch should take, milliseconds. */
  readonly targetMs: number;
  /** Share of the time in which it works; the rest belongs to others. */
  readonly load: number;
  /** Milliseconds after which the server looks for deadlocks: no batch holds its rows for so long, so that nobody who waits for it is ever chosen as a victim. */
  readonly deadlockMs: number;
  /** Dead rows, as a share of the live ones, at which the table is vacuumed. */
  readonly deadShare: number;
  saved(): Promise<Saved | undefined>;
  /** Writes the progress in the session's open transaction. */
  save(progress: Saved): Promise<void>;
  /** Between two batches: returns when the next one may begin; throws when it has to stop. `rows` have been changed since the last vacuum. */
  between(progress: Saved, rows: number): Promise<void>;
  /** The batch had to give way; throws when that lasts too long. */
  gaveWay(tries: number, error: unknown): Promise<void>;
  /** Live rows of the table, as far as known. */
  liveRows(): Promise<number | undefined>;
}

export type Saved = Omit<Progress, 'change' | 'step' | 'stepHash'>;

type Key = readonly string[];

/** Goes on where it was left, to the end that the table had at the start. Returns the rows it changed in all. */
export async function backfill(options: BackfillOptions): Promise<{ readonly count: number }> {
  const { engine, session, batch, keeper } = options;
  const walk: KeyWalk = { batch, types: await engine.history.batch.types(session, batch) };
  const found = await keeper.saved();
  let progress: Saved = found ?? { rows: 0, batches: 0, size: sizes.first, again: [], done: false };
  const driver = new Driver(options, walk, progress);
  for (let pass = 0; ; pass++) {
    const end = progress.end ?? (await lastKey(options, walk));
    if (end === undefined) break;
    progress = await driver.pass(end);
    progress = await driver.leftOut();
    const left = engine.history.batch.left(walk);
    if (left === undefined || (await session.query(left)).rows.length === 0) break;
    if (pass + 1 >= latePasses.whole)
      fail(
        'runner.unclear',
        `After ${pass + 1} passes the backfill of ${batch.table.schema}.${batch.table.name} still finds rows that need it.`,
        {
          hint: 'Something writes rows without what the expand phase put in their way; look at them, then run `dbd migrate` again.',
        },
      );
    progress = driver.restart();
  }
  await driver.finish();
  return { count: driver.rows };
}

async function lastKey({ engine, session }: BackfillOptions, walk: KeyWalk): Promise<Key | undefined> {
  const { rows } = await session.query<Record<string, string>>(engine.history.batch.last(walk));
  return rows[0] && keyOf(rows[0], walk);
}

function keyOf(row: Readonly<Record<string, string>>, { batch }: KeyWalk): Key {
  return batch.key.map((_, i) => row[`k${i + 1}`]!);
}

class Driver {
  readonly #options: BackfillOptions;
  readonly #walk: KeyWalk;
  #progress: Saved;
  #sinceVacuum = 0;

  constructor(options: BackfillOptions, walk: KeyWalk, progress: Saved) {
    this.#options = options;
    this.#walk = walk;
    this.#progress = progress;
  }

  get rows(): number {
    return this.#progress.rows;
  }

  /** From the watermark to the end. */
  async pass(end: Key): Promise<Saved> {
    this.#progress = { ...this.#progress, end };
    for (;;) {
      await this.#between();
      const began = performance.now();
      const moved = await this.#batch(end);
      if (!moved) return this.#progress;
      await this.#rest(performance.now() - began);
    }
  }

  /** Ranges in which rows were held by others. */
  async leftOut(): Promise<Saved> {
    for (let pass = 0; this.#progress.again.length > 0; pass++) {
      const [range, ...others] = this.#progress.again as readonly [KeyRange, ...KeyRange[]];
      await this.#between();
      try {
        await this.#transaction('small', async () => {
          const count = await this.#change(range, 'all');
          return { ...this.#progress, again: others, rows: this.#progress.rows + count };
        });
      } catch (error) {
        if (!this.#options.engine.history.batch.gaveWay(error) || this.#options.signal.aborted) throw error;
        if (pass >= latePasses.again) throw error;
        await this.#options.keeper.gaveWay(pass + 1, error);
        this.#progress = { ...this.#progress, again: [...others, range] };
        await pause(Math.min(2000, 50 * (pass + 1)), this.#options.signal);
      }
    }
    return this.#progress;
  }

  restart(): Saved {
    const { watermark: _, end: __, ...rest } = this.#progress;
    this.#progress = rest;
    return rest;
  }

  async finish(): Promise<void> {
    await this.#transaction('small', async () => ({ ...this.#progress, done: true }));
  }

  async #between(): Promise<void> {
    const { keeper, signal, session, engine, batch } = this.#options;
    if (signal.aborted)
      fail('interrupted', 'The backfill was stopped between two batches; it goes on from there.');
    const live = this.#sinceVacuum > leastToVacuum ? await keeper.liveRows() : undefined;
    if (live !== undefined && this.#sinceVacuum > live * keeper.deadShare) {
      await session.query(engine.history.batch.vacuum(batch));
      this.#sinceVacuum = 0;
    }
    await keeper.between(this.#progress, this.#sinceVacuum);
  }

  /** The part of the time that belongs to others. */
  async #rest(ms: number): Promise<void> {
    const { load } = this.#options.keeper;
    if (load < 1) await pause(ms * (1 / load - 1), this.#options.signal);
  }

  /** One batch after the watermark; smaller ones while others hold its rows. False at the end. */
  async #batch(end: Key): Promise<boolean> {
    const { engine, session, keeper, signal } = this.#options;
    for (let tries = 0; ; tries++) {
      const { size } = this.#progress;
      const free = size <= sizes.least && tries >= patientTries;
      try {
        let moved = true;
        await this.#transaction(size <= sizes.least ? 'small' : 'usual', async () => {
          const { watermark } = this.#progress;
          const text = engine.history.batch.upper(this.#walk, watermark, end, size);
          const { rows } = await session.query<Record<string, string>>(text.sql, text.values);
          moved = rows[0] !== undefined;
          if (!rows[0]) return this.#progress;
          const upTo = keyOf(rows[0], this.#walk);
          const range = { upTo, ...(watermark === undefined ? {} : { after: watermark }) };
          const began = performance.now();
          const count = await this.#change(range, free ? 'free' : 'all');
          const ms = performance.now() - began;
          const factor = Math.min(1.5, Math.max(0.5, keeper.targetMs / Math.max(1, ms)));
          return {
            ...this.#progress,
            watermark: upTo,
            rows: this.#progress.rows + count,
            batches: this.#progress.batches + 1,
            size: Math.round(Math.min(sizes.most, Math.max(Math.min(size, sizes.timed), size * factor))),
            again: free ? [...this.#progress.again, range] : this.#progress.again,
          };
        });
        return moved;
      } catch (error) {
        if (!engine.history.batch.gaveWay(error) || signal.aborted) throw error;
        await keeper.gaveWay(tries + 1, error);
        this.#progress = { ...this.#progress, size: Math.max(sizes.least, Math.round(size / 4)) };
        await pause(20 * (tries + 1) * (0.5 + Math.random()), signal);
      }
    }
  }

  async #change(range: KeyRange, how: 'all' | 'free'): Promise<number> {
    const text = this.#options.engine.history.batch.change(this.#walk, range, how);
    const { count } = await this.#options.session.query(text.sql, text.values);
    this.#sinceVacuum += count;
    return count;
  }

  /** The rows and the progress in one transaction. */
  async #transaction(size: 'usual' | 'small', work: () => Promise<Saved>): Promise<void> {
    const { engine, session, keeper, batch } = this.#options;
    const { deadlockMs } = keeper;
    const limits = {
      lockMs: Math.min(100, deadlockMs / 4),
      // The smallest batch has to come through, however slow its triggers are.
      statementMs: deadlockMs * (size === 'usual' ? 0.5 : 10),
    };
    await session.run(engine.history.batch.begin(batch, limits));
    try {
      const progress = await work();
      await keeper.save(progress);
      await session.run('COMMIT');
      this.#progress = progress;
    } catch (error) {
      await session.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
}
