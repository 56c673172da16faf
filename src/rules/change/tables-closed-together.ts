import { printName, sameName } from '../../catalog/identity.ts';
import { closed } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** Several tables closed in one transaction. */
export const tablesClosedTogether: ChangeRule = {
  id: 'tables-closed-together',
  group: 'transactions',
  severity: 'warning',
  finds: 'Several tables closed in one transaction',
  because: 'two such changes, or one and the application, can wait for each other: a deadlock',
  instead:
    'Give each table a transaction of its own, or lock them in the order in which the application does.',
  check(at) {
    if (at.transaction === undefined) return [];
    const own = closed(at);
    const others = at.together
      .flatMap((told) => closed(told))
      .filter((name) => !own.some((one) => sameName(one, name)));
    const before = at.together.some((told) => {
      const names = at.together.slice(0, at.together.indexOf(told)).flatMap((one) => closed(one));
      return closed(told).some((name) => names.some((one) => !sameName(one, name)));
    });
    return own.length > 0 && others.length > 0 && !before
      ? [
          {
            message: `${printName(others[0]!)} is closed already when ${printName(own[0]!)} is waited for.`,
            object: printName(own[0]!),
          },
        ]
      : [];
  },
};
