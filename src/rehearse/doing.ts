/** What is rehearsed, and how it is carried out each time. */
import type { StatementRun } from '../apply/model.ts';
import { fail, SqlError } from '../base/error.ts';
import type { Emit } from '../base/event.ts';
import { formatMs } from '../base/units.ts';
import type { ConnectOptions, Engine, Session, Watcher } from '../engine/model.ts';

/** How a subject is carried out this time. */
export interface Doing {
  readonly engine: Engine;
  readonly session: Session;
  readonly watcher?: Watcher;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** `performance.now()` from which the statements' times count. */
  readonly since: number;
  readonly onStatement: (run: StatementRun) => void;
  readonly afterPhase: (phase: string) => Promise<void>;
}

export interface Subject {
  /** Whose names its statements use: files bear the application's. */
  readonly names?: ConnectOptions['names'];
  /** Lock limit of a statement, milliseconds; where it is absent, the texts say it. */
  readonly limitOf?: (run: StatementRun) => number | undefined;
  readonly up: (doing: Doing) => Promise<void>;
  /** Undefined when no way back is known. */
  readonly down?: (doing: Doing) => Promise<void>;
}

/** What every time has in common. */
export interface Running extends Pick<Doing, 'engine' | 'session' | 'emit' | 'signal' | 'since'> {
  /** Longest time this may take, milliseconds. */
  readonly limitMs: number;
}

/** Carries a way out within its time limit; throws what it throws, `sql.timeout` at the limit, `interrupted` on the signal. */
export function carryOut(
  running: Running,
  way: Subject['up'],
  more: Partial<Pick<Doing, 'watcher' | 'onStatement' | 'afterPhase'>> = {},
): Promise<void> {
  const { engine, session, emit, since, limitMs } = running;
  return withDeadline({ session, signal: running.signal, limitMs }, (signal) =>
    way({
      engine,
      session,
      emit,
      signal,
      since,
      onStatement: () => undefined,
      afterPhase: () => Promise.resolve(),
      ...more,
    }),
  );
}

/** Longest time one way takes unless another limit is given. */
export const defaultLimitMs = 120_000;

/** Time a cancelled statement gets to end before its session is given up; SQL may catch the cancel. */
const graceMs = 3000;

/** Runs the work with a signal that fires at the limit or when the caller's does; the session's statement is cancelled then. Throws `SqlError` `sql.timeout` at the limit and `interrupted` on the caller's signal. */
export async function withDeadline<T>(
  options: { readonly session: Session; readonly signal: AbortSignal; readonly limitMs: number },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { session, limitMs } = options;
  if (options.signal.aborted) fail('interrupted', 'The rehearsal was stopped.');
  const limit = new AbortController();
  const signal = AbortSignal.any([options.signal, limit.signal]);
  const timer = setTimeout(() => limit.abort(), limitMs);
  const cancel = (): void => void session.cancel().catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  let giveUp: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => (giveUp = setTimeout(() => reject(new Error('stuck')), graceMs)), {
      once: true,
    });
  });
  const running = work(signal);
  running.catch(() => undefined);
  try {
    return await Promise.race([running, stuck]);
  } catch (error) {
    if (options.signal.aborted) fail('interrupted', 'The rehearsal was stopped.');
    if (!limit.signal.aborted) throw error;
    const statement = error instanceof SqlError ? error.statement : '';
    // What the server says of a cancel is of no use, but what stands before it names file and step.
    const place = /^(.{1,200}?): canceling statement/su.exec(
      error instanceof Error ? error.message : '',
    )?.[1];
    const subject = statement === '' ? 'It' : `\`${shorten(statement)}\``;
    throw new SqlError(
      'sql.timeout',
      `${place === undefined ? '' : `${place}: `}${subject} ran longer than ${formatMs(limitMs)} and was cancelled.`,
      statement,
      { sqlstate: '57014' },
      { cause: error, hint: 'Take out what never ends, or give it more time with --limit.' },
    );
  } finally {
    clearTimeout(timer);
    clearTimeout(giveUp);
    signal.removeEventListener('abort', cancel);
  }
}

function shorten(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
