/** What figures of two sides mean for one query. */
import { formatMs } from '../../base/units.ts';
import type { ProvenQuery, Ratio } from './model.ts';
import type { Rounds } from './rounds.ts';

/** A query must not take more than this, as a ratio. */
export const slowerThan = 1.05;
/** Below this it is faster. */
export const fasterThan = 0.95;
/** Milliseconds; differences below are scheduling noise of the client. */
export const leastMs = 0.05;

/** The verdict on the times alone: the interval must not hold 1, and the median must be beyond the limit. */
export function verdictOf(seen: Rounds): Pick<ProvenQuery, 'verdict' | 'because'> {
  const { before, after, ratio } = seen;
  const figures = `${shown(before.ms, before.atLeast)} → ${shown(after.ms, after.atLeast)}, ${times(ratio)} in ${ratio.n} rounds`;
  const apart = Math.abs(after.ms - before.ms) > leastMs;
  if (before.atLeast && after.atLeast)
    return { verdict: 'not-proven', because: `It was cut off on both sides: ${figures}.` };
  if (seen.comparison.results === 'differ')
    return { verdict: 'not-proven', because: `Its rows differ: ${seen.comparison.because} ${figures}.` };
  // Nothing but planning can differ then, and that is less than what a busy machine adds.
  const alike = seen.samePlan && seen.buffers !== undefined && seen.buffers.before === seen.buffers.after;
  const moved =
    apart && (ratio.value > slowerThan ? ratio.low > 1 : ratio.value < fasterThan && ratio.high < 1);
  if (moved && alike)
    return {
      verdict: 'same',
      because: `The same plan reads the same pages; ${figures}, which is noise or planning.`,
    };
  if (moved) return { verdict: ratio.value > 1 ? 'slower' : 'faster', because: `${figures}.` };
  const open = ratio.high > slowerThan ? `; up to ${times({ value: ratio.high })} cannot be ruled out` : '';
  return { verdict: 'same', because: `${figures}${open}.` };
}

function shown(ms: number, atLeast = false): string {
  return `${atLeast ? 'more than ' : ''}${formatMs(ms)}`;
}

function times(ratio: Pick<Ratio, 'value'> & Partial<Ratio>): string {
  const one = (value: number): string => (value < 0.1 ? value.toPrecision(2) : value.toFixed(2));
  return ratio.low === undefined
    ? `${one(ratio.value)}x`
    : `${one(ratio.value)}x (${one(ratio.low)} to ${one(ratio.high ?? ratio.value)})`;
}
