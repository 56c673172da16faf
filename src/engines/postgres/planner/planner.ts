import type { Planned, Planner, PlannerOptions, PlannerSide } from '../../../engine/planner/model.ts';
import { fatesOf, thingsOf } from './fates.ts';
import { kinds } from './kinds/all.ts';
import { readSide } from './read.ts';
import { statementsOf } from './statements.ts';

/** Plans from the catalogs and dependencies of two databases. */
export const planner: Planner = { plan };

async function plan(from: PlannerSide, to: PlannerSide, { signal }: PlannerOptions): Promise<Planned> {
  const [before, after] = await Promise.all([
    readSide(from, kinds, [], signal),
    readSide(to, kinds, [], signal),
  ]);
  const sides = { from: before, to: after };
  const fates = fatesOf(thingsOf(before, kinds), thingsOf(after, kinds), sides);
  const { statements, circles } = statementsOf(fates, kinds, sides);
  return {
    statements,
    questions: [],
    refused: [
      ...[...fates.values()].flatMap((fate) =>
        fate.becomes === 'refused' ? [{ path: fate.after!.path, why: fate.why! }] : [],
      ),
      ...circles.map((path) => ({
        path,
        why: 'no order of statements was found in which it can be changed',
      })),
    ],
  };
}
