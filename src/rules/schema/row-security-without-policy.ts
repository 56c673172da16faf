import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** Row security without a policy. */
export const rowSecurityWithoutPolicy: Rule = {
  id: 'row-security-without-policy',
  group: 'habits',
  severity: 'warning',
  finds: 'Row security without a policy',
  because: 'nobody but the owner sees a row, and nothing says that this is meant',
  instead: 'Add a policy, or switch row security off.',
  find: ({ tables }) =>
    tables
      // A partition is read through its table, whose policies hold there; alone it shows nothing on purpose.
      .filter(
        ({ rowSecurity, policies, partitionOf }) =>
          rowSecurity !== 'off' && policies.length === 0 && partitionOf === undefined,
      )
      .map((table) => ({
        object: printName(table),
        message: `${table.name} has row security and no policy.`,
      })),
};
