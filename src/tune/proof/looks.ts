/** More rounds for what seems slower, and for what hides in the noise. */
import type { Promised } from '../../engine/model.ts';
import type { WorkQuery } from '../advice/model.ts';
import { fasterThan, slowerThan, verdictOf } from './judged.ts';
import { measureRounds, type Rounds, type RoundsOptions, type Unable } from './rounds.ts';

/** Rounds of further looks: one in fifty queries would seem slower by chance. */
const furtherLooks = [21, 45];
/** A query gets no further look when that would take longer than this, milliseconds. */
const longestLookMs = 8000;

/** Measures a query; what seems slower is measured anew once, what is open up to twice, each time with more rounds. */
export async function measureLooked(
  query: WorkQuery,
  promised: Promised,
  options: RoundsOptions,
): Promise<Rounds | Unable> {
  let found = await measureRounds(query, promised, options);
  for (const rounds of furtherLooks) {
    if ('unable' in found || !deservesMore(found)) break;
    if ((found.before.ms + found.after.ms) * found.sets * rounds > longestLookMs) break;
    const slower = verdictOf(found).verdict === 'slower';
    found = await measureRounds(query, promised, { ...options, rounds });
    if (slower) break;
  }
  return found;
}

/** Slower, or of another plan whose gain or loss the noise hides. */
function deservesMore(seen: Rounds): boolean {
  const { ratio } = seen;
  const { verdict } = verdictOf(seen);
  return (
    verdict === 'slower' ||
    (verdict === 'same' && !seen.samePlan && (ratio.low < fasterThan || ratio.high > slowerThan))
  );
}
