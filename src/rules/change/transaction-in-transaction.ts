import { deeds } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** BEGIN or COMMIT inside the transaction of the tool. */
export const transactionInTransaction: ChangeRule = {
  id: 'transaction-in-transaction',
  group: 'transactions',
  severity: 'warning',
  finds: 'BEGIN or COMMIT inside the transaction of the tool',
  because:
    'BEGIN changes nothing there, and COMMIT ends the transaction of the tool: what follows is no longer undone as a whole',
  instead: 'Leave transactions to the tool, or tell it to open none.',
  check: (at) =>
    at.opened === 'tool' &&
    [...deeds(at, 'begin'), ...deeds(at, 'commit'), ...deeds(at, 'rollback')].length > 0
      ? [{ message: 'The tool runs this migration in a transaction of its own already.' }]
      : [],
};
