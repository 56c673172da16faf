import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A new column of a domain with a check. */
export const constrainedDomainColumn: ChangeRule = {
  id: 'constrained-domain-column',
  group: 'locks',
  severity: 'warning',
  finds: 'A new column of a domain with a check',
  because: 'the table is written anew, although every row stays empty',
  instead: 'Use the base type, and add the check NOT VALID.',
  check: (at) =>
    measured(
      at,
      ['add-column/constrained-domain', 'add-column/constrained-domain-default'],
      'The domain has a check',
      'forms',
    ),
};
