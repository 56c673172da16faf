/** How long a PostgreSQL statement waits for a lock. */
import { SqlError } from '../../base/error.ts';
import type { Locking } from '../../engine/model.ts';

const lockNotAvailable = '55P03';
const deadlockDetected = '40P01';

/** `lock_timeout`, and the errors after which another try makes sense. */
export const locking: Locking = {
  limit: (ms, scope) =>
    `SET ${scope === 'transaction' ? 'LOCAL' : 'SESSION'} lock_timeout = ${Math.max(0, Math.round(ms))}`,
  retryable: (error) =>
    error instanceof SqlError && [lockNotAvailable, deadlockDetected].includes(error.fields.sqlstate),
};
