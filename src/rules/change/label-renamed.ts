import { printName } from '../../catalog/identity.ts';
import { deeds } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A renamed value of an enum. */
export const labelRenamed: ChangeRule = {
  id: 'label-renamed',
  group: 'application',
  severity: 'warning',
  finds: 'A renamed value of an enum',
  because: 'statements that write the old value fail the moment it happens',
  instead: 'Add the new value, move the rows, and leave the old value alone.',
  check: (at) =>
    deeds(at, 'rename label').map((deed) => ({
      message: `Statements that say '${deed.name ?? ''}' fail from now on.`,
      object: deed.table ? printName(deed.table) : '',
    })),
};
