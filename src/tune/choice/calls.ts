import type { WhatIf } from '../../engine/model.ts';
import type { WhatIfCalls } from './model.ts';

/** The same experiments, counted: each plan asked for is one call, each index made or removed one more. */
export function countingWhatIf(whatIf: WhatIf): WhatIf & { calls(): WhatIfCalls } {
  const calls = { priced: 0, created: 0, dropped: 0, statistics: 0 };
  return {
    calls: () => ({ ...calls }),
    create(wishes) {
      calls.created += wishes.length;
      return whatIf.create(wishes);
    },
    drop(indexes) {
      calls.dropped += indexes.length;
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
    statistics(table, columns, distinct) {
      calls.statistics += 1;
      return whatIf.statistics(table, columns, distinct);
    },
    dropStatistics: (name) => whatIf.dropStatistics(name),
    close: () => whatIf.close(),
  };
}
