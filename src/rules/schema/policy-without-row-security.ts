import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A policy that has no effect. */
export const policyWithoutRowSecurity: Rule = {
  id: 'policy-without-row-security',
  group: 'habits',
  severity: 'error',
  finds: 'A policy that has no effect',
  because: 'the policy is written, but row security is switched off: everybody sees every row',
  instead: 'Switch row security on.',
  find: ({ tables, quote }) =>
    tables
      .filter(({ rowSecurity, policies }) => rowSecurity === 'off' && policies.length > 0)
      .map((table) => ({
        object: printName(table),
        message: `${table.name} has policies, and row security is off.`,
        fix: `ALTER TABLE ${quote.name(table)} ENABLE ROW LEVEL SECURITY`,
      })),
};
