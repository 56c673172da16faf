/** A database that was altered beside the runner is not changed before somebody has looked. */
import { fail } from '../base/error.ts';
import type { Run, Situation } from './model.ts';
import { differences, expected, structureNow } from './structure.ts';

/** Differences that a refusal names. */
const told = 8;

/** Throws `runner.drifted` when the structure is not what the last run left; returns what could not be judged. */
export async function refuseDrift(run: Run, { events }: Situation): Promise<readonly string[]> {
  const before = expected(events);
  if (before.kind === 'none')
    return ['No run has noted a structure yet, so drift cannot be judged before this one.'];
  if (before.kind === 'cut off')
    return [
      `The last run was cut off after ${before.step.change}, ${before.step.phase ?? ''}, step ${before.step.step ?? ''}: drift is judged again after this one.`,
    ];
  const found = differences(before.structure, await structureNow(run));
  if (found.length === 0) return [];
  const { name, shown, owner } = run.place.target;
  const more = found.length > told ? ` and ${found.length - told} more` : '';
  return fail(
    'runner.drifted',
    `${name ?? shown} was altered by somebody else since ${before.at}: ${found.slice(0, told).join('; ')}${more}.`,
    {
      hint: `Look at it with \`dbd verify\`${owner ? ` and ask ${owner}` : ''}; then bring it back, or take it over: dbd repair --accept-structure "why".`,
      details: { differences: found },
    },
  );
}
