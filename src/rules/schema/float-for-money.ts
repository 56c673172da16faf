import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

const amount =
  /(?:^|_)(?:price|amount|total|subtotal|cost|fee|tax|balance|revenue|salary|payment|discount|refund|money)(?:s|_|$)/i;

/** An amount in floating point. */
export const floatForMoney: Rule = {
  id: 'float-for-money',
  group: 'types',
  severity: 'error',
  finds: 'An amount in floating point',
  because: 'cents get lost: 0.1 + 0.2 is not 0.3, and sums differ with the order of rows',
  instead: 'Use numeric, or bigint in minor units.',
  find: ({ tables, quote }) =>
    tables.flatMap((table) =>
      table.columns
        .filter(({ name, type }) => /^(?:real|double precision)$/.test(type) && amount.test(name))
        .map(({ name, type }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} is an amount of ${type}.`,
          fix: `ALTER TABLE ${quote.name(table)} ALTER COLUMN ${quote.identifier(name)} TYPE numeric(19, 4)`,
        })),
    ),
};
