/** What a person confirms before an agent's `migrate` writes: every statement, and a hash of exactly them. */
import { plural } from '../../base/text.ts';
import type { PhaseName } from '../../change/model.ts';
import { wantedChanges } from '../../runner/migrate.ts';
import { hashOfRun, openSteps } from '../../runner/open.ts';
import { statusOf } from '../../runner/status.ts';
import { called, type StoryOptions } from './story.ts';

/** The question; nothing when there is nothing to run. */
export async function confirmRun(
  options: StoryOptions & { readonly phase?: PhaseName; readonly to?: string },
): Promise<{ readonly says: string; readonly shown: readonly string[]; readonly hash: string } | undefined> {
  const { target, phase } = options;
  const { situation } = await statusOf(options);
  const wanted = wantedChanges(situation, options);
  const steps = openSteps(wanted, phase);
  if (steps.length === 0) return undefined;
  return {
    says: `Run ${plural(steps.length, 'statement')} on ${called(target)} (${target.shown}).`,
    shown: steps.map(({ change, phase: of, sql }) => `-- ${change}, ${of}\n${sql.trim().replace(/;$/, '')};`),
    hash: hashOfRun(target, wanted, phase),
  };
}
