import { gravity, span } from './limits.ts';
import type { HealthRule } from './model.ts';

/** A transaction that has been open for long. */
export const longTransaction: HealthRule = {
  id: 'long-transaction',
  group: 'sessions',
  severity: 'warning',
  finds: 'A transaction that has been open for long',
  because: 'no dead row that it could see is removed, and its locks stay',
  instead: 'Ask who runs it; split it, or end it.',
  threshold: 'From an hour on (error from 4): reports and dumps of that length belong on a replica.',
  needs: ['sessions'],
  find: ({ server, limits, sql }) =>
    server!.sessions.flatMap(({ pid, role, application, state, transaction, idle }) => {
      const severity = gravity(transaction ?? 0, limits.transaction);
      // One that does nothing is told as such.
      const told =
        state.startsWith('idle in transaction') && gravity(idle ?? 0, limits.idleInTransaction) !== undefined;
      return severity === undefined || told
        ? []
        : [
            {
              object: `session ${pid}`,
              severity,
              message: `Session ${pid} of ${role}${application === '' ? '' : ` (${application})`} has a transaction open for ${span(transaction!)}.`,
              fix: sql.endSession(pid),
            },
          ];
    }),
};
