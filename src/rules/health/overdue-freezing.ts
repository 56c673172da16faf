import { printName } from '../../catalog/identity.ts';
import { formatCount } from '../../base/units.ts';
import { gravity } from './limits.ts';
import type { HealthRule } from './model.ts';

/** Tables that the server must freeze and does not get to. */
export const overdueFreezing: HealthRule = {
  id: 'overdue-freezing',
  group: 'cleaning',
  severity: 'warning',
  finds: 'A table that the server should have frozen long ago',
  because:
    'it does so on its own from that age on; that it is older means that it cannot keep up, or is held up',
  instead:
    'Look for locks and old snapshots, give autovacuum more workers or a higher limit of cost, and freeze it by hand.',
  threshold:
    'From 110 % of autovacuum_freeze_max_age on (error from 125 %): a table a little over it is just waiting for its turn.',
  needs: ['ages'],
  find: ({ server, limits, sql }) =>
    server!.ages.tables.flatMap((table) => {
      const severity = gravity(table.age / server!.ages.freezeAt, limits.overFreeze);
      return severity === undefined
        ? []
        : [
            {
              object: printName(table),
              severity,
              message: `The oldest row of ${table.name} is ${formatCount(table.age)} transactions old; it should be frozen at ${formatCount(server!.ages.freezeAt)}.`,
              fix: sql.freeze(table),
            },
          ];
    }),
};
