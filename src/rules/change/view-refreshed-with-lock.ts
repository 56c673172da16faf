import { known } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** REFRESH MATERIALIZED VIEW without CONCURRENTLY. */
export const viewRefreshedWithLock: ChangeRule = {
  id: 'view-refreshed-with-lock',
  group: 'locks',
  severity: 'warning',
  finds: 'REFRESH MATERIALIZED VIEW without CONCURRENTLY',
  because: 'readers of the view wait until the query is done',
  instead: 'Use REFRESH MATERIALIZED VIEW CONCURRENTLY; it needs a unique index on plain columns.',
  check: (at) =>
    known(at, 'materialized-view/refresh')
      ? [
          {
            message: 'Readers of the view wait until its query is done: ACCESS EXCLUSIVE.',
            fix: at.sql.replace(/^(REFRESH\s+MATERIALIZED\s+VIEW)\s+/i, '$1 CONCURRENTLY '),
          },
        ]
      : [],
};
