import { inUse, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A dropped column. */
export const columnDropped: ChangeRule = {
  id: 'column-dropped',
  group: 'application',
  severity: 'warning',
  finds: 'A dropped column',
  because: 'its values are gone for good, and what still reads it fails',
  instead: 'Stop using it first, deploy that, and drop it in a later migration.',
  check: (at) =>
    inUse(at, 'drop column').map((deed) => ({
      message: `The values of ${placeOf(deed)} are lost, and statements that name it fail${at.facts.locks.length > 1 ? `; ${at.engine.facts.say(at.facts)}` : ''}.`,
      object: placeOf(deed),
    })),
};
