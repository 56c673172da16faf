import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A length of 255 that nobody chose. */
export const varchar255: Rule = {
  id: 'varchar-255',
  group: 'types',
  severity: 'info',
  finds: 'A length of 255 that nobody chose',
  because: 'the number comes from another product; here it saves nothing, and a longer value fails',
  instead: 'Use text, with a check where a length matters.',
  find: ({ tables, quote }) =>
    tables.flatMap((table) =>
      table.columns
        .filter(({ type }) => /^character varying\(25[56]\)$/.test(type))
        .map(({ name, type }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} is ${type}.`,
          fix: `ALTER TABLE ${quote.name(table)} ALTER COLUMN ${quote.identifier(name)} TYPE text`,
        })),
    ),
};
