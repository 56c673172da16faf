import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A UUID that is kept as text. */
export const uuidAsText: Rule = {
  id: 'uuid-as-text',
  group: 'types',
  severity: 'warning',
  finds: 'A UUID that is kept as text',
  because: 'it takes 37 bytes instead of 16 in the table and in every index, and takes values that are none',
  instead: 'Use uuid.',
  find: ({ tables, quote, types }) =>
    tables.flatMap((table) =>
      table.columns
        .filter(
          ({ name, type }) =>
            types.family(type) === 'text' &&
            (/(?:^|_)[ug]uid(?:_|$)/i.test(name) || /^character(?: varying)?\(36\)$/.test(type)),
        )
        .map(({ name, type }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} is ${type} and seems to hold UUIDs.`,
          fix: `ALTER TABLE ${quote.name(table)} ALTER COLUMN ${quote.identifier(name)} TYPE uuid USING ${quote.identifier(name)}::uuid`,
        })),
    ),
};
