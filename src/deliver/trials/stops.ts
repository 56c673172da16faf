/** Stops a change after each of its transactions and takes back what was committed: what a person does when the deployment is aborted. */
import { applyChange } from '../../apply/apply.ts';
import { unitsOf } from '../../apply/units.ts';
import { DbdError } from '../../base/error.ts';
import { differences, isOrderOnly } from '../../catalog/difference.ts';
import type { Change } from '../../change/model.ts';
import type { TriedStop, TriedWatch } from '../../document/runbook.ts';
import { withDeadline } from '../../rehearse/doing.ts';
import type { Stage } from '../deliverables/model.ts';

/** Most stops that are tried; of more transactions, every n-th and the last. */
const mostStops = 24;

type Parts = Pick<Stage, 'engine' | 'sandbox' | 'current' | 'before' | 'signal' | 'limitMs'> & {
  readonly change: Change;
};

/** Tries the stops on copies of the bare structure; the copies are dropped. */
export async function tryStops(parts: Parts): Promise<readonly TriedStop[]> {
  const units = unitsOf(parts.change, 'up');
  const every = Math.ceil(units.length / mostStops);
  const chosen = units.map((_, index) => index + 1).filter((n) => n % every === 0 || n === units.length);
  const stops: TriedStop[] = [];
  for (const n of chosen) {
    parts.signal.throwIfAborted();
    const steps = units.slice(0, n).flatMap((unit) => unit.steps.map(({ step }) => step.id));
    stops.push(await tryStop(parts, firstSteps(parts.change, new Set(steps)), steps.at(-1)!));
  }
  return stops;
}

/** The change as far as these steps. */
function firstSteps(change: Change, ids: ReadonlySet<string>): Change {
  return {
    ...change,
    phases: change.phases.flatMap((phase) => {
      const steps = phase.steps.filter(({ id }) => ids.has(id));
      return steps.length === 0 ? [] : [{ ...phase, steps }];
    }),
  };
}

async function tryStop(parts: Parts, change: Change, after: string): Promise<TriedStop> {
  const { engine, sandbox, current, before, signal, limitMs } = parts;
  const database = await sandbox.createDatabase({ from: current });
  const started = performance.now();
  try {
    const session = await engine.connect(database.ownerUrl, { application: 'dbd stop' });
    try {
      for (const direction of ['up', 'down'] as const)
        await withDeadline({ session, signal, limitMs }, (inner) =>
          applyChange({ engine, session, change, direction, emit: () => undefined, signal: inner }),
        );
      const left = differences(before, await engine.inspect(session)).filter((one) => !isOrderOnly(one));
      return { after, ms: performance.now() - started, differences: left.length };
    } finally {
      await session.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DbdError)) throw error;
    return { after, ms: performance.now() - started, differences: 0, failed: error.message };
  } finally {
    await sandbox.dropDatabase(database);
  }
}

/** Runs each watch query on the twin. */
export async function tryWatches({
  engine,
  sandbox,
  twin,
}: Pick<Stage, 'engine' | 'sandbox' | 'twin'>): Promise<readonly TriedWatch[]> {
  const session = await engine.connect(twin.base.adminUrl, {
    application: 'dbd watch queries',
    readOnly: true,
    statementTimeoutMs: 5000,
  });
  const tried: TriedWatch[] = [];
  try {
    for (const { title, sql, alarm } of engine.guidance.watch(sandbox.serverVersion)) {
      const common = { title, sql, alarm, command: engine.guidance.ask(sql) };
      try {
        tried.push({ ...common, rows: (await session.query(sql)).count });
      } catch (error) {
        if (!(error instanceof DbdError)) throw error;
        tried.push({ ...common, rows: 0, failed: error.message });
      }
    }
  } finally {
    await session.close();
  }
  return tried;
}
