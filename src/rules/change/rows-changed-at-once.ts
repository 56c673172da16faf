import { inUse, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** UPDATE or DELETE of all rows at once. */
export const rowsChangedAtOnce: ChangeRule = {
  id: 'rows-changed-at-once',
  group: 'data',
  severity: 'warning',
  finds: 'UPDATE or DELETE of all rows at once',
  because: 'all of them stay locked until it ends, each gets a second version, and a failure begins anew',
  instead: 'Go along the key in batches of some thousand rows, each in its own transaction.',
  check: (at) =>
    [...inUse(at, 'update'), ...inUse(at, 'delete')].flatMap((deed) =>
      deed.words.includes('all') || deed.words.includes('unbounded')
        ? [
            {
              message: `${deed.kind === 'update' ? 'Rows are written' : 'Rows are deleted'} all at once, and stay locked until the end.`,
              object: placeOf(deed),
              ...(deed.table ? { tables: [deed.table] } : {}),
              fix: 'forms' as const,
            },
          ]
        : [],
    ),
};
