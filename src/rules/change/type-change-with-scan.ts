import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A type change that tries a check or builds indexes again. */
export const typeChangeWithScan: ChangeRule = {
  id: 'type-change-with-scan',
  group: 'locks',
  severity: 'warning',
  finds: 'A type change that tries a check or builds indexes again',
  because: 'rows are kept, and yet the table is read while it is closed',
  instead: 'Take the constraint or index down first, and bring it back NOT VALID or CONCURRENTLY.',
  check: (at) =>
    measured(at, ['change-type/checked', 'change-type/collation-indexed'], 'The rows are kept, but'),
};
