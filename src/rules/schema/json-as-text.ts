import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** The type json where jsonb does more. */
export const jsonAsText: Rule = {
  id: 'json-as-text',
  group: 'types',
  severity: 'warning',
  finds: 'The type json where jsonb does more',
  because: 'json keeps the text: it is parsed at every use, has no equality and no index',
  instead: 'Use jsonb, unless the exact text matters.',
  find: ({ tables, quote }) =>
    tables.flatMap((table) =>
      table.columns
        .filter(({ type }) => type === 'json' || type === 'json[]')
        .map(({ name }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} is json.`,
          fix: `ALTER TABLE ${quote.name(table)} ALTER COLUMN ${quote.identifier(name)} TYPE jsonb`,
        })),
    ),
};
