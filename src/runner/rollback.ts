/** Takes changes back, newest first, by their own ways back. */
import { fail } from '../base/error.ts';
import { applyChange } from '../apply/apply.ts';
import type { StatementRun } from '../apply/model.ts';
import type { Unit } from '../apply/units.ts';
import { refuseDrift } from './drift.ts';
import { explained } from './explained.ts';
import { readChanges } from './folder.ts';
import { journalOf } from './journal.ts';
import { limitsOf, type Limits } from './limits.ts';
import { alone, newRun } from './lock.ts';
import type { ChangeStatus, Run, Situation } from './model.ts';
import { note } from './notes.ts';
import type { Ran, RunnerOptions } from './options.ts';
import { watchStalls, type StallWatch } from './patience.ts';
import { applicationOf, closeQuietly, openPlace } from './place.ts';
import { problemsOf } from './problems.ts';
import { situationOf } from './state.ts';
import { phaseKey, stepHash } from './steps.ts';
import { noteStructure } from './structure.ts';
import type { Migrated } from './migrate.ts';

export interface RollbackOptions extends RunnerOptions {
  /** The change that stays as the newest one. */
  readonly to?: string;
  /** How many changes are taken back, when no `to` is given. */
  readonly count: number;
}

/** Runs the ways back. Throws `runner.*`, and `SqlError` of a step that failed; all that was done stays noted. */
export async function rollback(options: RollbackOptions): Promise<Migrated> {
  const { engine, target, emit, signal } = options;
  const stored = await readChanges(engine, options.changes);
  const place = await openPlace({ engine, target, looks: false });
  try {
    const run: Run = { engine, place, id: newRun(), emit, signal };
    return await alone(run, 'rollback', options.waitMs, async () => {
      const situation = await situationOf(engine, place.session, target.schema, stored);
      const said = await refuseDrift(run, situation);
      const wanted = backward(situation, options);
      const looker = await place.again(applicationOf(target, 'watch'));
      const stalls = watchStalls(engine, looker, place.session, target.budgets);
      const limits = limitsOf(run, looker);
      const during = limits.during(stalls);
      const ran: Ran[] = [];
      try {
        for (const status of wanted) {
          if (signal.aborted) fail('interrupted', 'The run was stopped between two changes.');
          ran.push(await takeBack(run, status, stalls, limits));
        }
      } catch (error) {
        throw stalls.stopped ?? error;
      } finally {
        await during.stop();
        await stalls.stop();
        await closeQuietly(looker);
        await noteStructure(run, 'after the way back').catch(() => undefined);
      }
      return { server: place.facts.server, ran, stalledMs: stalls.spentMs, losses: 0, said };
    });
  } catch (error) {
    throw explained(error, target, signal);
  } finally {
    await closeQuietly(place.session);
  }
}

/** The changes to take back, newest first; throws for the first that cannot be. */
export function backward(
  situation: Situation,
  { to, count }: Pick<RollbackOptions, 'to' | 'count'>,
): readonly ChangeStatus[] {
  const applied = situation.changes
    .filter(({ state }) => ['done', 'baseline', 'partly', 'reversing'].includes(state))
    .toReversed();
  if (to !== undefined && !applied.some(({ id }) => id === to))
    fail('runner.files', `${to} has not run here, so nothing can be taken back to it.`, {
      hint: 'dbd status shows what has run.',
    });
  const wanted =
    to === undefined
      ? applied.slice(0, count)
      : applied.slice(
          0,
          applied.findIndex(({ id }) => id === to),
        );
  const bad = problemsOf(situation, true).find(
    ({ kind, change }) => (kind === 'edited' || kind === 'gone') && wanted.some(({ id }) => id === change),
  );
  if (bad) fail('runner.changed', bad.text, { hint: bad.next });
  for (const status of wanted) refuseWithoutWay(status);
  return wanted;
}

function refuseWithoutWay({ id, stored, steps, state }: ChangeStatus): void {
  const half = steps.find((one) => one.state === 'intended');
  if (half)
    fail('runner.unclear', `${id}, ${half.phase}, step ${half.step} was begun and nobody saw its end.`, {
      hint: 'dbd repair shows what it left and clears it; then take the change back.',
    });
  if (stored?.down) {
    if (state === 'partly')
      fail('runner.files', `Only a part of ${id} has run, and its way back is written for the whole.`, {
        hint: 'Run the rest of it first (dbd migrate), then take it back.',
      });
    return;
  }
  if (stored && stored.folder === undefined)
    fail('runner.files', `${id} has no way back: there is no file ${id}.down.sql beside it.`, {
      hint: `Write ${id}.down.sql, or write a new change that goes on from here.`,
    });
  const unknown = stored?.up.phases
    .flatMap((phase) => phase.steps.map((step) => ({ phase, step })))
    .find(
      ({ phase, step }) =>
        step.undo === undefined &&
        steps.some((one) => one.phase === phaseKey(phase) && one.step === step.id && one.state === 'done'),
    );
  if (unknown)
    fail(
      'runner.files',
      `No way back is known for ${id}, ${phaseKey(unknown.phase)}, step ${unknown.step.id}.`,
      {
        hint: 'Write it into the down file, or write a new change that goes on from here.',
      },
    );
}

async function takeBack(run: Run, status: ChangeStatus, stalls: StallWatch, limits: Limits): Promise<Ran> {
  const { engine, place, emit, signal } = run;
  const change = status.stored!;
  const back = change.down !== undefined;
  const stateOf = new Map(status.steps.map((one) => [`${one.phase}/${one.step}`, one.state]));
  const keyOf = ({ phase, step }: Unit['steps'][number]): string =>
    `${back ? 'down-' : ''}${phaseKey(phase)}/${step.id}`;
  const wanted = (unit: Unit): boolean =>
    unit.steps.some((entry) => {
      const state = stateOf.get(keyOf(entry));
      return back ? state !== 'done' : state === 'done' || state === 'undoing';
    });
  const began = (word: 'intended' | 'undoing'): ReadonlySet<string> =>
    new Set([...stateOf].flatMap(([key, state]) => (state === word ? [key] : [])));
  const steps: StatementRun[] = [];
  await applyChange({
    engine,
    session: place.session,
    change: change.down ?? change.up,
    direction: back ? 'up' : 'down',
    emit,
    signal,
    wanted,
    patience: stalls,
    onStatement: (one) => steps.push(one),
    journal: journalOf({
      run,
      change,
      way: back ? 'back' : 'down',
      intended: began(back ? 'intended' : 'undoing'),
      gate: async (unit) => {
        stalls.begin();
        await limits.before(change.id, unit);
      },
    }),
  });
  if (!back) await noteSilent(run, status);
  await note(run, { kind: 'reversed', change: change.id, hash: change.hash });
  return {
    change: change.id,
    title: change.up.title,
    complete: true,
    steps: steps.map(({ origin = '', step = '', sql, ms, attempts }) => ({
      phase: origin.replace(/^(?:up|down)\//, '').replace(/\.sql$/, ''),
      step,
      sql,
      ms,
      attempts,
    })),
  };
}

/** Steps that need no statement to be taken back are noted as well. */
async function noteSilent(run: Run, { stored, steps }: ChangeStatus): Promise<void> {
  for (const phase of stored!.up.phases)
    for (const step of phase.steps) {
      const one = steps.find((each) => each.phase === phaseKey(phase) && each.step === step.id);
      if (!step.undo && one?.state === 'done')
        await note(run, {
          kind: 'undone',
          change: stored!.id,
          hash: stored!.hash,
          phase: phaseKey(phase),
          step: step.id,
          stepHash: stepHash(step),
          note: step.undo === null ? 'what it did to rows stays' : 'needs no statement',
        });
    }
}
