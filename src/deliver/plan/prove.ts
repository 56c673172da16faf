/** A change is carried out on a copy, and a witness that knows nothing of the plan says where it led. */
import { applyChange } from '../../apply/apply.ts';
import { DbdError } from '../../base/error.ts';
import type { Emit } from '../../base/event.ts';
import type { Change } from '../../change/model.ts';
import type { Engine, Observation } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import type { Tried } from './model.ts';
import type { Side } from './sides.ts';

export interface ProofOptions {
  readonly engine: Engine;
  readonly from: Side;
  /** What the witness saw of both sides. */
  readonly before: Observation;
  readonly wanted: Observation;
  readonly roles: boolean;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** What the witness sees of a side. */
export async function observed(
  engine: Engine,
  side: Pick<Side, 'sandbox' | 'database'>,
  roles: boolean,
): Promise<Observation> {
  return observedIn(engine, side.database, side.sandbox.owner, roles);
}

async function observedIn(
  engine: Engine,
  database: SandboxDatabase,
  owner: string,
  roles: boolean,
): Promise<Observation> {
  const session = await engine.connect(database.adminUrl, { application: 'dbd witness' });
  try {
    return await engine.witness.observe(session, { owner, roles });
  } finally {
    await session.close();
  }
}

/** Carries a change out on a copy of its start, looks, takes it back, and looks again; what fails is part of the result. */
export async function tried(options: ProofOptions, change: Change, form: Tried['form']): Promise<Tried> {
  const { engine, from, before, wanted } = options;
  const copy = await from.sandbox.createDatabase({ from: from.database });
  const look = (): Promise<Observation> => observedIn(engine, copy, from.sandbox.owner, options.roles);
  try {
    const failed = await carried(options, copy, change, 'up');
    if (failed) return { change, form, failed };
    const left = engine.witness.compare(await look(), wanted);
    if (left.some(({ order }) => !order)) return { change, form, left };
    const backFailed = await carried(options, copy, change, 'down');
    const back = backFailed
      ? { left: [], failed: backFailed }
      : { left: engine.witness.compare(await look(), before) };
    return { change, form, left, back };
  } finally {
    await from.sandbox.dropDatabase(copy);
  }
}

async function carried(
  { engine, signal }: ProofOptions,
  copy: SandboxDatabase,
  change: Change,
  direction: 'up' | 'down',
): Promise<DbdError | undefined> {
  const steps = change.phases.flatMap((phase) => phase.steps);
  const session = await engine.connect(copy.ownerUrl, { application: 'dbd plan' });
  const superuser = steps.some((one) => one.superuser)
    ? await engine.connect(copy.adminUrl, { application: 'dbd plan' })
    : undefined;
  try {
    await applyChange({
      engine,
      session,
      ...(superuser ? { superuser } : {}),
      change,
      direction,
      emit: () => undefined,
      signal,
    });
    return undefined;
  } catch (error) {
    if (error instanceof DbdError && error.code !== 'interrupted') return error;
    throw error;
  } finally {
    await Promise.all([session.close(), superuser?.close()]);
  }
}
