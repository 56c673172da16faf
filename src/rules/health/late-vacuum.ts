import { keyOf, printName } from '../../catalog/identity.ts';
import { formatCount } from '../../base/units.ts';
import { span } from './limits.ts';
import type { HealthRule, HealthSubject } from './model.ts';

/** A table that autovacuum has not reached. */
export const lateVacuum: HealthRule = {
  id: 'late-vacuum',
  group: 'cleaning',
  severity: 'warning',
  finds: 'A table whose cleaning is due and does not come',
  because: 'all workers are busy, or each of them gives way to a lock; the table grows meanwhile',
  instead:
    'Look for locks that are held for long, raise the limit of cost, add workers, and clean it by hand.',
  threshold:
    'From three times the dead rows at which autovacuum begins on, or from that number on when the last cleaning is 7 days ago: it starts within a minute when a worker is free.',
  needs: [],
  find: (subject) => {
    const figures = new Map(subject.snapshot.relations.map((one) => [keyOf(one), one]));
    return subject.tables.flatMap((table) => {
      const counted = subject.activity(table);
      if (!counted || counted.dead < 1000) return [];
      const due = threshold(subject, subject.rows(table), table.options);
      const cleaned = figures.get(keyOf(table))?.vacuumedAt;
      const ago = cleaned === undefined ? undefined : (subject.now - Date.parse(cleaned)) / 1000;
      const late = counted.dead >= 3 * due || (counted.dead >= due && ago !== undefined && ago >= 7 * 86_400);
      // What counts as many dead rows is told by that rule.
      const many =
        counted.dead > subject.limits.smallRows &&
        counted.dead / (counted.dead + counted.live) >= subject.limits.dead[0];
      return late && !many
        ? [
            {
              object: printName(table),
              message: `${table.name} has ${formatCount(counted.dead)} dead rows, autovacuum begins at ${formatCount(due)}, and it was ${ago === undefined ? 'never cleaned since the counters began' : `last cleaned ${span(ago)} ago`}.`,
              fix: subject.sql.clean(table),
            },
          ]
        : [];
    });
  },
};

/** Dead rows at which autovacuum begins. */
function threshold({ snapshot }: HealthSubject, rows: number, options: readonly string[]): number {
  const setting = (name: string, usual: number): number => {
    const own = options.find((option) => option.startsWith(`${name}=`))?.split('=')[1];
    const value = own ?? snapshot.settings.find((one) => one.name === name && one.role === undefined)?.value;
    return value === undefined || !Number.isFinite(Number(value)) ? usual : Number(value);
  };
  return (
    setting('autovacuum_vacuum_threshold', 50) +
    setting('autovacuum_vacuum_scale_factor', 0.2) * Math.max(0, rows)
  );
}
