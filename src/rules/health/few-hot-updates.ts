import { printName } from '../../catalog/identity.ts';
import { formatCount } from '../../base/units.ts';
import { percent } from './limits.ts';
import type { HealthRule } from './model.ts';

/** Updates that must write every index. */
export const fewHotUpdates: HealthRule = {
  id: 'few-hot-updates',
  group: 'indexes',
  severity: 'info',
  finds: 'Updates that must write every index',
  because:
    'a new row version that finds no room on its page, or changes an indexed column, gets a new entry in each index',
  instead: 'Leave room on the pages, and drop indexes on columns that change often.',
  threshold:
    'From 10,000 updates on of which fewer than half stayed on their page: below, the cost is not seen.',
  needs: [],
  find: ({ tables, limits, activity, quote }) =>
    tables.flatMap((table) => {
      const counted = activity(table);
      if (!counted || counted.updated < limits.smallRows) return [];
      const hot = counted.hotUpdated / counted.updated;
      const roomy = table.options.some((option) => option.startsWith('fillfactor='));
      return hot >= 0.5
        ? []
        : [
            {
              object: printName(table),
              message: `${percent(hot)} of ${formatCount(counted.updated)} updates of ${table.name} stayed on their page (HOT)${roomy ? ', though room is left for them: an index is on a column that changes' : ''}.`,
              ...(roomy ? {} : { fix: `ALTER TABLE ${quote.name(table)} SET (fillfactor = 90)` }),
            },
          ];
    }),
};
