/** What PostgreSQL tells about sessions that meet at the same rows. */
import { SqlError } from '../../base/error.ts';
import type { Contention } from '../../engine/contention/model.ts';

const serializationFailure = '40001';
const deadlockDetected = '40P01';

/** Isolation levels, waiting sessions, and the errors after which a transaction may be run again. */
export const contention: Contention = {
  begin: (isolation) => `BEGIN ISOLATION LEVEL ${isolation.toUpperCase()}`,

  async waiting(onlooker, pids) {
    const { rows } = await onlooker.query<{ pid: number; blockers: readonly number[] }>(
      `SELECT pid, pg_blocking_pids(pid) AS blockers FROM unnest($1::int[]) AS asked(pid) WHERE cardinality(pg_blocking_pids(pid)) > 0`,
      [`{${pids.join(',')}}`],
    );
    return new Map(rows.map((row) => [row.pid, row.blockers]));
  },

  failure(error) {
    if (!(error instanceof SqlError)) return undefined;
    const { sqlstate } = error.fields;
    if (sqlstate === serializationFailure) return 'serialization';
    return sqlstate === deadlockDetected ? 'deadlock' : undefined;
  },
};
