import { sameName } from '../../catalog/identity.ts';
import { deeds, isFresh, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** VALIDATE in the transaction that added the constraint. */
export const validatedInSameTransaction: ChangeRule = {
  id: 'validated-in-same-transaction',
  group: 'transactions',
  severity: 'error',
  finds: 'VALIDATE in the transaction that added the constraint',
  because: 'the lock of the addition is held while every row is read, so NOT VALID gains nothing',
  instead: 'Validate in a transaction of its own, in another migration where the tool wraps each in one.',
  check: (at) =>
    deeds(at, 'validate constraint').flatMap((deed) => {
      const added = at.together.find((told) =>
        told.deeds.some(
          (other) =>
            other.kind === 'add constraint' &&
            other.words.includes('not valid') &&
            (other.name === undefined || other.name === deed.name) &&
            other.table !== undefined &&
            deed.table !== undefined &&
            sameName(other.table, deed.table),
        ),
      );
      return added && !isFresh(at, deed.table)
        ? [
            {
              message: `${deed.name ?? 'The constraint'} was added in the same transaction, whose lock stays until its end: ${added.facts.locks[0]?.mode ?? 'it'} is held for the whole scan.`,
              object: placeOf(deed),
              ...(deed.table ? { tables: [deed.table] } : {}),
            },
          ]
        : [];
    }),
};
