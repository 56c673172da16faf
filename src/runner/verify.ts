/** Compares what the history says, what the files say, and what the database is; and looks who uses what goes away. */
import type { Usage } from '../engine/model.ts';
import { readChanges } from './folder.ts';
import { judge, observeOnce, shapesOf, type Observed } from './gate.ts';
import { recognised } from './journal.ts';
import { unitsOf } from '../apply/units.ts';
import { alone, newRun } from './lock.ts';
import type { ChangeStatus, Problem, Run, Situation } from './model.ts';
import type { RunnerOptions } from './options.ts';
import { openPlace, closeQuietly } from './place.ts';
import { problemsOf } from './problems.ts';
import { situationOf, statuses } from './state.ts';
import { phaseKey } from './steps.ts';
import { differences, expected, structureNow, type Structure } from './structure.ts';

export interface Verified {
  readonly server: string;
  readonly situation: Situation;
  readonly problems: readonly Problem[];
  /** What differs from the structure that the last run left; undefined when there is nothing to compare with. */
  readonly drift?: readonly string[];
  /** Against the environment before, where both have run the same. */
  readonly apart?: { readonly from: string; readonly differences: readonly string[] };
  /** Indexes that are not valid. */
  readonly invalid: readonly string[];
  /** Unfinished steps, with what they left. */
  readonly half: readonly { readonly change: string; readonly step: string; readonly found: string }[];
  readonly observed: readonly ({ readonly change: string } & Observed)[];
  readonly said: readonly string[];
}

export interface VerifyOptions extends RunnerOptions {
  /** Note who uses what open contract phases take away. */
  readonly observe: boolean;
}

/** Looks, and changes nothing but the notes of what was observed. */
export async function verify(options: VerifyOptions): Promise<Verified> {
  const { engine, target, emit, signal, observe } = options;
  const stored = await readChanges(engine, options.changes);
  const place = await openPlace({ engine, target, looks: !observe });
  const run: Run = { engine, place, id: newRun(), emit, signal };
  const look = async (): Promise<Verified> => {
    const situation = await situationOf(engine, place.session, target.schema, stored);
    const before = expected(situation.events);
    const catalog = await engine.inspect(place.session);
    const now = await structureNow(run);
    const said =
      before.kind === 'none'
        ? ['No run has noted a structure yet, so drift cannot be judged.']
        : before.kind === 'cut off'
          ? [`The last run was cut off after ${before.step.change}; drift can be judged after the next one.`]
          : [];
    const apart = await against(options, situation, now);
    return {
      server: place.facts.server,
      situation,
      problems: problemsOf(situation, false),
      ...(before.kind === 'known' ? { drift: differences(before.structure, now) } : {}),
      ...(apart ? { apart } : {}),
      invalid: catalog.tables.flatMap((table) =>
        table.indexes.filter(({ valid }) => !valid).map(({ schema, name }) => `${schema}.${name}`),
      ),
      half: await halfSteps(run, situation),
      observed: await observations(run, situation, observe),
      said,
    };
  };
  try {
    return observe ? await alone(run, 'observe', options.waitMs, look) : await look();
  } finally {
    await closeQuietly(place.session);
  }
}

async function halfSteps(run: Run, { changes }: Situation): Promise<Verified['half']> {
  const found: Verified['half'][number][] = [];
  for (const { id, stored, steps } of changes)
    for (const { phase, step, state } of steps) {
      if (!stored || state !== 'intended' || phase.startsWith('down-')) continue;
      const unit = unitsOf(stored.up, 'up').find((one) =>
        one.steps.some((entry) => entry.step.id === step && phaseKey(entry.phase) === phase),
      );
      if (!unit) continue;
      const left = await recognised(run, unit);
      found.push({ change: id, step: `${phase}, ${step}`, found: left.map((one) => one.found).join(' ') });
    }
  return found;
}

/** The changes whose contract phase waits, with what is known of who uses the old shape. */
async function observations(
  run: Run,
  { changes }: Situation,
  observe: boolean,
): Promise<Verified['observed']> {
  const { engine, place } = run;
  const { observeMs, schema } = place.target;
  const found: Verified['observed'][number][] = [];
  for (const status of changes) {
    const change = contractWaits(status);
    if (!change || shapesOf(engine, change).length === 0) continue;
    const usage: Usage | undefined = observe ? await observeOnce(run, change) : undefined;
    const seen = await engine.history.usages(place.session, schema, change.id);
    if (seen.length === 0 && !usage) continue;
    found.push({ change: change.id, ...judge(seen, status.expandedAt, observeMs ?? 0, new Date()) });
  }
  return found;
}

function contractWaits({ stored, state, phasesDone }: ChangeStatus): ChangeStatus['stored'] {
  return state === 'partly' &&
    stored?.up.phases.some(({ name }) => name === 'contract') &&
    !phasesDone.includes('contract')
    ? stored
    : undefined;
}

/** Two environments that have run the same should be alike. */
async function against(
  { engine, target }: VerifyOptions,
  situation: Situation,
  now: Structure,
): Promise<Verified['apart']> {
  const { after } = target;
  if (!after) return undefined;
  const there = await openPlace({ engine, target: after, looks: true });
  try {
    const events = (await engine.history.read(there.session, after.schema)) ?? [];
    const files = situation.changes.flatMap(({ stored }) => stored ?? []);
    const same = (all: readonly ChangeStatus[]): string =>
      JSON.stringify(all.map(({ id, ran, phasesDone }) => [id, ran, phasesDone]));
    const before = expected(events);
    if (same(statuses(files, events)) !== same(situation.changes) || before.kind !== 'known')
      return undefined;
    return { from: after.name ?? after.shown, differences: differences(before.structure, now) };
  } finally {
    await closeQuietly(there.session);
  }
}
