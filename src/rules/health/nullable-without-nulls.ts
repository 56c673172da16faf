import { printName } from '../../catalog/identity.ts';
import { fitBytes } from '../../base/text.ts';
import { formatCount } from '../../base/units.ts';
import type { HealthRule } from './model.ts';

/** A column that may be empty and never is. */
export const nullableWithoutNulls: HealthRule = {
  id: 'nullable-without-nulls',
  group: 'tables',
  severity: 'info',
  finds: 'A column that may be empty and never is',
  because: 'every query and every program allows for a case that there is not, until one day it comes',
  instead: 'Prove it with a check that is validated beside the application, then make it NOT NULL.',
  threshold:
    'From a million rows on without one empty value among those that ANALYZE read: fewer rows show too little.',
  needs: ['statistics'],
  find: ({ tables, rows, limits, statistics, quote }) =>
    tables
      .filter((table) => rows(table) >= limits.manyRows && !table.partitionOf)
      .flatMap((table) =>
        table.columns
          .filter(
            ({ name, notNull, generated }) =>
              !notNull && generated?.kind !== 'virtual' && statistics(table, name)?.nullFraction === 0,
          )
          .map(({ name }) => {
            const check = quote.identifier(fitBytes(`${table.name}_${name}_set`, quote.maxBytes));
            const alter = `ALTER TABLE ${quote.name(table)}`;
            return {
              object: `${printName(table)}.${name}`,
              message: `None of ${formatCount(rows(table))} rows of ${table.name} seems to lack ${name}.`,
              fix: [
                `${alter} ADD CONSTRAINT ${check} CHECK (${quote.identifier(name)} IS NOT NULL) NOT VALID`,
                `${alter} VALIDATE CONSTRAINT ${check}`,
                `${alter} ALTER COLUMN ${quote.identifier(name)} SET NOT NULL`,
                `${alter} DROP CONSTRAINT ${check}`,
              ].join(';\n'),
            };
          }),
      ),
};
