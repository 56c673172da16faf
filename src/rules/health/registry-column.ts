import { printName } from '../../catalog/identity.ts';
import type { HealthRule } from './model.ts';

/** A column whose values an upgrade of the server does not take. */
export const registryColumn: HealthRule = {
  id: 'registry-column',
  group: 'types',
  severity: 'warning',
  finds: 'A column whose values an upgrade of the server does not take',
  because:
    'it holds numbers of the server’s own catalog, which are others after pg_upgrade: the upgrade refuses to begin',
  instead: 'Keep the name as text.',
  threshold: 'The type alone decides; regclass, regrole and regtype are taken.',
  needs: [],
  find: ({ structure: { tables, quote } }) =>
    tables.flatMap((table) =>
      table.columns
        .filter(({ type }) =>
          /^reg(?:collation|config|dictionary|namespace|oper|operator|proc|procedure)(?:\[\])?$/.test(type),
        )
        .map(({ name, type }) => ({
          object: `${printName(table)}.${name}`,
          message: `${name} is ${type}.`,
          fix: `ALTER TABLE ${quote.name(table)} ALTER COLUMN ${quote.identifier(name)} TYPE text${type.endsWith('[]') ? '[]' : ''} USING ${quote.identifier(name)}::text${type.endsWith('[]') ? '[]' : ''}`,
        })),
    ),
};
