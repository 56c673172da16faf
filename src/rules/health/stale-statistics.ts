import { keyOf, printName } from '../../catalog/identity.ts';
import { formatCount } from '../../base/units.ts';
import { gravity, percent } from './limits.ts';
import type { HealthRule } from './model.ts';

/** Statistics that tell of other rows. */
export const staleStatistics: HealthRule = {
  id: 'stale-statistics',
  group: 'cleaning',
  severity: 'warning',
  finds: 'Statistics that tell of other rows than there are',
  because: 'the planner chooses by them, and a wrong estimate costs more than any missing index',
  instead: 'Count anew, and let autovacuum count this table sooner.',
  threshold:
    'From 10,000 changed rows and half of the table on, a note from 20 %: it is counted at 10 % by itself; tables with rows that nobody ever counted too.',
  needs: [],
  find: ({ tables, snapshot, limits, activity, sql, now }) => {
    const figures = new Map(snapshot.relations.map((one) => [keyOf(one), one]));
    return tables.flatMap((table) => {
      const found = figures.get(keyOf(table));
      const live = Math.max(found?.rows ?? 0, activity(table)?.live ?? 0);
      if (!found || live < limits.smallRows) return [];
      if (found.rows < 0 || (found.rows === 0 && found.pages === 0))
        return [
          {
            object: printName(table),
            severity: 'warning' as const,
            message: `Nobody ever counted ${table.name}, which has some ${formatCount(live)} rows.`,
            fix: sql.count(table),
          },
        ];
      const changed = found.changedSince ?? 0;
      // What a load counts may arrive after the ANALYZE at its end.
      const fresh = found.analyzedAt !== undefined && now - Date.parse(found.analyzedAt) < 600_000;
      const severity =
        fresh || changed < limits.smallRows ? undefined : gravity(changed / live, limits.stale);
      return severity === undefined
        ? []
        : [
            {
              object: printName(table),
              severity: severity === 'error' ? ('warning' as const) : ('info' as const),
              message: `${formatCount(changed)} rows of ${table.name}, ${percent(changed / live)}, were changed since it was counted${found.analyzedAt === undefined ? '' : ` at ${found.analyzedAt.slice(0, 16)}`}.`,
              fix: sql.count(table),
            },
          ];
    });
  },
};
