import { sameName } from '../../catalog/identity.ts';
import { deeds, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A view that is dropped and made again. */
export const viewMadeAgain: ChangeRule = {
  id: 'view-made-again',
  group: 'application',
  severity: 'info',
  finds: 'A view that is dropped and made again',
  because: 'its grants, options such as security_invoker, and whatever depends on it are gone',
  instead: 'Use CREATE OR REPLACE VIEW, or bring grants and options back in the same migration.',
  check: (at) =>
    deeds(at, 'create view').flatMap((deed) => {
      const dropped = at.earlier.some((told) =>
        told.deeds.some(
          (other) =>
            other.kind === 'drop view' && other.table && deed.table && sameName(other.table, deed.table),
        ),
      );
      const granted = at.later.some((told) =>
        told.deeds.some(
          (other) => other.kind === 'grant' && other.table && deed.table && sameName(other.table, deed.table),
        ),
      );
      return dropped && !granted
        ? [
            {
              message: `${placeOf(deed)} was dropped before: its grants and options do not come back by themselves.`,
              object: placeOf(deed),
            },
          ]
        : [];
    }),
};
