/** Carries out the changes that have not run yet. */
import { DbdError, fail } from '../base/error.ts';
import { applyChange } from '../apply/apply.ts';
import { pause } from '../apply/locks.ts';
import type { StatementRun } from '../apply/model.ts';
import type { Unit } from '../apply/units.ts';
import type { Phase } from '../change/model.ts';
import type { Session } from '../engine/model.ts';
import { keeperOf } from './keeper.ts';
import { refuseDrift } from './drift.ts';
import { explained } from './explained.ts';
import { readChanges } from './folder.ts';
import { gateOf, type Gate } from './gate.ts';
import { journalOf } from './journal.ts';
import { alone, newRun } from './lock.ts';
import { limitsOf, type Limits } from './limits.ts';
import type { ChangeStatus, Run, Situation, StoredChange } from './model.ts';
import { note } from './notes.ts';
import { hashOfRun } from './open.ts';
import type { MigrateOptions, Ran } from './options.ts';
import { watchStalls, type StallWatch } from './patience.ts';
import { applicationOf, closeQuietly, openPlace, reopen } from './place.ts';
import { problemsOf } from './problems.ts';
import { demandEvidence, promotedOnly } from './promotion.ts';
import { situationOf } from './state.ts';
import { phaseKey } from './steps.ts';
import { noteStructure } from './structure.ts';

/** Milliseconds in which a server that went away may come back. */
const backWithinMs = 30_000;
/** Lost connections after which a run gives up. */
const mostLosses = 5;

/** What a run did, and what is left. */
export interface Migrated {
  readonly server: string;
  readonly ran: readonly Ran[];
  /** Milliseconds that other sessions waited for this run, summed over them (measured by looking at locks). */
  readonly stalledMs: number;
  /** Times the connection was lost and the state was found out again. */
  readonly losses: number;
  readonly said: readonly string[];
}

/** Runs what is open, in order. Throws `runner.*`, `connect.*`, and `SqlError` of a step that failed; all that was done stays noted. */
export async function migrate(options: MigrateOptions): Promise<Migrated> {
  const { engine, target, signal, emit } = options;
  const stored = await readChanges(engine, options.changes);
  const totals = { ran: new Map<string, Ran>(), stalledMs: 0, said: new Set<string>(), server: '' };
  for (let losses = 0; ; losses++) {
    const open = { engine, target, looks: false };
    const place = await (losses === 0 ? openPlace(open) : reopen(open, backWithinMs, signal, pause));
    totals.server = place.facts.server;
    try {
      const run: Run = { engine, place, id: newRun(), emit, signal };
      await alone(run, 'migrate', options.waitMs, () => once(run, stored, options, totals));
      return {
        server: totals.server,
        ran: [...totals.ran.values()],
        stalledMs: totals.stalledMs,
        losses,
        said: [...totals.said],
      };
    } catch (error) {
      const lost = error instanceof DbdError && error.code === 'connect.lost';
      if (!lost || losses + 1 >= mostLosses || signal.aborted) throw explained(error, target, signal);
      emit({
        kind: 'warning',
        text: `${error.message} What was done is read from the history, and the run goes on from there.`,
      });
    } finally {
      await closeQuietly(place.session);
    }
  }
}

interface Totals {
  readonly ran: Map<string, Ran>;
  stalledMs: number;
  readonly said: Set<string>;
}

async function once(
  run: Run,
  stored: readonly StoredChange[],
  options: MigrateOptions,
  totals: Totals,
): Promise<void> {
  const { engine, place } = run;
  const situation = await situationOf(engine, place.session, place.target.schema, stored);
  refuseProblems(situation, options.late);
  for (const text of await refuseDrift(run, situation)) totals.said.add(text);
  const wanted = wantedChanges(situation, options);
  refuseUnconfirmed(options, wanted, totals.ran.size > 0);
  await demandEvidence(place.target, wanted);
  const earlier = await promotedOnly(engine, place.target, wanted);
  if (wanted.length === 0) return;
  const looker = await place.again(applicationOf(place.target, 'watch'));
  const stalls = watchStalls(engine, looker, place.session, place.target.budgets);
  const limits = limitsOf(run, looker, earlier.took);
  const during = limits.during(stalls);
  let touched = false;
  try {
    for (const status of wanted) {
      if (run.signal.aborted) fail('interrupted', 'The run was stopped between two changes.');
      const ran = await carryOut(run, status, {
        options,
        looker,
        stalls,
        limits,
        gate: await gateOf(run, status, options),
      });
      const before = totals.ran.get(status.id);
      totals.ran.set(status.id, { ...ran, steps: [...(before?.steps ?? []), ...ran.steps] });
      touched ||= ran.steps.length > 0;
    }
  } catch (error) {
    throw stalls.stopped ?? error;
  } finally {
    totals.stalledMs += stalls.spentMs;
    for (const text of limits.unseen) totals.said.add(text);
    await during.stop();
    await stalls.stop();
    await closeQuietly(looker);
    // Also after a failure: what stays is known, and the next run compares with it.
    await noteStructure(run, touched ? 'after the run' : 'as found').catch(() => undefined);
  }
}

/** Throws the gravest problem; the others are told beside it. */
export function refuseProblems(situation: Situation, late: boolean): void {
  const problems = problemsOf(situation, late);
  const [first] = problems;
  if (!first) return;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more: dbd status)` : '';
  fail(
    first.kind === 'questions' || first.kind === 'twins'
      ? 'runner.files'
      : first.kind === 'half'
        ? 'runner.unclear'
        : 'runner.changed',
    `${first.text}${more}`,
    { hint: first.next, details: { problems } },
  );
}

/** After a lost connection less is open than was confirmed, and nothing else: the changes were read once. */
function refuseUnconfirmed(
  { confirmed, target, phase }: MigrateOptions,
  wanted: readonly ChangeStatus[],
  goesOn: boolean,
): void {
  if (confirmed !== undefined && !goesOn && hashOfRun(target, wanted, phase) !== confirmed)
    fail('policy.confirm', 'What would run is not what was confirmed.', {
      hint: 'Call again: the statements are shown anew.',
    });
}

/** Changes that have something open, up to the last one that was asked for. */
export function wantedChanges(
  situation: Situation,
  { to, target }: Pick<MigrateOptions, 'to' | 'target'>,
): readonly ChangeStatus[] {
  const { changes } = situation;
  const last =
    to === undefined
      ? undefined
      : changes.find(({ id }) => id === to || id.startsWith(`${to}-`) || id.startsWith(`${to}_`));
  if (to !== undefined && last?.stored === undefined)
    fail('runner.files', `There is no change ${to} in the folder.`, {
      hint: `dbd status${target.name === undefined ? '' : ` --target ${target.name}`} shows all of them.`,
    });
  return changes.filter(
    ({ id, state, stored }) =>
      stored !== undefined &&
      (state === 'pending' || state === 'partly' || state === 'forgotten') &&
      (last === undefined || id <= last.id),
  );
}

interface Carrying {
  readonly looker: Session;
  readonly options: MigrateOptions;
  readonly stalls: StallWatch;
  readonly limits: Limits;
  readonly gate: Gate;
}

async function carryOut(run: Run, status: ChangeStatus, with_: Carrying): Promise<Ran> {
  const { options, looker, stalls, limits, gate } = with_;
  const { engine, place, emit, signal } = run;
  const change = status.stored!;
  const done = new Set(
    status.steps.filter(({ state }) => state === 'done').map(({ phase, step }) => `${phase}/${step}`),
  );
  const intended = new Set(
    status.steps.filter(({ state }) => state === 'intended').map(({ phase, step }) => `${phase}/${step}`),
  );
  const isDone = (unit: Unit): boolean =>
    unit.steps.every(({ phase, step }) => done.has(`${phaseKey(phase)}/${step.id}`));
  const shut = (phase: Phase): string | undefined => (phase.name === 'contract' ? gate.shut : undefined);
  const wanted = (unit: Unit): boolean => {
    const { phase } = unit.steps[0]!;
    return (
      !isDone(unit) &&
      (options.phase === undefined || phase.name === options.phase) &&
      !blocked(change, phase, done, options) &&
      shut(phase) === undefined
    );
  };
  if (status.state !== 'partly') await note(run, { kind: 'begun', change: change.id, hash: change.hash });
  const steps: StatementRun[] = [];
  await gate.note();
  await applyChange({
    engine,
    session: place.session,
    change: change.up,
    direction: 'up',
    emit,
    signal,
    wanted,
    patience: stalls,
    keeper: (entry) => keeperOf({ run, change: change.id, looker, stalls, limits }, entry),
    onStatement: (one) => steps.push(one),
    journal: journalOf({
      run,
      change,
      way: 'up',
      intended,
      gate: async (unit) => {
        stalls.begin();
        await limits.before(change.id, unit);
      },
    }),
  });
  const open = change.up.phases.filter((phase) =>
    phase.steps.some(
      (step) =>
        !done.has(`${phaseKey(phase)}/${step.id}`) &&
        !(
          (options.phase === undefined || phase.name === options.phase) &&
          !blocked(change, phase, done, options) &&
          shut(phase) === undefined
        ),
    ),
  );
  if (open.length === 0) await note(run, { kind: 'complete', change: change.id, hash: change.hash });
  const waits = open.map((phase) => shut(phase) ?? `${phase.name} was not asked for`)[0];
  return {
    change: change.id,
    title: change.up.title,
    complete: open.length === 0,
    ...(waits === undefined ? {} : { waits }),
    steps: steps.map(({ origin = '', step = '', sql, ms, attempts, rows }) => ({
      phase: origin.replace(/^(?:up|down)\//, '').replace(/\.sql$/, ''),
      step,
      sql,
      ms,
      attempts,
      ...(rows === undefined ? {} : { rows }),
    })),
  };
}

/** With `--phase`, a phase waits until those before it are done by other runs. */
function blocked(
  change: StoredChange,
  phase: Phase,
  done: ReadonlySet<string>,
  { phase: only }: MigrateOptions,
): boolean {
  return (
    only !== undefined &&
    change.up.phases.some(
      (earlier) =>
        earlier.number < phase.number &&
        earlier.name !== only &&
        earlier.steps.some((step) => !done.has(`${phaseKey(earlier)}/${step.id}`)),
    )
  );
}
