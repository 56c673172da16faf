import type { HealthRule } from './model.ts';
import { percent, span } from './limits.ts';
import { between } from './rates.ts';

/** Transactions that come to nothing. */
export const rollbacks: HealthRule = {
  id: 'rollbacks',
  group: 'sessions',
  severity: 'warning',
  finds: 'Transactions that come to nothing',
  because: 'an application fails at something, over and over',
  instead: 'Read the errors in the server’s log.',
  threshold:
    'From 5 % and one a second on (error from 20 %): some applications end each reading so, and few of them do it that often.',
  needs: ['counters', 'rate'],
  find: (subject) => {
    const { seconds, by } = between(subject);
    const lost = by('rollbacks');
    const share = lost / Math.max(1, lost + by('commits'));
    return lost / seconds < 1 || share < 0.05
      ? []
      : [
          {
            object: 'server',
            severity: share >= 0.2 ? ('error' as const) : ('warning' as const),
            message: `${percent(share)} of the transactions of ${span(seconds)} were rolled back, ${lost}.`,
          },
        ];
  },
};
