/** What a target demands before a change may run on it: signed evidence, and an earlier environment. */
import { fail } from '../base/error.ts';
import type { Engine, StoredEvent } from '../engine/model.ts';
import { verifyEvidence } from '../evidence/verify.ts';
import type { ChangeStatus, Target } from './model.ts';
import { openPlace } from './place.ts';
import { statuses } from './state.ts';

/** Throws `runner.gate` where a shared target is given a change whose evidence is missing or does not hold. */
export async function demandEvidence(target: Target, wanted: readonly ChangeStatus[]): Promise<void> {
  if (!target.shared) return;
  const name = target.name ?? target.shown;
  if (target.trusted.length === 0 && wanted.length > 0)
    fail('runner.gate', `${name} is shared and demands signed evidence, and no key is trusted there.`, {
      hint: `Name the public key of your CI in dbd.config.yaml: databases.${name}.evidence: keys/ci.pub`,
    });
  for (const { id, stored } of wanted) {
    const folder = stored?.folder;
    if (folder === undefined) {
      fail(
        'runner.gate',
        `${name} is shared and demands signed evidence; ${id} is a plain file without any.`,
        {
          hint: `Make it a change with evidence: dbd plan, dbd rehearse, dbd evidence sign.`,
        },
      );
    }
    const { accepted, problems } = await verifyEvidence(folder, target.trusted);
    if (!accepted)
      fail(
        'runner.gate',
        `${name} is shared, and the evidence of ${id} does not hold: ${problems.map(({ text }) => text).join(' ')}`,
        {
          hint: `Rehearse it in CI and sign: dbd evidence sign ${id}; dbd evidence verify ${id} shows the same.`,
          details: { problems },
        },
      );
  }
}

/** What ran on the environment before, and how long each step took there. */
export interface Earlier {
  readonly took: (change: string, phase: string, step: string) => number | undefined;
}

/** Throws `runner.gate` for a change that has not run, complete and with the same hash, on the environment before. */
export async function promotedOnly(
  engine: Engine,
  target: Target,
  wanted: readonly ChangeStatus[],
): Promise<Earlier> {
  const { after } = target;
  if (!after) return { took: () => undefined };
  const events = await historyOf(engine, after);
  const there = statuses(
    wanted.flatMap(({ stored }) => stored ?? []),
    events,
  );
  for (const { id, stored } of wanted) {
    const one = there.find((each) => each.id === id);
    const open = stored?.up.phases.filter(({ name }) => !one?.phasesDone.includes(name)) ?? [];
    // What waits for its contract there has shown its first phases all the same.
    const far =
      one?.state === 'done' || (one?.state === 'partly' && open.every(({ name }) => name === 'contract'));
    if (one === undefined || !far)
      fail(
        'runner.gate',
        `${id} has not run on ${after.name ?? after.shown}, which comes before ${target.name ?? target.shown}.`,
        {
          hint: `dbd migrate --target ${after.name ?? ''}`,
        },
      );
    if (one.ran !== stored?.hash)
      fail(
        'runner.gate',
        `${id} ran on ${after.name ?? after.shown} with another text (${one.ran?.slice(0, 12) ?? 'none'}) than it has now (${stored?.hash.slice(0, 12) ?? 'none'}).`,
        {
          hint: `Bring the text back that ran there, or take it back there and run this one: dbd rollback --target ${after.name ?? ''}`,
        },
      );
  }
  return {
    took: (change, phase, step) =>
      events.findLast(
        (event) =>
          event.kind === 'done' && event.change === change && event.phase === phase && event.step === step,
      )?.ms,
  };
}

async function historyOf(engine: Engine, target: Target): Promise<readonly StoredEvent[]> {
  const place = await openPlace({ engine, target, looks: true });
  try {
    return (await engine.history.read(place.session, target.schema)) ?? [];
  } finally {
    await place.close();
  }
}
