import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A point in time without its zone. */
export const timestampWithoutZone: Rule = {
  id: 'timestamp-without-zone',
  group: 'types',
  severity: 'warning',
  finds: 'A point in time without its zone',
  because: 'the same value means another moment to every reader with another time zone',
  instead: 'Use timestamptz.',
  find: ({ tables, quote }) =>
    tables.flatMap((table) =>
      table.columns
        .filter(({ type }) => /^timestamp(?:\(\d\))? without time zone$/.test(type))
        .map(({ name }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} keeps a time without its zone.`,
          fix: `ALTER TABLE ${quote.name(table)} ALTER COLUMN ${quote.identifier(name)} TYPE timestamptz USING ${quote.identifier(name)} AT TIME ZONE 'UTC'`,
        })),
    ),
};
