import type { ChangeRule } from './model.ts';

/** A new value of an enum used in the transaction that adds it. */
export const labelUsedAtOnce: ChangeRule = {
  id: 'label-used-at-once',
  group: 'transactions',
  severity: 'error',
  finds: 'A new value of an enum used in the transaction that adds it',
  because: 'the server refuses it until that transaction is over',
  instead: 'Add the value in a migration of its own.',
  check: (at) =>
    at.together
      .flatMap((told) => told.deeds.filter(({ kind }) => kind === 'add label'))
      .filter(
        ({ name }) =>
          name !== undefined &&
          at.deeds.every(({ kind }) => kind !== 'add label') &&
          at.sql.includes(`'${name.replaceAll("'", "''")}'`),
      )
      .map(({ name }) => ({
        message: `'${name ?? ''}' was added in the same transaction, and can be used only after it.`,
      })),
};
