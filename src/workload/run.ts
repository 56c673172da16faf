/** Runs named queries in an open loop: calls start when they are due, whether or not earlier ones have ended. */
import { SqlError } from '../base/error.ts';
import type { Engine, Session } from '../engine/model.ts';
import { runCall } from './call.ts';
import type { LoadOptions, LoadResult, PreparedQuery, QueryFigures, RunningLoad } from './model.ts';
import { percentile } from './percentile.ts';
import { gap, random } from './random.ts';

/** Runs a load for its duration and returns the figures. */
export async function runLoad(engine: Engine, options: LoadOptions): Promise<LoadResult> {
  const load = await startLoad(engine, options);
  await load.ended;
  return load.finish();
}

/** Starts a load beside something else; `ended` resolves when the declared duration is over, `finish` may be called earlier. */
export async function startLoad(engine: Engine, options: LoadOptions): Promise<RunningLoad> {
  const sessions = await openSessions(engine, options);
  const idle = [...sessions];
  const waiting: Call[] = [];
  const underWay = new Set<Promise<void>>();
  const figures = options.queries.map((query, i) => tally(query, options, i));
  const late: number[] = [];
  const start = performance.now();
  let stopped = false;

  // One query that is held up must not take every connection, or all the others would seem held up too.
  const share = Math.max(2, Math.floor(options.connections / Math.max(1, options.queries.length)));

  function dispatch(): void {
    while (idle.length > 0) {
      const next = waiting.findIndex((call) => call.of.underWay < share);
      if (next < 0) return;
      const call = waiting.splice(next, 1)[0]!;
      // A call that waited its whole time for a connection is lost without being sent.
      if (performance.now() - start - call.at > options.timeoutMs) {
        call.of.end(call, performance.now() - start, 'timeout');
        continue;
      }
      const session = idle.pop()!;
      call.of.underWay += 1;
      const work = run(session, call).finally(() => {
        underWay.delete(work);
        call.of.underWay -= 1;
        idle.push(session);
        dispatch();
      });
      underWay.add(work);
    }
  }

  async function run(session: Session, call: Call): Promise<void> {
    try {
      await runCall(session, call.of.query, call.of.values(call.number));
      call.of.end(call, performance.now() - start, 'ok');
    } catch (error) {
      const timeout = error instanceof SqlError && error.code === 'sql.timeout';
      call.of.end(
        call,
        performance.now() - start,
        timeout ? 'timeout' : error instanceof Error ? error.message : String(error),
        error instanceof SqlError ? error.fields.sqlstate : 'other',
      );
    }
  }

  let wake: (() => void) | undefined;
  const ended = (async () => {
    const busy = figures.filter((one) => one.next < Number.POSITIVE_INFINITY);
    while (!stopped && busy.length > 0) {
      const due = busy.reduce((a, b) => (b.next < a.next ? b : a));
      if (due.next > options.durationMs) break;
      await until(
        start + due.next,
        (resume) => (wake = resume),
        () => stopped,
      );
      if (stopped) break;
      late.push(performance.now() - start - due.next);
      waiting.push(due.schedule());
      dispatch();
    }
    if (!stopped)
      await until(
        start + options.durationMs,
        (resume) => (wake = resume),
        () => stopped,
      );
  })();

  let finished: Promise<LoadResult> | undefined;
  return {
    startedAt: start,
    ended,
    finish() {
      finished ??= (async () => {
        const durationMs = Math.min(options.durationMs, performance.now() - start);
        stopped = true;
        wake?.();
        await ended;
        while (underWay.size > 0 || waiting.length > 0) await Promise.race(underWay);
        await Promise.all(sessions.map((session) => session.close().catch(() => {})));
        const lateMs = percentile(late, 0.95)?.value;
        return {
          durationMs,
          ...(lateMs === undefined ? {} : { lateMs }),
          queries: figures.map((one) => one.figures()),
        };
      })();
      return finished;
    },
  };
}

async function openSessions(engine: Engine, options: LoadOptions): Promise<readonly Session[]> {
  const opened = await Promise.allSettled(
    Array.from({ length: options.connections }, () =>
      engine.connect(options.url, {
        application: 'dbd load',
        statementTimeoutMs: options.timeoutMs,
        ...(options.readOnly ? { readOnly: true } : {}),
        ...(options.names ? { names: options.names } : {}),
      }),
    ),
  );
  const sessions = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refused = opened.find((one) => one.status === 'rejected');
  if (refused) {
    await Promise.all(sessions.map((session) => session.close()));
    throw refused.reason;
  }
  return sessions;
}

/** Waits until a moment of `performance.now()`; the timer's millisecond is too coarse for the rest, so that is spent in turns of the event loop. */
async function until(
  moment: number,
  waker: (resume: () => void) => void,
  cancelled: () => boolean,
): Promise<void> {
  const coarse = moment - performance.now() - 1.1;
  if (coarse > 0) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, coarse);
      waker(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
  while (!cancelled() && performance.now() < moment) await new Promise((resolve) => setImmediate(resolve));
}

interface Call {
  readonly of: Tally;
  readonly number: number;
  /** Milliseconds since the load began. */
  readonly at: number;
}

interface Tally {
  readonly query: PreparedQuery;
  /** When its next call is due, milliseconds since the load began. */
  readonly next: number;
  /** Calls that hold a connection now. */
  underWay: number;
  schedule(): Call;
  values(number: number): readonly unknown[];
  end(call: Call, now: number, outcome: string, state?: string): void;
  figures(): QueryFigures;
}

function tally(query: PreparedQuery, options: LoadOptions, index: number): Tally {
  const draw = random(options.seed * 7919 + index);
  const rate = options.at === 'peak' ? query.rate.peakPerSecond : query.rate.perSecond;
  let next = rate > 0 ? gap(draw, rate) : Number.POSITIVE_INFINITY;
  let scheduled = 0;
  let failed = 0;
  let timedOut = 0;
  const errors: Record<string, number> = {};
  const states: Record<string, number> = {};
  const calls: { readonly at: number; readonly ms: number; readonly ok: boolean }[] = [];

  const self: Tally = {
    query,
    underWay: 0,
    get next() {
      return next;
    },
    schedule() {
      const call = { of: self, number: scheduled, at: next };
      scheduled += 1;
      next += gap(draw, rate);
      return call;
    },
    values: (number) => (query.values.length === 0 ? [] : query.values[number % query.values.length]!),
    end(call, now, outcome, state = 'other') {
      if (outcome === 'timeout') timedOut += 1;
      else if (outcome !== 'ok') {
        failed += 1;
        errors[outcome] = (errors[outcome] ?? 0) + 1;
        states[state] = (states[state] ?? 0) + 1;
      }
      calls.push({ at: call.at, ms: now - call.at, ok: outcome === 'ok' });
    },
    figures: () => ({
      name: query.name,
      scheduled,
      completed: calls.length - failed - timedOut,
      failed,
      timedOut,
      errors,
      states,
      calls: calls.toSorted((a, b) => a.at - b.at),
    }),
  };
  return self;
}
