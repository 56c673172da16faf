import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';
import { isPlural, pluralOf, singularOf } from '../../catalog/naming.ts';

/** Words without another number, and names for what happened to another table. */
const neither =
  /(?:data|history|information|metadata|staff|series|audit|outbox|queue|archive|log|news|summary|inventory|stock|equipment|content|media|settings|config|closure|status|usage|load|hourly|daily|weekly|monthly|yearly)$/i;

/** A table in the singular where others are in the plural, or the other way round. */
export const tableNumber: Rule = {
  id: 'table-number',
  group: 'naming',
  severity: 'info',
  finds: 'A table in the singular where others are in the plural, or the other way round',
  because: 'people guess table names; one habit makes the guess right',
  instead: 'Rename it as the others are named.',
  find: ({ tables, habits, standards, quote }) => {
    const wanted = standards.tables ?? (habits.plural ? 'plural' : 'singular');
    if (wanted === 'any') return [];
    return tables
      .filter(({ name }) => !neither.test(name) && isPlural(name) !== (wanted === 'plural'))
      .map((table) => {
        const better = wanted === 'plural' ? pluralOf(table.name) : singularOf(table.name);
        return {
          object: printName(table),
          message: `${table.name} is not in the ${wanted}, as the other tables are.`,
          fix: `ALTER TABLE ${quote.name(table)} RENAME TO ${quote.identifier(better)}`,
        };
      });
  },
};
