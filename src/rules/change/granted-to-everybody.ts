import { deeds, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A right for PUBLIC. */
export const grantedToEverybody: ChangeRule = {
  id: 'granted-to-everybody',
  group: 'rights',
  severity: 'warning',
  finds: 'A right for PUBLIC',
  because: 'every role of the server has it, those to come too',
  instead: 'Grant it to the roles that need it.',
  check: (at) =>
    deeds(at, 'grant', 'public').map((deed) => ({
      message: `Every role gets ${deed.words.includes('all') ? 'all rights' : 'this right'}${deed.table ? ` on ${placeOf(deed)}` : ''}.`,
      object: placeOf(deed),
    })),
};
