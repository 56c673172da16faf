import type { Rule } from '../model.ts';
import { primaryKey } from '../../catalog/find.ts';
import { printName } from '../../catalog/identity.ts';

/** A numbered key that runs out early. */
export const smallKey: Rule = {
  id: 'small-key',
  group: 'types',
  severity: 'warning',
  finds: 'A numbered key that runs out early',
  because:
    'at 32,767 (or 2,147,483,647) inserts fail at once, and the way to a wider key rewrites the table and all that refer to it',
  instead: 'Use bigint for keys that the server numbers.',
  find: ({ tables, quote }) =>
    tables.flatMap((table) =>
      table.columns
        .filter(
          ({ name, type, identity, default: text }) =>
            /^(?:smallint|integer)$/.test(type) &&
            primaryKey(table).includes(name) &&
            (identity !== undefined || (text ?? '').startsWith('nextval(')),
        )
        .map(({ name, type }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} is a numbered key of ${type}, which ends at ${type === 'smallint' ? '32,767' : '2,147,483,647'}.`,
          fix: `ALTER TABLE ${quote.name(table)} ALTER COLUMN ${quote.identifier(name)} TYPE bigint`,
        })),
    ),
};
