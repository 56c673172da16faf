import { plural } from '../../base/text.ts';
import type { HealthRule } from './model.ts';

/** Sessions over the network in clear text. */
export const unencryptedSession: HealthRule = {
  id: 'unencrypted-session',
  group: 'sessions',
  severity: 'warning',
  finds: 'Sessions from other machines without encryption',
  because: 'whoever is on the way reads rows and statements',
  instead: 'Allow only hostssl lines in pg_hba.conf, and set sslmode=verify-full for applications.',
  threshold:
    'Any session that comes from another machine; one through a local pooler or socket does not count.',
  needs: ['sessions'],
  find: ({ server }) => {
    const open = server!.sessions.filter(({ remote, encrypted }) => remote && encrypted === false);
    const roles = [...new Set(open.map(({ role }) => role))];
    return open.length === 0
      ? []
      : [
          {
            object: 'server',
            message: `${plural(open.length, 'session')} of ${roles.slice(0, 5).join(', ')} come over the network without encryption.`,
          },
        ];
  },
};
