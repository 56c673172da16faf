/** Two ways to ask for the same, in turns on a filled twin. */
import { SqlError } from '../../base/error.ts';
import { formatMs } from '../../base/units.ts';
import type { Session } from '../../engine/model.ts';
import { percentile } from '../../workload/percentile.ts';
import { fasterThan, leastMs } from '../proof/judged.ts';
import type { Measured, Ratio } from '../proof/model.ts';
import { fewestRounds, ratioOf } from '../proof/rounds.ts';

/** One side: statements with their values, which one call of the application needs. */
export type Calls = readonly { readonly sql: string; readonly values: readonly unknown[] }[];

export interface Timed {
  readonly before: Measured;
  readonly after: Measured;
  readonly ratio: Ratio;
  readonly faster: boolean;
  /** `12 ms → 3.1 ms, 0.26x (0.24 to 0.29) in 9 rounds`. */
  readonly figures: string;
}

/** Cheap sides get more rounds, as long as all took less than so many milliseconds. */
const mostRounds = 21;
const cheapMs = 150;
/** A disturbed round widens the interval of few: more are run for so many milliseconds. */
const openMs = 4_000;

/** Interleaved rounds, the side that begins changing; a side that runs into the session's limit throws `SqlError`. */
export async function timeInTurns(
  session: Session,
  one: Calls,
  other: Calls,
  signal: AbortSignal,
): Promise<Timed> {
  const [before, after, ratios]: [number[], number[], number[]] = [[], [], []];
  await timed(session, one);
  await timed(session, other);
  const begin = performance.now();
  for (let round = 0; round < mostRounds; round++) {
    const spent = performance.now() - begin;
    if (round >= fewestRounds && (spent > openMs || (spent > cheapMs && decided(ratios)))) break;
    signal.throwIfAborted();
    let [here, there] = [0, 0];
    const turns = [
      async () => (here = await timed(session, one)),
      async () => (there = await timed(session, other)),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
    before.push(here);
    after.push(there);
    ratios.push(there / here);
  }
  const ratio = ratioOf(ratios);
  const result = { before: measured(before), after: measured(after), ratio };
  const apart = result.before.ms - result.after.ms > leastMs;
  return {
    ...result,
    faster: apart && ratio.high < 1 && ratio.value < fasterThan,
    figures: `${formatMs(result.before.ms)} → ${formatMs(result.after.ms)}, ${times(ratio.value)} (${times(ratio.low)} to ${times(ratio.high)}) in ${ratio.n} rounds`,
  };
}

/** Whether more rounds would tell no more: the interval does not hold 1, or the median is near it. */
function decided(ratios: readonly number[]): boolean {
  const { value, low, high } = ratioOf(ratios);
  return high < 1 || low > 1 || Math.abs(value - 1) < 1 - fasterThan;
}

async function timed(session: Session, calls: Calls): Promise<number> {
  const begin = performance.now();
  for (const { sql, values } of calls) await session.query(sql, values);
  return performance.now() - begin;
}

function measured(ms: readonly number[]): Measured {
  const { value, low, high, n } = percentile(ms, 0.5)!;
  return { ms: value, low, high, n };
}

function times(value: number): string {
  return `${value < 0.1 ? value.toPrecision(2) : value.toFixed(2)}x`;
}

/** Whether an error says that a statement took too long. */
export function isTimeout(error: unknown): boolean {
  return error instanceof SqlError && error.code === 'sql.timeout';
}
