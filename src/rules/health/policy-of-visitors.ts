import { printName } from '../../catalog/identity.ts';
import type { HealthRule } from './model.ts';

/** A policy that believes what users say of themselves. */
export const policyOfVisitors: HealthRule = {
  id: 'policy-of-visitors',
  group: 'rights',
  severity: 'error',
  finds: 'A policy that believes what users write about themselves',
  because: 'each user may change that part of the own account, and so the rights',
  instead: 'Use a claim that only the server writes (app_metadata), or a table of rights.',
  threshold: 'Policies that name user_metadata.',
  needs: [],
  find: ({ structure: { tables } }) =>
    tables.flatMap((table) =>
      table.policies
        .filter(({ using, check }) => /\b(?:raw_)?user_meta_?data\b/.test(`${using ?? ''} ${check ?? ''}`))
        .map(({ name }) => ({
          object: `${printName(table)} policy ${name}`,
          message: `${name} goes by user_metadata.`,
        })),
    ),
};
