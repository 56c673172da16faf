/** What an error of a step means for the database, and what to type next. */
import { DbdError, SqlError } from '../base/error.ts';
import type { Target } from './model.ts';

const stays = 'Nothing of its transaction stays, and everything before it is noted.';

/** Hints by the server's class of error, more exact ones first. */
const hints: readonly (readonly [sqlstate: RegExp, hint: (target: Target) => string])[] = [
  [
    /^42501/,
    ({ role }) =>
      `${stays} The role that runs changes has to own what it alters: connect as the owner, or ${role === undefined ? 'name it with `role:` of the target' : `make ${role} the owner`}.`,
  ],
  [
    /^53100/,
    () =>
      `${stays} The disk is full: free or add space (dbd preflight tells how much a change needs), then run \`dbd migrate\` again.`,
  ],
  [/^53/, () => `${stays} The server is short of memory or connections; run \`dbd migrate\` again later.`],
  [
    /^23/,
    () =>
      `${stays} Rows stand in the way: dbd preflight finds them. Mend them, then run \`dbd migrate\` again.`,
  ],
];

/** The error as the command line shows it: with the state of the database and the next call. */
export function explained(error: unknown, target: Target, signal: AbortSignal): unknown {
  if (signal.aborted && !(error instanceof DbdError && error.code === 'interrupted'))
    return new DbdError('interrupted', 'The run was stopped; what was under way was rolled back.', {
      hint: 'Everything before it is noted: `dbd status` shows it, `dbd migrate` goes on.',
      cause: error,
    });
  if (!(error instanceof SqlError)) return error;
  const found = hints.find(([sqlstate]) => sqlstate.test(error.fields.sqlstate));
  const hint = found
    ? found[1](target)
    : `${stays} Mend the file (steps that have run must stay as they are), then run \`dbd migrate\` again; \`dbd status\` shows where it stands.`;
  return new SqlError(error.code, error.message, error.statement, error.fields, {
    hint,
    cause: error,
    details: error.details,
  });
}
