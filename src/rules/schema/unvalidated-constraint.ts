import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A constraint that was never checked on the rows that are there. */
export const unvalidatedConstraint: Rule = {
  id: 'unvalidated-constraint',
  group: 'habits',
  severity: 'warning',
  finds: 'A constraint that was never checked on the rows that are there',
  because: 'rows from before may break it, and the planner does not rely on it',
  instead: 'Validate it; readers and writers go on meanwhile.',
  find: ({ tables, quote }) =>
    tables.flatMap((table) =>
      table.constraints
        .filter(({ validated, enforced }) => !validated || !enforced)
        .map(({ name, enforced }) => ({
          object: `${printName(table)} constraint ${name}`,
          message: enforced ? `${name} is not validated.` : `${name} is not enforced.`,
          ...(enforced
            ? { fix: `ALTER TABLE ${quote.name(table)} VALIDATE CONSTRAINT ${quote.identifier(name)}` }
            : {}),
        })),
    ),
};
