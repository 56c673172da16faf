import { known, measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** REINDEX without CONCURRENTLY. */
export const indexRebuiltWithLock: ChangeRule = {
  id: 'index-rebuilt-with-lock',
  group: 'locks',
  severity: 'error',
  finds: 'REINDEX without CONCURRENTLY',
  because: 'writers of the table wait, and readers that would use the index too',
  instead: 'Use REINDEX … CONCURRENTLY.',
  check(at) {
    if (!known(at, 'index/reindex', 'index/reindex-table')) return [];
    const fix = at.sql.replace(/^(REINDEX\s+(?:\([^)]*\)\s*)?(?:INDEX|TABLE))\s+/i, '$1 CONCURRENTLY ');
    return measured(at, ['index/reindex', 'index/reindex-table'], 'The index is built anew under a lock').map(
      (offence) => ({
        ...offence,
        fix,
      }),
    );
  },
};
