import type { HealthRule } from './model.ts';

/** Extensions that may not be moved. */
const fixed = new Set(['plpgsql', 'postgis', 'timescaledb', 'citus']);

/** An extension in the schema of the application. */
export const extensionAmongTables: HealthRule = {
  id: 'extension-among-tables',
  group: 'server',
  severity: 'info',
  finds: 'An extension in the schema public, among the application’s own tables',
  because: 'its functions are offered wherever that schema is, and its names take the place of yours',
  instead: 'Give extensions a schema of their own.',
  threshold: 'Where public holds tables too; extensions that cannot be moved do not count.',
  needs: ['extensions'],
  find: ({ server, structure, quote }) =>
    structure.tables.some(({ schema }) => schema === 'public')
      ? server!.extensions
          .filter(({ name, schema }) => schema === 'public' && !fixed.has(name))
          .map(({ name }) => ({
            object: `extension ${name}`,
            message: `${name} is in public, beside tables.`,
            fix: `CREATE SCHEMA IF NOT EXISTS extensions;\nALTER EXTENSION ${quote.identifier(name)} SET SCHEMA extensions`,
          }))
      : [],
};
