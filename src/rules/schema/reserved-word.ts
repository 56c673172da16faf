import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A name that is a reserved word. */
export const reservedWord: Rule = {
  id: 'reserved-word',
  group: 'naming',
  severity: 'warning',
  finds: 'A name that is a reserved word',
  because: 'a reserved word works in quotes only, and tools that forget them fail',
  instead: 'Choose a name that says more.',
  find: ({ tables, quote }) => {
    return tables.flatMap((table) => [
      ...(quote.reserved(table.name)
        ? [{ object: printName(table), message: `${table.name} is a reserved word.` }]
        : []),
      ...table.columns
        .filter(({ name }) => quote.reserved(name))
        .map(({ name }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} is a reserved word.`,
        })),
    ]);
  },
};
