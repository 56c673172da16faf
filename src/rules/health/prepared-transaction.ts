import { gravity, span } from './limits.ts';
import type { HealthRule } from './model.ts';

/** A prepared transaction that nobody ended. */
export const preparedTransaction: HealthRule = {
  id: 'prepared-transaction',
  group: 'sessions',
  severity: 'warning',
  finds: 'A prepared transaction that nobody ended',
  because: 'it keeps its locks and its snapshot through every restart until it is committed or rolled back',
  instead: 'Ask the coordinator of the transaction; roll it back when it does not know it.',
  threshold: 'From 5 minutes on (error from an hour): a coordinator commits within seconds.',
  needs: ['sessions'],
  find: ({ server, limits, sql }) =>
    server!.prepared.flatMap(({ id, owner, database, here, seconds }) => {
      const severity = gravity(seconds, limits.prepared);
      return severity === undefined
        ? []
        : [
            {
              object: `prepared transaction ${id}`,
              severity,
              message: `${id} of ${owner} in ${database} was prepared ${span(seconds)} ago.`,
              // It can be ended in its own database only.
              ...(here ? { fix: sql.rollbackPrepared(id) } : {}),
            },
          ];
    }),
};
