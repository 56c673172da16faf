/** Periods of time that partitions cover, by UTC. */
import type { Period, Span } from '../engine/partition/model.ts';

const day = 86_400_000;

/** Beginning of the period that holds a moment; weeks begin on Monday. */
export function beginOf(every: Period, at: Date): Date {
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  switch (every) {
    case 'year':
      return new Date(Date.UTC(year, 0, 1));
    case 'quarter':
      return new Date(Date.UTC(year, month - (month % 3), 1));
    case 'month':
      return new Date(Date.UTC(year, month, 1));
    case 'week':
      return new Date(Date.UTC(year, month, date - ((at.getUTCDay() + 6) % 7)));
    default:
      return new Date(Date.UTC(year, month, date));
  }
}

/** Beginning of the period some periods later; negative counts go back. `at` is the beginning of a period. */
export function move(every: Period, at: Date, periods: number): Date {
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const months = { year: 12, quarter: 3, month: 1, week: 0, day: 0 }[every];
  const days = { year: 0, quarter: 0, month: 0, week: 7, day: 1 }[every];
  return new Date(Date.UTC(year, month + months * periods, date + days * periods));
}

/** Periods from the one that holds `from` to the one that holds `to`, in order. */
export function spans(every: Period, from: Date, to: Date): readonly Span[] {
  const found: Span[] = [];
  for (let at = beginOf(every, from); at <= to;) {
    const next = move(every, at, 1);
    found.push({ from: at, to: next });
    at = next;
  }
  return found;
}

/** The moment a number of days before another. */
export function daysBefore(at: Date, days: number): Date {
  return new Date(at.getTime() - days * day);
}
