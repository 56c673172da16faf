import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A constraint or an index that is named otherwise than the rest. */
export const constraintName: Rule = {
  id: 'constraint-name',
  group: 'naming',
  severity: 'info',
  finds: 'A constraint or an index that is named otherwise than the rest',
  because:
    'errors and plans name constraints and indexes; a known form tells the table and the columns at once',
  instead: 'Rename it in the form of the house.',
  find: ({ tables, habits, quote }) =>
    tables.flatMap((table) => {
      const fits = (name: string, wanted: string): boolean =>
        name === wanted || name.replace(/\d+$/, '') === wanted || Buffer.byteLength(wanted) > quote.maxBytes;
      const constraints = table.constraints.flatMap(({ name, kind, columns }) => {
        if (kind !== 'primary' && kind !== 'foreign') return [];
        const wanted = habits.templates[kind](table.name, columns);
        const shorter = columns.map((column) => habits.templates[kind](table.name, [column]));
        return [wanted, ...shorter].some((form) => fits(name, form))
          ? []
          : [
              {
                object: `${printName(table)} constraint ${name}`,
                message: `${name} would be ${wanted} in the form of the house.`,
                fix: `ALTER TABLE ${quote.name(table)} RENAME CONSTRAINT ${quote.identifier(name)} TO ${quote.identifier(wanted)}`,
              },
            ];
      });
      // Partial indexes and those over expressions need names that say more.
      const indexes = table.indexes.flatMap(
        ({ name, keys, predicate, constraint, unique, schema, partOf }) => {
          const plain = keys.every((key) => table.columns.some((column) => column.name === key));
          if (constraint !== undefined || predicate !== undefined || !plain || partOf) return [];
          const wanted = habits.templates[unique ? 'unique' : 'index'](table.name, keys);
          const other = habits.templates.index(table.name, keys);
          return fits(name, wanted) || fits(name, other) || name.includes(table.name)
            ? []
            : [
                {
                  object: `${printName(table)} index ${name}`,
                  message: `${name} does not tell its table; in the form of the house it is ${other}.`,
                  fix: `ALTER INDEX ${quote.name({ schema, name })} RENAME TO ${quote.identifier(other)}`,
                },
              ];
        },
      );
      return [...constraints, ...indexes];
    }),
};
