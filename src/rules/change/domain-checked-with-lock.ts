import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A domain whose values are tried while writers wait. */
export const domainCheckedWithLock: ChangeRule = {
  id: 'domain-checked-with-lock',
  group: 'locks',
  severity: 'error',
  finds: 'A domain whose values are tried while writers wait',
  because: 'writers of every table that uses it wait, for VALIDATE too: there is no way beside them',
  instead: 'Put the check on the tables, NOT VALID and validated.',
  check: (at) =>
    measured(at, ['domain/add-check', 'domain/validate', 'domain/set-not-null'], 'Every value is tried'),
};
