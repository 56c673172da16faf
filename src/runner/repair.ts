/** Half steps, edited files and accepted differences: what was found is shown, and settled when it is asked for. */
import { fail } from '../base/error.ts';
import { unitsOf, type Unit } from '../apply/units.ts';
import type { Aftermath } from '../engine/model.ts';
import { readChanges } from './folder.ts';
import { recognised } from './journal.ts';
import { alone, newRun } from './lock.ts';
import type { ChangeStatus, Run, Situation } from './model.ts';
import { note } from './notes.ts';
import type { RunnerOptions } from './options.ts';
import { closeQuietly, openPlace } from './place.ts';
import { situationOf } from './state.ts';
import { phaseKey, stepHash } from './steps.ts';
import { differences, expected, noteStructure, structureNow } from './structure.ts';

export interface RepairOptions extends RunnerOptions {
  /** Takes away what is half built, and lets the steps run again. */
  readonly clear: boolean;
  /** Somebody has seen that the unfinished steps are done. */
  readonly done: boolean;
  /** Change whose text of today is taken for the one that ran. */
  readonly accept?: string;
  /** Change that is gone from the folder and is not missed. */
  readonly forget?: string;
  /** Why the structure of today is the one to go on from. */
  readonly acceptStructure?: string;
}

/** One unfinished step and what it left. */
export interface HalfStep {
  readonly change: string;
  readonly phase: string;
  readonly step: string;
  readonly sql: string;
  readonly found: readonly Aftermath[];
  /** What was done about it. */
  readonly settled?: string;
}

export interface Repaired {
  readonly server: string;
  readonly half: readonly HalfStep[];
  readonly differences: readonly string[];
  /** What was noted, in sentences. */
  readonly did: readonly string[];
}

/** Shows what is unfinished; settles it where that was asked for. Throws `runner.*`. */
export async function repair(options: RepairOptions): Promise<Repaired> {
  const { engine, target, emit, signal } = options;
  const stored = await readChanges(engine, options.changes);
  const place = await openPlace({ engine, target, looks: false });
  try {
    const run: Run = { engine, place, id: newRun(), emit, signal };
    return await alone(run, 'repair', options.waitMs, async () => {
      const situation = await situationOf(engine, place.session, target.schema, stored);
      const did: string[] = [];
      const half: HalfStep[] = [];
      for (const status of situation.changes) half.push(...(await settle(run, status, options)));
      if (options.accept !== undefined) did.push(await acceptText(run, situation, options.accept));
      if (options.forget !== undefined) did.push(await forget(run, situation, options.forget));
      const before = expected(situation.events);
      const found = before.kind === 'known' ? differences(before.structure, await structureNow(run)) : [];
      if (options.acceptStructure !== undefined) {
        await noteStructure(run, `accepted: ${options.acceptStructure}`);
        did.push(`The structure of today is the one that the next run expects (${options.acceptStructure}).`);
      }
      return { server: place.facts.server, half, differences: found, did };
    });
  } finally {
    await closeQuietly(place.session);
  }
}

async function settle(
  run: Run,
  status: ChangeStatus,
  { clear, done }: RepairOptions,
): Promise<readonly HalfStep[]> {
  const { stored, steps } = status;
  const half: HalfStep[] = [];
  for (const { phase, step, state } of steps) {
    if (!stored || (state !== 'intended' && state !== 'undoing')) continue;
    const way = state === 'undoing' ? 'down' : 'up';
    const change = phase.startsWith('down-') ? stored.down! : stored.up;
    const unit = unitsOf(change, way).find((one: Unit) =>
      one.steps.some((entry) => entry.step.id === step && phase.endsWith(phaseKey(entry.phase))),
    );
    if (!unit) continue;
    const found = await recognised(run, unit);
    const event = {
      change: stored.id,
      hash: stored.hash,
      phase,
      step,
      stepHash: stepHash(unit.steps[0]!.step),
    };
    const finished = found.every((one) => one.state === 'done');
    let settled: string | undefined;
    if (done || (clear && finished)) {
      await note(run, {
        kind: way === 'up' ? 'done' : 'undone',
        ...event,
        note: done ? 'said to be done' : 'found done',
      });
      settled = 'noted as done';
    } else if (clear) {
      if (found.some((one) => one.state === 'under way'))
        fail('runner.unclear', `${stored.id}, ${phase}, step ${step}: ${found[0]!.found}`, {
          hint: 'Wait until that process has ended, then run `dbd repair --clear` again.',
        });
      const mend = found.flatMap((one) => (one.state === 'half' ? one.mend : []));
      for (const sql of mend) await run.place.session.query(sql);
      // Cleared on the way back means that the step still stands.
      await note(run, {
        kind: way === 'up' ? 'cleared' : 'done',
        ...event,
        note: mend.join('; ') || 'nothing to take away',
      });
      settled = mend.length > 0 ? `taken away (${mend.join('; ')}); it runs again` : 'it runs again';
    }
    half.push({
      change: stored.id,
      phase,
      step,
      sql: unit.steps[0]!.sql,
      found,
      ...(settled === undefined ? {} : { settled }),
    });
  }
  return half;
}

async function acceptText(run: Run, { changes }: Situation, id: string): Promise<string> {
  const status = changes.find((one) => one.id === id);
  if (!status?.stored || !['done', 'baseline', 'partly'].includes(status.state))
    return fail('runner.files', `${id} has not run here, or is not in the folder.`, {
      hint: '`dbd status` shows what has run.',
    });
  const { stored, state } = status;
  const ran = new Set(
    status.steps.filter((one) => one.state === 'done').map(({ phase, step }) => `${phase}/${step}`),
  );
  for (const phase of stored.up.phases)
    for (const step of phase.steps)
      if (ran.has(`${phaseKey(phase)}/${step.id}`))
        await note(run, {
          kind: 'done',
          change: id,
          hash: stored.hash,
          phase: phaseKey(phase),
          step: step.id,
          stepHash: stepHash(step),
          note: 'text accepted',
        });
  if (state !== 'partly')
    await note(run, {
      kind: state === 'baseline' ? 'baseline' : 'complete',
      change: id,
      hash: stored.hash,
      note: 'text accepted',
    });
  return `The text of ${id} as it is now counts as the one that ran.`;
}

async function forget(run: Run, { changes }: Situation, id: string): Promise<string> {
  const status = changes.find((one) => one.id === id);
  if (!status || status.stored)
    return fail('runner.files', `${id} is ${status ? 'still in the folder' : 'not in the history'}.`, {
      hint: 'Only a change that has run and is gone from the folder can be forgotten.',
    });
  await note(run, { kind: 'forgotten', change: id, hash: status.ran ?? '' });
  return `${id} is forgotten: what it did stays, and it is not missed any more.`;
}
