import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** Row security that does not bind the owner. */
export const unforcedRowSecurity: Rule = {
  id: 'unforced-row-security',
  group: 'habits',
  severity: 'info',
  finds: 'Row security that does not bind the owner',
  because: 'an application that connects as the owner passes every policy',
  instead: 'Force it, or see that the application is not the owner.',
  find: ({ tables, quote }) =>
    tables
      .filter(({ rowSecurity, policies }) => rowSecurity === 'on' && policies.length > 0)
      .map((table) => ({
        object: printName(table),
        message: `The owner of ${table.name} passes its policies.`,
        fix: `ALTER TABLE ${quote.name(table)} FORCE ROW LEVEL SECURITY`,
      })),
};
