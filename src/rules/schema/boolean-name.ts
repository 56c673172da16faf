import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

const prefix = /^(?:is|has|can|was|should|may)(?:_|[A-Z])/;
/** Fewest columns that make a habit. */
const fewest = 3;

/** A boolean that is named otherwise than the rest. */
export const booleanName: Rule = {
  id: 'boolean-name',
  group: 'naming',
  severity: 'info',
  finds: 'A boolean that is named otherwise than the rest',
  because: 'where most booleans begin with is_ or has_, one that does not is read as something else',
  instead: 'Begin it as the others begin.',
  find: ({ catalog, tables, habits }) => {
    const all = catalog.tables.flatMap(({ columns }) => columns.filter(({ type }) => type === 'boolean'));
    const asked = all.filter(({ name }) => prefix.test(name));
    if (asked.length < fewest || asked.length * 3 < all.length * 2) return [];
    return tables.flatMap((table) =>
      table.columns
        .filter(({ name, type }) => type === 'boolean' && !prefix.test(name))
        .map(({ name }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} is a boolean; most others begin with ${habits.camel ? 'is or has' : 'is_ or has_'}.`,
        })),
    );
  },
};
