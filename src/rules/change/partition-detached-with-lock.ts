import { known } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** DETACH PARTITION without CONCURRENTLY. */
export const partitionDetachedWithLock: ChangeRule = {
  id: 'partition-detached-with-lock',
  group: 'locks',
  severity: 'warning',
  finds: 'DETACH PARTITION without CONCURRENTLY',
  because: 'parent and partition are closed to readers and writers',
  instead: 'Use DETACH PARTITION … CONCURRENTLY where there is no DEFAULT partition.',
  check: (at) =>
    known(at, 'partition/detach')
      ? [
          {
            message: `The whole is closed while the partition leaves: ${at.engine.facts.say(at.facts)}.`,
            ...(known(at, 'partition/detach-beside-default') ? {} : { fix: `${at.sql} CONCURRENTLY` }),
          },
        ]
      : [],
};
