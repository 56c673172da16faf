import type { Rule } from '../model.ts';
import { foreignKeysFrom } from '../../catalog/find.ts';
import { printName } from '../../catalog/identity.ts';

/** A foreign key of another type than its target. */
export const foreignKeyType: Rule = {
  id: 'foreign-key-type',
  group: 'habits',
  severity: 'warning',
  finds: 'A foreign key of another type than its target',
  because:
    'every comparison converts one side, indexes may stay unused, and the narrower side runs out first',
  instead: 'Give both sides the same type.',
  find: ({ catalog, tables, quote }) =>
    tables.flatMap((table) =>
      foreignKeysFrom(catalog, table).flatMap(({ constraint, to, references }) =>
        constraint.columns.flatMap((name, place) => {
          const own = table.columns.find((column) => column.name === name);
          const target = to?.columns.find((column) => column.name === references.columns[place]);
          return !own || !target || own.type === target.type
            ? []
            : [
                {
                  object: `${printName(table)}.${name}`,
                  message: `${name} is ${own.type}; ${references.name}.${target.name} is ${target.type}.`,
                  fix: `ALTER TABLE ${quote.name(table)} ALTER COLUMN ${quote.identifier(name)} TYPE ${target.type}`,
                },
              ];
        }),
      ),
    ),
};
