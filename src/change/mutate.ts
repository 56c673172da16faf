/** Wrong versions of a change, each with one thing done wrong, to see that its proof turns red. */
import type { StatementMutation } from '../engine/model.ts';
import type { Change, Step } from './model.ts';

export interface Mutant {
  /** `step`, `order`, `way back`, or what of a statement was altered: `default`, `index` … */
  readonly kind: string;
  /** What was done to which step: `step 3 left out`, `default altered in step 2`. */
  readonly name: string;
  readonly change: Change;
  /** Only the way back is wrong; the change itself is as it was. */
  readonly back: boolean;
}

type Mutations = (sql: string) => readonly StatementMutation[];

/** All mutants of a change, in the order of its steps; `mutations` is the engine's. */
export function mutantsOf(change: Change, mutations: Mutations): readonly Mutant[] {
  const steps = change.phases.flatMap((phase) => phase.steps);
  return steps.flatMap((step, at) => [
    {
      kind: 'step',
      name: `step ${step.id} left out`,
      change: withSteps(
        change,
        steps.filter((one) => one !== step),
      ),
      back: false,
    },
    ...mutations(step.sql).map(({ kind, name, sql }) => ({
      kind,
      name: `${name} in step ${step.id}`,
      change: replaced(change, step, { ...withoutBatch(step), sql }),
      back: false,
    })),
    ...exchanged(change, steps, at),
    ...ofWayBack(change, step, mutations),
  ]);
}

/** A step that names what the one before it makes is run first. */
function exchanged(change: Change, steps: readonly Step[], at: number): readonly Mutant[] {
  const [step, next] = [steps[at]!, steps[at + 1]];
  const together = change.phases.some(
    ({ steps: own }) => own.includes(step) && next !== undefined && own.includes(next),
  );
  if (!next || !together || !namesWhatIsMade(step.sql, next.sql)) return [];
  const order = [...steps.slice(0, at), next, step, ...steps.slice(at + 2)];
  return [
    {
      kind: 'order',
      name: `step ${next.id} before step ${step.id}`,
      change: withSteps(change, order),
      back: false,
    },
  ];
}

function namesWhatIsMade(first: string, second: string): boolean {
  const [, name] =
    /\b(?:CREATE (?:UNIQUE )?(?:TABLE|TYPE|FUNCTION|VIEW|SEQUENCE|SCHEMA|INDEX(?: CONCURRENTLY)?)|ADD COLUMN) ((?:"(?:[^"]|"")*"|[\w.])+)/.exec(
      first,
    ) ?? [];
  return name !== undefined && second.includes(name);
}

function ofWayBack(change: Change, step: Step, mutations: Mutations): readonly Mutant[] {
  const { undo } = step;
  if (typeof undo !== 'string' || undo === '') return [];
  const made = (name: string, text: string): Mutant => ({
    kind: 'way back',
    name: `${name} in the way back of step ${step.id}`,
    change: replaced(change, step, { ...step, undo: text }),
    back: true,
  });
  return [made('everything left out', ''), ...mutations(undo).map(({ name, sql }) => made(name, sql))];
}

/** Whoever paces batches would do the right work, whatever the text says. */
function withoutBatch(step: Step): Step {
  const { batch: _batch, ...rest } = step;
  return rest;
}

function replaced(change: Change, step: Step, by: Step): Change {
  return {
    ...change,
    phases: change.phases.map((phase) => ({
      ...phase,
      steps: phase.steps.map((one) => (one === step ? by : one)),
    })),
  };
}

/** The steps in this order, each in the phase of the place where it now stands. */
function withSteps(change: Change, order: readonly Step[]): Change {
  const phaseOf = new Map(
    change.phases.flatMap((phase) => phase.steps.map((step) => [step, phase] as const)),
  );
  const kept = order.map((step) => [step, phaseOf.get(step)!] as const);
  return {
    ...change,
    phases: change.phases
      .map((phase) => ({ ...phase, steps: kept.filter(([, of]) => of === phase).map(([step]) => step) }))
      .filter(({ steps }) => steps.length > 0),
  };
}
