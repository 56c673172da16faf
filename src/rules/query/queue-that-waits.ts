import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** A queue that is read FOR UPDATE without SKIP LOCKED. */
export const queueThatWaits: QueryRule = {
  id: 'queue-that-waits',
  group: 'locks',
  severity: 'warning',
  finds: 'A queue that is read FOR UPDATE without SKIP LOCKED',
  because: 'workers wait for the row that another one has taken',
  instead: 'Add SKIP LOCKED, and an order.',
  confirmedBy: ['row-lock-fan-out'],
  check: (at) => traitsOf(at, 'queue without skip'),
};
