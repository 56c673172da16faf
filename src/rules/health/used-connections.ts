import { gravity, percent } from './limits.ts';
import type { HealthRule } from './model.ts';

/** Connections that run out. */
export const usedConnections: HealthRule = {
  id: 'used-connections',
  group: 'sessions',
  severity: 'warning',
  finds: 'Connections that run out',
  because: 'the next one is refused, that of the administrator’s tool too',
  instead: 'Put a pooler in front, and give each application a limit.',
  threshold:
    'From 75 % on (error from 90 %) of max_connections less the reserved ones: the rest is one deployment.',
  needs: ['settings'],
  find: ({ server, limits }) => {
    const { used, limit } = server!.connections;
    if (limit === 0) return [];
    const severity = gravity(used / limit, limits.connections);
    const idle = server!.sessions.filter(({ state }) => state === 'idle').length;
    return severity === undefined
      ? []
      : [
          {
            object: 'server',
            severity,
            message: `${used} of ${limit} connections are used, ${percent(used / limit)}; ${idle} that we may see are idle.`,
          },
        ];
  },
};
