import { primaryKey } from '../../catalog/find.ts';
import { printName } from '../../catalog/identity.ts';
import { formatCount } from '../../base/units.ts';
import type { HealthRule } from './model.ts';

/** Random keys in a large table. */
export const randomKey: HealthRule = {
  id: 'random-key',
  group: 'indexes',
  severity: 'info',
  finds: 'Random keys in a large table',
  because:
    'each insert touches another page of the index: after each checkpoint all of them are written to the log whole',
  instead: 'Use keys that ascend with time: uuidv7() from PostgreSQL 18 on.',
  threshold:
    'From a million rows on whose random UUIDs lie in no order (correlation below 0.1): smaller indexes stay in memory.',
  needs: ['statistics'],
  find: ({ tables, limits, rows, statistics, quote, snapshot }) =>
    tables.flatMap((table) =>
      primaryKey(table).flatMap((name) => {
        const column = table.columns.find((one) => one.name === name);
        const counted = statistics(table, name);
        const random = /\b(?:gen_random_uuid|uuid_generate_v4)\(\)/.test(column?.default ?? '');
        return random && rows(table) >= limits.manyRows && Math.abs(counted?.correlation ?? 1) < 0.1
          ? [
              {
                object: `${printName(table)}.${name}`,
                message: `${formatCount(rows(table))} random keys of ${table.name} lie in no order.`,
                ...(snapshot.source.versionNumber >= 180_000
                  ? {
                      fix: `ALTER TABLE ${quote.name(table)} ALTER COLUMN ${quote.identifier(name)} SET DEFAULT uuidv7()`,
                    }
                  : {}),
              },
            ]
          : [];
      }),
    ),
};
