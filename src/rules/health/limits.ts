import type { Severity } from '../../report/model.ts';
import type { HealthLimits, Pair } from './model.ts';

const MB = 1024 ** 2;
const GB = 1024 ** 3;

/** The usual limits; the reason of each stands in the rule that goes by it. */
export const healthLimits: HealthLimits = {
  smallRows: 10_000,
  manyRows: 1_000_000,
  smallBytes: 10 * MB,
  largeBytes: 100 * MB,
  quietDays: 35,
  dominantMs: 3_600_000,
  idleInTransaction: [300, 900],
  transaction: [3600, 4 * 3600],
  statement: [1800, 3600],
  blocked: [60, 300],
  prepared: [300, 3600],
  connections: [0.75, 0.9],
  wraparound: [0.5, 0.75],
  overFreeze: [1.1, 1.25],
  dead: [0.2, 0.4],
  stale: [0.2, 0.5],
  bloat: [0.4, 0.6],
  sequence: [0.7, 0.9],
  requestedCheckpoints: [0.3, 0.6],
  snapshotAge: [10_000_000, 100_000_000],
  replicaLag: [50 * MB, 500 * MB],
  slotBytes: [GB, 10 * GB],
  replicaDelay: [10_000, 60_000],
  archiveQueue: [10, 100],
  walFolder: [2, 4],
  temporary: [GB, 10 * GB],
  subscriptionErrors: [1, 10],
};

/** How grave a figure is; undefined below both limits. */
export function gravity(figure: number, [warning, error]: Pair): Severity | undefined {
  return figure >= error ? 'error' : figure >= warning ? 'warning' : undefined;
}

/** `38 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `12 min`, `3.5 h`, `2 days`. */
export function span(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 360) / 10} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
