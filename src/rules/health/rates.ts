import type { HealthCounters } from '../../engine/health/model.ts';
import type { HealthSubject } from './model.ts';

/** What was counted between two looks, and the seconds between them. */
export function between({ server, later }: HealthSubject): {
  readonly seconds: number;
  readonly by: (counter: keyof HealthCounters) => number;
} {
  const first = server!.counters;
  return {
    seconds: Math.max(0.001, later!.at - first.at),
    // A reset in between makes a counter smaller than it was.
    by: (counter) => Math.max(0, (later![counter] ?? 0) - (first[counter] ?? 0)),
  };
}
