import { plural } from '../../base/text.ts';
import type { HealthRule } from './model.ts';
import { between } from './rates.ts';
import { span } from './limits.ts';

/** Deadlocks. */
export const deadlocks: HealthRule = {
  id: 'deadlocks',
  group: 'sessions',
  severity: 'warning',
  finds: 'Deadlocks',
  because:
    'two transactions take the same rows in different orders, and one of them is thrown away after a second of waiting',
  instead: 'Read both statements in the server’s log, and let them take rows in one order.',
  threshold: 'Any within the window; an error from five a minute on.',
  needs: ['counters', 'rate'],
  find: (subject) => {
    const { seconds, by } = between(subject);
    const count = by('deadlocks');
    return count === 0
      ? []
      : [
          {
            object: 'server',
            severity: count >= Math.max(5, seconds / 12) ? ('error' as const) : ('warning' as const),
            message: `${plural(count, 'deadlock')} in ${span(seconds)}.`,
          },
        ];
  },
};
