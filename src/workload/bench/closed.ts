/** Runs queries in a closed loop: each client waits for an answer before it asks again. */
import { setTimeout } from 'node:timers/promises';
import { SqlError } from '../../base/error.ts';
import type { ConnectOptions, Engine, Session } from '../../engine/model.ts';
import type { LoadResult, PreparedQuery, QueryFigures } from '../model.ts';
import { random } from '../random.ts';

export interface ClosedOptions {
  readonly url: string;
  readonly queries: readonly PreparedQuery[];
  readonly durationMs: number;
  readonly clients: number;
  /** Mean pause between an answer and the next question, milliseconds; exponentially distributed. */
  readonly thinkMs: number;
  readonly seed: number;
  readonly timeoutMs: number;
  readonly readOnly?: boolean;
  /** Where the queries' names are looked up. */
  readonly names?: ConnectOptions['names'];
  readonly signal: AbortSignal;
}

/** Clients choose queries in proportion to their declared rates. */
export async function runClosed(engine: Engine, options: ClosedOptions): Promise<LoadResult> {
  const sessions: Session[] = [];
  try {
    for (let n = 0; n < options.clients; n++)
      sessions.push(
        await engine.connect(options.url, {
          application: 'dbd load',
          statementTimeoutMs: options.timeoutMs,
          ...(options.readOnly ? { readOnly: true } : {}),
          ...(options.names ? { names: options.names } : {}),
        }),
      );
    const tallies = options.queries.map((query) => new Tally(query));
    const start = performance.now();
    await Promise.all(sessions.map((session, n) => client(session, n, tallies, start, options)));
    return {
      durationMs: Math.min(options.durationMs, performance.now() - start),
      queries: tallies.map((tally) => tally.figures()),
    };
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

async function client(
  session: Session,
  number: number,
  tallies: readonly Tally[],
  start: number,
  { durationMs, thinkMs, seed, signal }: ClosedOptions,
): Promise<void> {
  const draw = random(seed * 104_729 + number);
  const total = tallies.reduce((sum, { weight }) => sum + weight, 0);
  while (performance.now() - start < durationMs && !signal.aborted) {
    let left = draw() * total;
    const tally = tallies.find(({ weight }) => (left -= weight) < 0) ?? tallies.at(-1)!;
    await tally.call(session, start);
    if (thinkMs > 0) {
      const rest = durationMs - (performance.now() - start);
      await setTimeout(Math.min(rest, -Math.log(1 - draw()) * thinkMs), undefined, { signal }).catch(
        () => undefined,
      );
    }
  }
}

class Tally {
  readonly query: PreparedQuery;
  readonly weight: number;
  readonly #calls: { readonly at: number; readonly ms: number; readonly ok: boolean }[] = [];
  readonly #errors: Record<string, number> = {};
  readonly #states: Record<string, number> = {};
  #begun = 0;
  #failed = 0;
  #timedOut = 0;

  constructor(query: PreparedQuery) {
    this.query = query;
    this.weight = Math.max(query.rate.perSecond, Number.MIN_VALUE);
  }

  async call(session: Session, start: number): Promise<void> {
    const { values, sql } = this.query;
    const at = performance.now() - start;
    const number = this.#begun++;
    let ok = true;
    try {
      await session.query(sql, values.length === 0 ? [] : values[number % values.length]!);
    } catch (error) {
      ok = false;
      this.#fail(error);
      if (!(error instanceof SqlError)) throw error;
    } finally {
      this.#calls.push({ at, ms: performance.now() - start - at, ok });
    }
  }

  #fail(error: unknown): void {
    if (error instanceof SqlError && error.code === 'sql.timeout') {
      this.#timedOut += 1;
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    const state = error instanceof SqlError ? error.fields.sqlstate : 'other';
    this.#failed += 1;
    this.#errors[message] = (this.#errors[message] ?? 0) + 1;
    this.#states[state] = (this.#states[state] ?? 0) + 1;
  }

  figures(): QueryFigures {
    return {
      name: this.query.name,
      scheduled: this.#begun,
      completed: this.#begun - this.#failed - this.#timedOut,
      failed: this.#failed,
      timedOut: this.#timedOut,
      errors: this.#errors,
      states: this.#states,
      calls: this.#calls.toSorted((a, b) => a.at - b.at),
    };
  }
}
