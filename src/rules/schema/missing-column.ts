import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A table without a column that the team expects in each. */
export const missingColumn: Rule = {
  id: 'missing-column',
  group: 'habits',
  severity: 'warning',
  finds: 'A table without a column that the team expects in each',
  because: 'the team agreed that every table has it',
  instead: 'Add it.',
  find: ({ tables, standards }) =>
    tables.flatMap((table) =>
      standards.requiredColumns
        .filter((name) => !table.columns.some((column) => column.name === name))
        .map((name) => ({ object: printName(table), message: `${table.name} has no column ${name}.` })),
    ),
};
