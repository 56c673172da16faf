import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A boolean that may be empty. */
export const nullableBoolean: Rule = {
  id: 'nullable-boolean',
  group: 'habits',
  severity: 'warning',
  finds: 'A boolean that may be empty',
  because: 'yes, no and nothing: conditions on it forget the third',
  instead: 'Make it NOT NULL with a default.',
  find: ({ tables, quote }) =>
    tables.flatMap((table) =>
      table.columns
        .filter(({ type, notNull, generated }) => type === 'boolean' && !notNull && !generated)
        .map(({ name }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} may be empty.`,
          fix: `ALTER TABLE ${quote.name(table)} ALTER COLUMN ${quote.identifier(name)} SET NOT NULL`,
        })),
    ),
};
