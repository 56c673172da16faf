import { keyOf } from '../../catalog/identity.ts';
import type { Name } from '../../catalog/model.ts';
import type { WhatIf } from '../../engine/model.ts';
import type { WhatIfCalls } from './model.ts';

/** The same experiments, counted: each plan asked for is one call, each index made or removed one more. */
export function countingWhatIf(
  whatIf: WhatIf,
): WhatIf & { calls(): WhatIfCalls; /** Indexes made here that are still there. */ left(): readonly Name[] } {
  const calls = { priced: 0, created: 0, dropped: 0, statistics: 0 };
  const made = new Map<string, Name>();
  return {
    left: () => [...made.values()],
    calls: () => ({ ...calls }),
    async create(wishes) {
      calls.created += wishes.length;
      const guesses = await whatIf.create(wishes);
      for (const { name } of guesses) made.set(keyOf(name), name);
      return guesses;
    },
    drop(indexes) {
      calls.dropped += indexes.length;
      for (const name of indexes) made.delete(keyOf(name));
      return whatIf.drop(indexes);
    },
    price(sql, values, trial) {
      calls.priced += 1;
      return whatIf.price(sql, values, trial);
    },
    generic(sql, trial) {
      calls.priced += 1;
      return whatIf.generic(sql, trial);
    },
    statistics(table, columns, distinct, dependency) {
      calls.statistics += 1;
      return whatIf.statistics(table, columns, distinct, dependency);
    },
    dropStatistics: (name) => whatIf.dropStatistics(name),
    close: () => whatIf.close(),
  };
}
