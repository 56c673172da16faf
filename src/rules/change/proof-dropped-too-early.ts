import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** SET NOT NULL in one statement with the drop of the check that proves it. */
export const proofDroppedTooEarly: ChangeRule = {
  id: 'proof-dropped-too-early',
  group: 'locks',
  severity: 'error',
  finds: 'SET NOT NULL in one statement with the drop of the check that proves it',
  because: 'the server does not use a constraint that goes in the same statement, and reads the table',
  instead: 'Drop the check in a statement of its own.',
  check: (at) =>
    measured(
      at,
      ['alter-table/set-not-null-proof-dropped', 'alter-table/set-not-null-beside-not-valid'],
      'The proof is not used',
    ),
};
