import { formatBytes, formatMs } from '../base/units.ts';

/** Seconds of reading that a gigabyte of index must save each day: what reading it twice from a disk of 100 MB/s takes, for the cache, vacuum and backup it uses. */
export const secondsPerGigabyteDay = 20;
/** Below a second a day nobody notices the gain, but everybody keeps the index. */
export const leastSavedPerDay = 1;
/** Timings of one query differ by about this share from run to run; less is no gain. */
export const noiseShare = 0.2;
/** A query that reads no fewer buffers than before must get faster by this share: only saved sorting or filtering explains it, noise does not. */
export const sameBuffersShare = 0.5;
/** Milliseconds; differences below are scheduling noise of the client. */
export const noiseMs = 0.05;
/** A twin's figures are carried at most this far. */
export const furthestGrowth = 10;
/** Savings that differ by less than this factor are equal. */
const nearlyEqual = 1.5;
const gigabyte = 1024 ** 3;
const secondsPerDay = 86_400;

/** What one query gains from an index. */
export interface Gain {
  readonly claim: string;
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Shared buffers per call, where known. */
  readonly buffers?: { readonly before: number; readonly after: number };
  readonly perSecond: number;
  /** Target of the 95th percentile, milliseconds. */
  readonly target?: number;
  /** Declared rows ÷ rows on the twin of the table that grows. */
  readonly growth: number;
}

export interface Weighing {
  readonly gains: readonly Gain[];
  readonly bytes: number;
  readonly writeMsPerRow: number;
  readonly writesPerDay: number;
  /** Declared rows ÷ rows on the twin of the indexed table. */
  readonly growth: number;
}

export interface Choice {
  readonly keep: boolean;
  readonly because: string;
  /** Seconds per day. */
  readonly savedPerDay: number;
  readonly costPerDay: number;
  readonly needed: boolean;
}

/**
 * Keeps an index only if a target needs it or it saves more than it costs:
 * saved = Σ calls/day × (before − after) × growth; cost = writes/day × extra time per row + gigabytes × growth × {@link secondsPerGigabyteDay}.
 */
export function choose(weighing: Weighing): Choice {
  const real = weighing.gains.filter(isReal);
  const savedPerDay = real.reduce(
    (sum, gain) =>
      sum + (gain.perSecond * secondsPerDay * (gain.beforeMs - gain.afterMs) * carried(gain.growth)) / 1000,
    0,
  );
  const writeSeconds = (weighing.writesPerDay * weighing.writeMsPerRow) / 1000;
  const bytes = weighing.bytes * Math.max(1, weighing.growth);
  const costPerDay = writeSeconds + (bytes / gigabyte) * secondsPerGigabyteDay;
  const helped = real.find(
    (gain) =>
      gain.target !== undefined &&
      gain.beforeMs * carried(gain.growth) > gain.target &&
      gain.afterMs <= gain.beforeMs / 2,
  );
  const figures = `${seconds(savedPerDay)} of reading saved per day against ${seconds(writeSeconds)} of writing, and ${formatBytes(bytes)} (worth ${seconds(costPerDay - writeSeconds)})`;
  if (real.length === 0)
    return {
      keep: false,
      because: 'No query gets faster by more than the noise.',
      savedPerDay,
      costPerDay,
      needed: false,
    };
  if (helped) {
    const projected = formatMs(helped.beforeMs * carried(helped.growth));
    return {
      keep: true,
      because: `${helped.claim} needs it: ${formatMs(helped.beforeMs)} without, ${formatMs(helped.afterMs)} with it on the twin, up to ${projected} without it at the declared volume, target ${formatMs(helped.target!)}; ${figures}.`,
      savedPerDay,
      costPerDay,
      needed: true,
    };
  }
  const keep = savedPerDay > costPerDay && savedPerDay >= leastSavedPerDay;
  const word = keep
    ? 'Saves more than it costs'
    : savedPerDay < leastSavedPerDay
      ? `Saves less than ${leastSavedPerDay} s per day`
      : 'Costs more than it saves';
  return { keep, because: `${word}: ${figures}.`, savedPerDay, costPerDay, needed: false };
}

/** Of the indexes that save nearly as much as the best one, the smallest; a gain of half again is no more than timings differ. */
export function nextOf<T extends { readonly bytes: number; readonly choice: Choice }>(good: readonly T[]): T {
  const net = ({ choice }: T): number => choice.savedPerDay - choice.costPerDay;
  const most = Math.max(...good.map(net));
  return (
    good.filter((one) => net(one) >= most / nearlyEqual).toSorted((a, b) => a.bytes - b.bytes)[0] ?? good[0]!
  );
}

/** The gain is more than the timings differ from run to run. */
function isReal(gain: Gain): boolean {
  const saved = gain.beforeMs - gain.afterMs;
  const fewer = gain.buffers === undefined || gain.buffers.after < gain.buffers.before * (1 - noiseShare);
  return saved > Math.max(noiseMs, (fewer ? noiseShare : sameBuffersShare) * gain.beforeMs);
}

function carried(growth: number): number {
  return Math.min(furthestGrowth, Math.max(1, growth));
}

/** Seconds, from minutes on as `31 min` or `38.7 h`: more figures say nothing about a day. */
function seconds(value: number): string {
  if (value < 60) return formatMs(value * 1000);
  return value < 3600 ? `${Math.round(value / 60)} min` : `${Number((value / 3600).toFixed(1))} h`;
}
