import type { Rule } from '../model.ts';
import { primaryKey } from '../../catalog/find.ts';
import { printName } from '../../catalog/identity.ts';

/** A table without a primary key. */
export const missingPrimaryKey: Rule = {
  id: 'missing-primary-key',
  group: 'habits',
  severity: 'error',
  finds: 'A table without a primary key',
  because: 'rows cannot be told apart: replication, corrections and foreign keys all need one',
  instead: 'Add a key of columns that identify the row, or an identity.',
  find: ({ tables }) =>
    tables
      .filter((table) => table.kind !== 'foreign' && primaryKey(table).length === 0)
      .map((table) => ({ object: printName(table), message: `${table.name} has no primary key.` })),
};
