import { held } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A lock that is waited for without a limit. */
export const missingLockTimeout: ChangeRule = {
  id: 'missing-lock-timeout',
  group: 'locks',
  severity: 'info',
  finds: 'A lock that is waited for without a limit',
  because: 'while it waits behind a long transaction, every other session queues behind it',
  instead: "SET lock_timeout = '2s' before it, and try again when it fails.",
  check(at) {
    const closing = held(at).length > 0 && !at.facts.outside;
    if (!closing || at.before.settings?.['lock_timeout']) return [];
    if (at.earlier.some((told) => held(told).length > 0 && !told.facts.outside)) return [];
    return [
      {
        message: `The statement waits for its lock without a limit, and others queue behind it: ${at.engine.facts.say(at.facts)}.`,
        fix: `SET lock_timeout = '2s';\n${at.sql}`,
      },
    ];
  },
};
