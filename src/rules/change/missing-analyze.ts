import { sameName } from '../../catalog/identity.ts';
import { inUse, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** No ANALYZE after a large change of rows. */
export const missingAnalyze: ChangeRule = {
  id: 'missing-analyze',
  group: 'habits',
  severity: 'info',
  finds: 'No ANALYZE after a large change of rows',
  because: "the planner works with yesterday's figures until autovacuum comes by",
  instead: 'ANALYZE the table at the end.',
  check: (at) =>
    inUse(at, 'update', 'all').flatMap((deed) =>
      at.later.some((told) =>
        told.deeds.some(
          (other) =>
            other.kind === 'analyze' &&
            (other.table === undefined || (deed.table !== undefined && sameName(other.table, deed.table))),
        ),
      )
        ? []
        : [
            {
              message: `The planner does not know of the new values of ${placeOf(deed)} until it is analysed.`,
              object: placeOf(deed),
              ...(deed.table
                ? { tables: [deed.table], fix: `${at.sql};\nANALYZE ${at.engine.quote.name(deed.table)}` }
                : {}),
            },
          ],
    ),
};
