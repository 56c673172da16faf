/** What a run would do: the statements that are open, and a hash that stands for exactly them. */
import type { PhaseName } from '../change/model.ts';
import { hash } from '../base/hash.ts';
import type { ChangeStatus, Target } from './model.ts';

/** One statement that would run. */
export interface OpenStep {
  readonly change: string;
  readonly phase: PhaseName;
  readonly step: string;
  readonly sql: string;
}

/** Statements of these changes that are not done, of one phase if one is asked for. */
export function openSteps(changes: readonly ChangeStatus[], phase?: PhaseName): readonly OpenStep[] {
  return changes.flatMap(({ stored, steps: known }) =>
    (stored?.up.phases ?? [])
      .filter(({ name }) => phase === undefined || name === phase)
      .flatMap(({ name, steps }) =>
        steps
          .filter((step) =>
            known.some((one) => one.step === step.id && one.state !== 'done' && one.phase.endsWith(name)),
          )
          .map((step) => ({ change: stored!.id, phase: name, step: step.id, sql: step.sql })),
      ),
  );
}

/** What a person confirms: these statements, whole changes as they are stored, on this target. */
export function hashOfRun(
  { name, shown }: Pick<Target, 'name' | 'shown'>,
  changes: readonly ChangeStatus[],
  phase?: PhaseName,
): string {
  return hash({
    target: name ?? shown,
    changes: changes.map(({ id, stored }) => [id, stored?.hash]),
    steps: openSteps(changes, phase),
  });
}
