import { gravity } from './limits.ts';
import type { HealthRule } from './model.ts';

/** A subscription that cannot go on. */
export const subscriptionErrors: HealthRule = {
  id: 'subscription-errors',
  group: 'replication',
  severity: 'warning',
  finds: 'A subscription whose rows are refused',
  because: 'it tries the same row again and again, and its publisher keeps all log since',
  instead: 'Read the row in the server’s log, then mend it here or skip the transaction.',
  threshold: 'From one error on (error from 10); they count since the last reset.',
  needs: ['subscriptions'],
  find: ({ server, limits }) =>
    server!.subscriptions.flatMap(({ name, applyErrors, syncErrors }) => {
      const severity = gravity(applyErrors + syncErrors, limits.subscriptionErrors);
      return severity === undefined
        ? []
        : [
            {
              object: `subscription ${name}`,
              severity,
              message: `${name} failed ${applyErrors} times to apply and ${syncErrors} times to copy.`,
            },
          ];
    }),
};
