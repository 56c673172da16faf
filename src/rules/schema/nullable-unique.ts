import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A unique over columns that may be empty. */
export const nullableUnique: Rule = {
  id: 'nullable-unique',
  group: 'habits',
  severity: 'info',
  finds: 'A unique over columns that may be empty',
  because: 'rows with an empty value never collide, so the same values can stand twice',
  instead: 'Make the columns NOT NULL, or say NULLS NOT DISTINCT.',
  find: ({ tables }) =>
    tables.flatMap((table) =>
      table.constraints
        .filter(({ kind, definition }) => kind === 'unique' && !definition.includes('NULLS NOT DISTINCT'))
        .flatMap(({ name, columns }) => {
          const empty = columns.filter((each) =>
            table.columns.some((column) => column.name === each && !column.notNull),
          );
          return empty.length === 0 || columns.length === 1
            ? []
            : [
                {
                  object: `${printName(table)} constraint ${name}`,
                  message: `${name} does not hold for rows whose ${empty.join(' or ')} is empty.`,
                },
              ];
        }),
    ),
};
