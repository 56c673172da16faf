import { gravity, span } from './limits.ts';
import type { HealthRule } from './model.ts';

/** A statement that has been running for long. */
export const longStatement: HealthRule = {
  id: 'long-statement',
  group: 'sessions',
  severity: 'warning',
  finds: 'A statement that has been running for long',
  because: 'nobody waits for its answer any more, and it takes memory, disk and a snapshot',
  instead: 'Look at its plan, cancel it, and set statement_timeout for its role.',
  threshold: 'From 30 minutes on (error from an hour); one that waits for a lock is told as blocked.',
  needs: ['sessions'],
  find: ({ server, limits, sql }) =>
    server!.sessions.flatMap(({ pid, role, application, statement, behind }) => {
      const severity = behind.length > 0 ? undefined : gravity(statement ?? 0, limits.statement);
      return severity === undefined
        ? []
        : [
            {
              object: `session ${pid}`,
              severity,
              message: `Session ${pid} of ${role}${application === '' ? '' : ` (${application})`} has been running one statement for ${span(statement!)}.`,
              fix: sql.endSession(pid),
            },
          ];
    }),
};
