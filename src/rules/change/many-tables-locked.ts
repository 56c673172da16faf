import { printName } from '../../catalog/identity.ts';
import { held } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** One statement that locks many partitions or children. */
export const manyTablesLocked: ChangeRule = {
  id: 'many-tables-locked',
  group: 'locks',
  severity: 'warning',
  finds: 'One statement that locks many partitions or children',
  because: 'the lock on all of them is waited for at once, and held until the last is done',
  instead: 'Do it partition by partition, and the whole last.',
  check: (at) =>
    held(at).length > 8
      ? [
          {
            message: `${held(at).length} tables are locked at once: ${at.engine.facts.say(at.facts)}.`,
            object: printName(held(at)[0]!),
          },
        ]
      : [],
};
