import type { ChangeRule } from './model.ts';

/** CONCURRENTLY inside a transaction. */
export const concurrentBuildInTransaction: ChangeRule = {
  id: 'concurrent-build-in-transaction',
  group: 'transactions',
  severity: 'error',
  finds: 'CONCURRENTLY inside a transaction',
  because: 'the server refuses it there, and the migration fails',
  instead: 'Let the tool run this migration outside a transaction, with this statement alone in it.',
  check: (at) =>
    at.facts.outside && at.transaction !== undefined
      ? [
          {
            message: `The server runs this statement outside transactions only, and ${at.opened === 'tool' ? 'the tool opens one' : 'the file opens one before it'}.`,
          },
        ]
      : [],
};
