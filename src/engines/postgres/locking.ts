/** How long a PostgreSQL statement waits for a lock. */
import { SqlError } from '../../base/error.ts';
import type { Locking } from '../../engine/model.ts';
import { parseLimit } from './lock-limit.ts';

const lockNotAvailable = '55P03';
const deadlockDetected = '40P01';

/** Modes that each mode excludes (PostgreSQL manual, table 13.2). */
const excludes: Readonly<Record<string, readonly string[]>> = {
  'ACCESS SHARE': ['ACCESS EXCLUSIVE'],
  'ROW SHARE': ['EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'ROW EXCLUSIVE': ['SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'SHARE UPDATE EXCLUSIVE': [
    'SHARE UPDATE EXCLUSIVE',
    'SHARE',
    'SHARE ROW EXCLUSIVE',
    'EXCLUSIVE',
    'ACCESS EXCLUSIVE',
  ],
  SHARE: ['ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
};

/** `lock_timeout`, and the errors after which another try makes sense. */
export const locking: Locking = {
  limit: (ms, scope) =>
    `SET ${scope === 'transaction' ? 'LOCAL' : 'SESSION'} lock_timeout = ${Math.max(0, Math.round(ms))}`,
  longest: (ms, scope) =>
    `SET ${scope === 'transaction' ? 'LOCAL' : 'SESSION'} statement_timeout = ${Math.max(0, Math.round(ms))}`,
  retryable: (error) =>
    error instanceof SqlError && [lockNotAvailable, deadlockDetected].includes(error.fields.sqlstate),
  limitIn: parseLimit,
  // The table is symmetric; the three strongest modes exclude each other and all that is not listed with a weaker one.
  conflict: (one, other) => excludes[one]?.includes(other) ?? excludes[other]?.includes(one) ?? true,
};
