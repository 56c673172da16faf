/** Figures of snapshots in words. */
import { plural } from '../../base/text.ts';
import { formatCount } from '../../base/units.ts';
import type { Snapshot } from '../../engine/model.ts';
import { countedDays } from './figures.ts';

/** `0.4 %`, `37 %`. */
export function percent(share: number): string {
  const value = share * 100;
  return value > 0 && value < 0.05
    ? '< 0.1 %'
    : `${value > 99.95 || value === 0 ? Math.round(value) : Number(value.toFixed(value < 10 ? 1 : 0))} %`;
}

/** `+12k`, `-3`. */
export function perDay(rows: number): string {
  return `${rows > 0 ? '+' : ''}${formatCount(Math.abs(rows) < 10 ? Number(rows.toFixed(1)) : Math.round(rows))}`;
}

/** `5 rows`. */
export function rowsWord(count: number): string {
  return plural(count, 'row');
}

/** Calls, and how many that are in an hour where the time is known. */
export function oftenOf(snapshot: Snapshot, calls: number): string {
  const days = countedDays(snapshot, snapshot.workload.since ?? snapshot.activity.since);
  return days === undefined
    ? formatCount(calls)
    : `${formatCount(calls)} (${formatCount(Number((calls / days / 24).toPrecision(2)))}/h)`;
}

/** `3 days ago`. */
export function ageOf(at: string, now: string): string {
  const minutes = (Date.parse(now) - Date.parse(at)) / 60_000;
  if (minutes < 0) return 'a time to come';
  if (minutes < 1) return 'just now';
  if (minutes < 120) return `${plural(Math.floor(minutes), 'minute')} ago`;
  return minutes < 48 * 60
    ? `${plural(Math.floor(minutes / 60), 'hour')} ago`
    : `${plural(Math.floor(minutes / 1440), 'day')} ago`;
}
