import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A serial column where an identity does the same. */
export const serialKey: Rule = {
  id: 'serial-key',
  group: 'types',
  severity: 'info',
  finds: 'A serial column where an identity does the same',
  because:
    'a serial is a default over a sequence with rights of its own; an identity belongs to the column and cannot be overwritten by accident',
  instead: 'Use GENERATED ALWAYS AS IDENTITY.',
  find: ({ tables }) =>
    tables.flatMap((table) =>
      table.columns
        .filter((column) => (column.default ?? '').startsWith('nextval('))
        .map(({ name }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} is numbered by a default over a sequence.`,
        })),
    ),
};
