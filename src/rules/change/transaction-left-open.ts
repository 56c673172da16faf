import { deeds } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** BEGIN without COMMIT. */
export const transactionLeftOpen: ChangeRule = {
  id: 'transaction-left-open',
  group: 'transactions',
  severity: 'error',
  finds: 'BEGIN without COMMIT',
  because: 'what it did is rolled back when the session ends, and nobody is told',
  instead: 'End the transaction with COMMIT.',
  check: (at) =>
    deeds(at, 'begin').length > 0 &&
    at.later.length >= 0 &&
    !at.later.some((told) => told.deeds.some(({ kind }) => kind === 'commit' || kind === 'rollback'))
      ? [{ message: 'The transaction that begins here is never ended.' }]
      : [],
};
