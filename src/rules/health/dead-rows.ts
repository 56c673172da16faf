import { printName } from '../../catalog/identity.ts';
import { formatCount } from '../../base/units.ts';
import { gravity, percent } from './limits.ts';
import type { HealthRule } from './model.ts';

/** Many rows that nobody sees any more. */
export const deadRows: HealthRule = {
  id: 'dead-rows',
  group: 'cleaning',
  severity: 'warning',
  finds: 'A table of which a large part is rows that nobody sees any more',
  because: 'every scan passes over them, and the table grows',
  instead:
    'Clean it, then let autovacuum come sooner for it; where they come back, somebody holds an old snapshot.',
  threshold:
    'From 10,000 dead rows and 20 % on (error from 40 %): autovacuum comes at 20 % by itself, and needs a moment.',
  needs: [],
  find: ({ tables, limits, activity, sql, quote }) =>
    tables.flatMap((table) => {
      const counted = activity(table);
      if (!counted || counted.dead <= limits.smallRows) return [];
      const share = counted.dead / (counted.dead + counted.live);
      const severity = gravity(share, limits.dead);
      return severity === undefined
        ? []
        : [
            {
              object: printName(table),
              severity,
              message: `${percent(share)} of the rows of ${table.name} are dead: ${formatCount(counted.dead)} beside ${formatCount(counted.live)}.`,
              fix: [
                sql.clean(table),
                ...(table.options.some((option) => option.startsWith('autovacuum_vacuum_scale_factor='))
                  ? []
                  : [`ALTER TABLE ${quote.name(table)} SET (autovacuum_vacuum_scale_factor = 0.05)`]),
              ].join(';\n'),
            },
          ];
    }),
};
