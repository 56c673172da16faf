import { inUse, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** DROP NOT NULL. */
export const notNullDropped: ChangeRule = {
  id: 'not-null-dropped',
  group: 'application',
  severity: 'info',
  finds: 'DROP NOT NULL',
  because: 'readers that were sure of a value meet none',
  instead: 'Look for readers that do not expect an empty value first.',
  check: (at) =>
    inUse(at, 'drop not null').map((deed) => ({
      message: `Readers of ${placeOf(deed)} may meet an empty value from now on.`,
      object: placeOf(deed),
    })),
};
