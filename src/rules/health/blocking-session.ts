import { plural } from '../../base/text.ts';
import { gravity, span } from './limits.ts';
import type { HealthRule } from './model.ts';

/** A session for which others wait. */
export const blockingSession: HealthRule = {
  id: 'blocking-session',
  group: 'sessions',
  severity: 'warning',
  finds: 'A session for which others wait',
  because: 'each waiting session keeps a connection, and those behind it wait as well',
  instead: 'End the one at the root, not those that wait.',
  threshold:
    'From 3 waiting sessions or 60 seconds on (error from 300 seconds): short waits are what locks are for.',
  needs: ['sessions'],
  find: ({ server, limits, sql }) => {
    const waiting = server!.sessions.filter(({ behind }) => behind.length > 0);
    const roots = new Set(waiting.flatMap(({ behind }) => behind));
    for (const { pid } of waiting) roots.delete(pid);
    return [...roots].flatMap((root) => {
      const mine = new Set([root]);
      const behind = new Set<number>();
      for (const pid of mine)
        for (const one of waiting)
          if (one.behind.includes(pid) && !mine.has(one.pid)) {
            mine.add(one.pid);
            behind.add(one.pid);
          }
      const longest = Math.max(
        ...waiting.filter(({ pid }) => behind.has(pid)).map(({ statement }) => statement ?? 0),
      );
      const severity =
        gravity(longest, limits.blocked) ?? (behind.size >= 3 ? ('warning' as const) : undefined);
      const blocker = server!.sessions.find(({ pid }) => pid === root);
      return severity === undefined
        ? []
        : [
            {
              object: root === 0 ? 'prepared transaction' : `session ${root}`,
              severity,
              message: `${plural(behind.size, 'session')} wait${behind.size === 1 ? 's' : ''} for session ${root}${blocker ? ` of ${blocker.role}${blocker.application === '' ? '' : ` (${blocker.application})`}, which is ${blocker.state}` : ''}, up to ${span(longest)}.`,
              ...(root === 0 ? {} : { fix: sql.endSession(root) }),
            },
          ];
    });
  },
};
