import { deeds, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** An index that is dropped while a constraint rests on it. */
export const indexOfConstraintDropped: ChangeRule = {
  id: 'index-of-constraint-dropped',
  group: 'locks',
  severity: 'error',
  finds: 'An index that is dropped while a constraint rests on it',
  because: 'the server refuses it',
  instead: 'Drop the constraint instead.',
  check: (at) =>
    deeds(at, 'drop index', 'constraint').map((deed) => ({
      message: `${deed.name ?? 'The index'} belongs to a constraint, and the server refuses to drop it alone.`,
      object: placeOf(deed),
    })),
};
