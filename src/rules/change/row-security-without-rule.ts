import { sameName } from '../../catalog/identity.ts';
import { inUse, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** Row security that is switched on without a policy. */
export const rowSecurityWithoutRule: ChangeRule = {
  id: 'row-security-without-rule',
  group: 'rights',
  severity: 'warning',
  finds: 'Row security that is switched on without a policy',
  because: 'everybody but the owner sees no row at all from that moment',
  instead: 'Create its policies in the same migration, before.',
  check: (at) =>
    inUse(at, 'enable row security').flatMap((deed) => {
      const table = at.before.catalog?.tables.find((one) => deed.table && sameName(one, deed.table));
      const made = [...at.earlier, ...at.later].some((told) =>
        told.deeds.some(
          (other) =>
            other.kind === 'create policy' && other.table && deed.table && sameName(other.table, deed.table),
        ),
      );
      return made || (table?.policies.length ?? 0) > 0
        ? []
        : [
            {
              message: `No policy of ${placeOf(deed)} is in sight: whoever is not its owner sees no row.`,
              object: placeOf(deed),
            },
          ];
    }),
};
