import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** An index that is built while writers wait. */
export const indexBuiltWithLock: ChangeRule = {
  id: 'index-built-with-lock',
  group: 'locks',
  severity: 'error',
  finds: 'An index that is built while writers wait',
  because:
    'a plain build keeps writers of the table out until it is finished, for as long as the table is large',
  instead: 'Build it with CONCURRENTLY, alone and outside a transaction, and look at indisvalid afterwards.',
  check: (at) =>
    measured(at, ['index/create', 'index/create-partitioned'], 'The index is built under a lock', 'forms'),
};
