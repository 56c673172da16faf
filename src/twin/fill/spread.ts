/** Which partitions the rows of a twin lie in. */
import type { TypeFamily } from '../../engine/model.ts';
import type { Bound } from './conditions.ts';

const day = 86_400_000;

/**
 * Partitions by time that rows are made for: none in the future, since nothing is written there yet. Empty when the partitions cover the whole
 * window without a gap, so that rows can be spread over it by time alone; other partitions come back as they are.
 */
export function partsInUse(
  bounds: readonly Bound[],
  family: TypeFamily,
  window: { readonly until: string; readonly days: number },
): readonly Bound[] {
  if (family !== 'date' && family !== 'instant') return bounds;
  const parts = bounds.map((bound) => ({ bound, from: timeOf(bound.from), to: timeOf(bound.to) }));
  if (
    parts.length === 0 ||
    parts.some(({ from, to }) => Number.isNaN(from) || Number.isNaN(to) || to <= from)
  )
    return bounds;
  const until = Date.parse(window.until);
  const past = parts.filter(({ from }) => from <= until).toSorted((a, b) => a.from - b.from);
  if (past.length === 0) return bounds;
  const last = past.at(-1)!;
  const gap = past.some(({ from }, index) => index > 0 && from !== past[index - 1]!.to);
  if (!gap && last.to > until && past[0]!.from <= until - window.days * day) return [];
  return past.map(({ bound }) =>
    bound === last.bound && last.to > until
      ? { from: bound.from, to: endAt(bound.from, family, until) }
      : bound,
  );
}

/** Milliseconds of a literal `'2026-01-31'` or `'2026-01-31 00:00:00+00'`; without a time zone it is read as UTC. */
function timeOf(literal: string): number {
  const match = /^'(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d(?::?\d\d)?)?)?'$/.exec(literal);
  if (!match) return Number.NaN;
  const [, date, time = '00:00:00', zone = '+00'] = match;
  const offset = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone;
  return Date.parse(`${date}T${time}${offset}`);
}

/** The end of the part that holds the present moment: never before its beginning has passed. */
function endAt(from: string, family: TypeFamily, until: number): string {
  const at = new Date(Math.max(until, timeOf(from) + (family === 'date' ? day : 1000))).toISOString();
  return family === 'date' ? `'${at.slice(0, 10)}'` : `'${at.slice(0, 19).replace('T', ' ')}+00'`;
}
