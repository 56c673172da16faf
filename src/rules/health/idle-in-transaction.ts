import { gravity, span } from './limits.ts';
import type { HealthRule } from './model.ts';

/** A transaction that is open and does nothing. */
export const idleInTransaction: HealthRule = {
  id: 'idle-in-transaction',
  group: 'sessions',
  severity: 'warning',
  finds: 'A transaction that is open and does nothing',
  because: 'it keeps its locks and its snapshot while its application does something else',
  instead: 'End it, find the application, and set idle_in_transaction_session_timeout for its role.',
  threshold: 'From 5 minutes on (error from 15): no application thinks for so long between two statements.',
  needs: ['sessions'],
  find: ({ server, limits, sql }) =>
    server!.sessions.flatMap(({ pid, role, application, state, idle }) => {
      const severity = state.startsWith('idle in transaction')
        ? gravity(idle ?? 0, limits.idleInTransaction)
        : undefined;
      return severity === undefined
        ? []
        : [
            {
              object: `session ${pid}`,
              severity,
              message: `Session ${pid} of ${role}${application === '' ? '' : ` (${application})`} has been idle in a transaction for ${span(idle!)}.`,
              fix: sql.endSession(pid),
            },
          ];
    }),
};
