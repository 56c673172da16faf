import { printName } from '../../catalog/identity.ts';
import type { HealthRule } from './model.ts';

/** A document that is kept as its text. */
export const jsonType: HealthRule = {
  id: 'json-type',
  group: 'types',
  severity: 'info',
  finds: 'A document that is kept as its text (json)',
  because: 'every question parses it again, it has no equality, and no index of its own',
  instead: 'Use jsonb unless the order of keys or the blanks matter.',
  threshold: 'The type alone decides.',
  needs: [],
  find: ({ structure: { tables, quote } }) =>
    tables.flatMap((table) =>
      table.columns
        .filter(({ type }) => type === 'json')
        .map(({ name }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} is json.`,
          fix: `ALTER TABLE ${quote.name(table)} ALTER COLUMN ${quote.identifier(name)} TYPE jsonb USING ${quote.identifier(name)}::jsonb`,
        })),
    ),
};
