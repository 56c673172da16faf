import type { CapturedStatement } from '../../engine/model.ts';

/** Counters of a statement that no server counted. */
export const uncounted = {
  deviationMs: 0,
  rows: 0,
  hit: 0,
  read: 0,
  dirtied: 0,
  written: 0,
  tempRead: 0,
  tempWritten: 0,
  cut: false,
} satisfies Partial<CapturedStatement>;
