import { keyOf, sameName } from '../../catalog/identity.ts';
import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A primary key USING INDEX over columns that may be empty. */
export const keyTakenOverWithScan: ChangeRule = {
  id: 'key-taken-over-with-scan',
  group: 'locks',
  severity: 'warning',
  finds: 'A primary key USING INDEX over columns that may be empty',
  because: 'nulls are looked for while the table is closed',
  instead:
    'Prove NOT NULL first: a validated check, or from 18 on a not-null constraint that was added NOT VALID and validated.',
  check: (at) =>
    measured(
      at,
      ['alter-table/add-primary-key-using-index-nullable'],
      'The columns are not known to be filled',
      'forms',
    ).filter(
      () =>
        at.before.catalog !== undefined &&
        at.facts.locks.every(
          ({ relation }) =>
            !at.before.partial?.has(keyOf(relation)) &&
            at.before.catalog?.tables.some((table) => sameName(table, relation)),
        ),
    ),
};
