import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** The type money. */
export const moneyType: Rule = {
  id: 'money-type',
  group: 'types',
  severity: 'warning',
  finds: 'The type money',
  because:
    'its unit and its decimals follow a setting of the server, so the same bytes mean another amount elsewhere',
  instead: 'Use bigint in minor units beside a currency, or numeric.',
  find: ({ tables }) =>
    tables.flatMap((table) =>
      table.columns
        .filter(({ type }) => type === 'money')
        .map(({ name }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} is of the type money.`,
        })),
    ),
};
