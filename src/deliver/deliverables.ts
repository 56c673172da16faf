/** Makes what a task delivers beside the change; what cannot be made is said and stops nothing else. */
import { DbdError } from '../base/error.ts';
import { step } from '../base/event.ts';
import { deliverables } from './deliverables/all.ts';
import type { Contribution, Deliverable, Stage } from './deliverables/model.ts';

/** Makes every wanted deliverable but those named in `without`. */
export async function makeDeliverables(
  stage: Stage,
  without: readonly string[],
): Promise<readonly Contribution[]> {
  const made: Contribution[] = [];
  for (const deliverable of deliverables) {
    stage.signal.throwIfAborted();
    if (!deliverable.wanted(stage)) continue;
    made.push(
      without.includes(deliverable.name)
        ? leftOut(deliverable, 'it was left out with --without')
        : await makeOne(deliverable, stage, made),
    );
  }
  return made;
}

async function makeOne(
  deliverable: Deliverable,
  stage: Stage,
  earlier: readonly Contribution[],
): Promise<Contribution> {
  try {
    if (deliverable.idle?.(stage)) return await deliverable.make(stage, earlier);
    return await step(stage.emit, deliverable.doing, () => deliverable.make(stage, earlier));
  } catch (error) {
    stage.signal.throwIfAborted();
    if (!(error instanceof DbdError)) throw error;
    return {
      ...leftOut(deliverable, error.message),
      findings: [
        {
          rule: 'deliverable-not-made',
          severity: 'warning',
          place: deliverable.name,
          message: `${deliverable.name} could not be made: ${error.message}`,
          ...(error.hint === undefined ? {} : { instead: error.hint }),
        },
      ],
    };
  }
}

function leftOut({ name, line }: Deliverable, why: string): Contribution {
  return {
    limits: [`No ${name}: ${why}.`.replace(/\.\.$/, '.')],
    ...(line === undefined
      ? {}
      : { checklist: { [line]: { verdict: 'not-proven', because: `No ${name}: ${why}` } } }),
  };
}
