import type { Isolation } from '../../engine/contention/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { Anomaly, Meeting } from './model.ts';
import { play } from './play.ts';
import type { Staged } from './scenarios.ts';
import { serial, shownState, stateOf, type Serial, type State } from './state.ts';
import { takes, writtenBy } from './units.ts';

/** Isolation levels, weakest first. */
export const isolations: readonly Isolation[] = ['read committed', 'repeatable read', 'serializable'];

export interface MeetOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Copies are made of it; nobody may be connected. */
  readonly base: SandboxDatabase;
  readonly signal: AbortSignal;
}

/** Lets two sessions meet at each isolation level, each time on a fresh copy, and compares what they come to with both orders one after the other. */
export async function meetings(
  options: MeetOptions,
  staged: Staged,
  before?: string,
): Promise<readonly Meeting[]> {
  const made: Meeting[] = [];
  for (const isolation of isolations) {
    options.signal.throwIfAborted();
    made.push(await meeting(options, staged, isolation, before));
  }
  return made;
}

async function meeting(
  { engine, sandbox, base }: MeetOptions,
  staged: Staged,
  isolation: Isolation,
  before: string | undefined,
): Promise<Meeting> {
  const tables = writtenBy(staged.units);
  const copy = await sandbox.createDatabase({ from: base });
  try {
    const admin = await engine.connect(copy.adminUrl, { application: 'dbd contention' });
    await admin.query(engine.contention.hurry(copy.name)).finally(() => admin.close());
    const session = await engine.connect(copy.ownerUrl, {
      application: 'dbd contention',
      statementTimeoutMs: 10_000,
    });
    try {
      if (before !== undefined) await session.query(before);
      const orders = await serial(engine, session, tables, staged.actings);
      const mark = await engine.contention.mark(session);
      const played = await play({ engine, ownerUrl: copy.ownerUrl, isolation, actings: staged.actings });
      const state = await stateOf(engine, session, tables, mark);
      const count = (of: 'waits' | 'serialization' | 'deadlocks' | 'conflicts'): number =>
        played.reduce((sum, each) => sum + each[of], 0);
      const refused = played.find((each) => each.refused !== undefined)?.refused;
      const anomaly = anomalyOf(staged, orders, state);
      return {
        isolation,
        committed: played.filter(({ ending }) => ending !== 'refused').length,
        waits: count('waits'),
        serialization: count('serialization'),
        deadlocks: count('deadlocks'),
        conflicts: count('conflicts'),
        ...(anomaly === undefined ? {} : { anomaly }),
        ...(refused === undefined ? {} : { refused }),
      };
    } finally {
      await session.close();
    }
  } finally {
    await sandbox.dropDatabase(copy);
  }
}

/** What the sessions came to that neither order gives, by the way they got there. */
function anomalyOf({ units }: Staged, orders: Serial, state: State): Anomaly | undefined {
  if (orders.states.includes(shownState(state, orders.unsteady))) return undefined;
  const steps = units.flatMap((unit) => unit.steps);
  if (steps.some(({ derives }) => derives.length > 0)) return 'lost update';
  // A read of the first free row, and both take the same one.
  if (units.some((unit) => unit.steps.some((_, at) => takes(unit, at)))) return 'taken twice';
  const more = state.tables.some(({ rows }, i) => orders.rows.every((each) => rows > each[i]!));
  if (!steps.some(({ guard }) => guard)) return 'not serializable';
  return more ? 'phantom' : 'write skew';
}
