/** Calls of routines that must succeed or fail, tried for real on copies of the small twin, as the unprivileged owner. */
import type { DesignedRoutine } from '../../../design/model.ts';
import type { Session } from '../../../engine/model.ts';
import type { SandboxDatabase } from '../../../sandbox/model.ts';
import type { Routine, Row } from '../../../task/model.ts';
import { tryBody } from './routine-body-tests.ts';
import { tryBulk } from './routine-bulk-tests.ts';
import type { RoutineOptions, RoutineTrial } from './routine-trial.ts';
import { tryUpsert } from './routine-upsert-tests.ts';
import type { Values } from '../row-tests.ts';

/** Tries every routine that the design made; by its id. */
export async function tryRoutines(
  options: RoutineOptions,
  routines: readonly Routine[],
  valuesOf: (of: string, row: Row) => Values,
): Promise<ReadonlyMap<string, RoutineTrial>> {
  const trials = new Map<string, RoutineTrial>();
  for (const routine of routines) {
    const made = options.design.routines.find((each) => each.id === routine.id);
    if (made)
      trials.set(
        routine.id,
        await tryRoutine(options, routine, made, (row) => valuesOf(routine.of ?? '', row)),
      );
  }
  return trials;
}

/** Tries one routine; copies are dropped again. */
async function tryRoutine(
  options: RoutineOptions,
  routine: Routine,
  made: DesignedRoutine,
  valuesOf: (row: Row) => Values,
): Promise<RoutineTrial> {
  const { engine, sandbox, small } = options;
  const context = {
    ...options,
    routine,
    valuesOf,
    onCopy: async <T>(work: (session: Session, copy: SandboxDatabase) => Promise<T>): Promise<T> => {
      const copy = await sandbox.createDatabase({ from: small });
      let session: Session | undefined;
      try {
        session = await engine.connect(copy.ownerUrl, {
          application: 'dbd routines',
          statementTimeoutMs: 15_000,
        });
        return await work(session, copy);
      } finally {
        await session?.close();
        await sandbox.dropDatabase(copy);
      }
    },
  };
  if (made.kind === 'upsert') return tryUpsert({ ...context, made });
  if (made.kind === 'bulk') return tryBulk({ ...context, made });
  return tryBody({ ...context, made });
}
