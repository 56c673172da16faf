import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A name so long that names made from it are cut. */
export const longName: Rule = {
  id: 'long-name',
  group: 'naming',
  severity: 'info',
  finds: 'A name so long that names made from it are cut',
  because:
    'constraints and indexes are named after their table and columns; beyond the limit the server cuts them, and two may become one',
  instead: 'Shorten it.',
  find: ({ tables, quote }) => {
    const most = quote.maxBytes - 15;
    return tables.flatMap((table) =>
      [
        { object: printName(table), name: table.name },
        ...table.columns.map(({ name }) => ({ object: `${printName(table)}.${name}`, name })),
      ]
        .filter(({ name }) => Buffer.byteLength(name) > most)
        .map(({ object, name }) => ({
          object,
          message: `${name} has ${Buffer.byteLength(name)} bytes; names may have ${quote.maxBytes}.`,
        })),
    );
  },
};
