import { sameName } from '../../catalog/identity.ts';
import { deeds, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** CONCURRENTLY on a partitioned table. */
export const concurrentBuildOnPartitioned: ChangeRule = {
  id: 'concurrent-build-on-partitioned',
  group: 'locks',
  severity: 'error',
  finds: 'CONCURRENTLY on a partitioned table',
  because: 'the server refuses it',
  instead: 'Build ON ONLY the whole, CONCURRENTLY on each partition, and attach them.',
  check(at) {
    const { tables = [] } = at.before.catalog ?? {};
    return deeds(at, 'create index', 'concurrently').flatMap((deed) =>
      tables.some((table) => deed.table && sameName(table, deed.table) && table.kind === 'partitioned')
        ? [
            {
              message: `${placeOf({ ...deed, name: '' })} is partitioned: the server refuses to build its index concurrently.`,
              object: placeOf({ ...deed, name: '' }),
              fix: 'forms' as const,
            },
          ]
        : [],
    );
  },
};
