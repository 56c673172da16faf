import { printName, printPart } from '../../catalog/identity.ts';
import { formatCount } from '../../base/units.ts';
import { gravity, percent } from './limits.ts';
import type { HealthRule } from './model.ts';

/** Numbers of transactions that run out. */
export const wraparound: HealthRule = {
  id: 'wraparound',
  group: 'cleaning',
  severity: 'error',
  finds: 'A database whose oldest rows are so old that numbers of transactions run out',
  because:
    'at the end the server takes no more writes until the rows are frozen, which takes hours on a large table',
  instead: 'Find who holds cleaning up (old-snapshot), end it, and freeze the oldest tables.',
  threshold:
    'From half of the two billion numbers on (error from 75 %), of transactions and of shared row locks: the rest is days, not weeks, for a busy server.',
  needs: ['ages'],
  find: ({ server, limits, sql }) => {
    const { databases, tables, last } = server!.ages;
    return databases.flatMap(({ name, age, multi }) => {
      const oldest = Math.max(age, multi);
      const severity = gravity(oldest / last, limits.wraparound);
      if (severity === undefined) return [];
      const here =
        databases.find((one) => one.name === name && one.age === server!.ages.database.age) !== undefined;
      const old = here
        ? tables.filter((one) => Math.max(one.age, one.multi) >= oldest * 0.9).slice(0, 5)
        : [];
      return [
        {
          object: `database ${printPart(name)}`,
          severity,
          message: `${percent(oldest / last)} of the numbers of ${age >= multi ? 'transactions' : 'shared row locks'} are used: ${formatCount(oldest)}${old.length === 0 ? '' : `, by ${old.map((one) => printName(one)).join(', ')}`}.`,
          ...(old.length === 0 ? {} : { fix: old.map((one) => sql.freeze(one)).join(';\n') }),
        },
      ];
    });
  },
};
