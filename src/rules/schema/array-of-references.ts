import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** References in an array. */
export const arrayOfReferences: Rule = {
  id: 'array-of-references',
  group: 'types',
  severity: 'warning',
  finds: 'References in an array',
  because: 'no foreign key holds the elements: rows that they mean can go away',
  instead: 'Use a table of pairs.',
  find: ({ tables }) =>
    tables.flatMap((table) =>
      table.columns
        .filter(
          ({ name, type }) =>
            /^(?:smallint|integer|bigint|uuid|text)\[\]$/.test(type) &&
            /(?:_ids|Ids|_refs|_keys)$/.test(name),
        )
        .map(({ name, type }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} is ${type} and seems to hold keys of another table.`,
        })),
    ),
};
