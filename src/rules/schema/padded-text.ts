import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** ISO codes of countries and currencies are never shorter than they may be. */
const longestCode = 3;

/** Text that is padded with blanks. */
export const paddedText: Rule = {
  id: 'padded-text',
  group: 'types',
  severity: 'warning',
  finds: 'Text that is padded with blanks',
  because: 'char(n) stores blanks up to n and compares without them; it saves nothing and surprises',
  instead: 'Use text with a check of its length; codes of up to three letters may stay.',
  find: ({ tables, quote }) =>
    tables.flatMap((table) =>
      table.columns
        .filter(({ type }) => Number(/^character\((\d+)\)$/.exec(type)?.[1] ?? 0) > longestCode)
        .map(({ name, type }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} is ${type}: shorter values are padded with blanks.`,
          fix: `ALTER TABLE ${quote.name(table)} ALTER COLUMN ${quote.identifier(name)} TYPE text`,
        })),
    ),
};
