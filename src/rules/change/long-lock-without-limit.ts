import { held } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A long lock without statement_timeout. */
export const longLockWithoutLimit: ChangeRule = {
  id: 'long-lock-without-limit',
  group: 'locks',
  severity: 'info',
  finds: 'A long lock without statement_timeout',
  because: 'when it takes longer than thought, nothing ends it',
  instead: 'SET statement_timeout before it.',
  check: (at) =>
    held(at).length > 0 &&
    at.facts.lasts === 'size of the table' &&
    !at.before.settings?.['statement_timeout'] &&
    !at.before.settings?.['transaction_timeout'] &&
    !at.earlier.some((told) => held(told).length > 0 && told.facts.lasts === 'size of the table')
      ? [
          {
            message: `It holds its lock as long as the table is large, and nothing ends it: ${at.engine.facts.say(at.facts)}.`,
            tables: held(at),
          },
        ]
      : [],
};
