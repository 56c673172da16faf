import type {
  Planned,
  PlannedStatement,
  Planner,
  PlannerOptions,
  PlannerSide,
} from '../../../engine/planner/model.ts';
import { fatesOf, thingsOf } from './fates.ts';
import { kinds as all } from './kinds/all.ts';
import { ofServer } from './kinds/others.ts';
import type { Side } from './model.ts';
import { readSide } from './read.ts';
import { candidates, renamesOf, type Candidate, type Renamed } from './renames.ts';
import { statementsOf } from './statements.ts';

/** Plans from the catalogs and dependencies of two databases. */
export const planner: Planner = { plan };

/** A rename may make others plain: of a table, those of its indexes and constraints. */
const rounds = 3;

async function plan(from: PlannerSide, to: PlannerSide, options: PlannerOptions): Promise<Planned> {
  const { signal } = options;
  const kinds = options.roles ? [...ofServer, ...all] : all;
  const [first, after] = await Promise.all([
    readSide(from, kinds, [], signal),
    readSide(to, kinds, [], signal),
  ]);
  const wanted = thingsOf(after, kinds);
  let before: Side = first;
  let things = thingsOf(before, kinds);
  const answered = renamesOf(options.renames, things, wanted);
  const renamed: Renamed[] = [...answered.statements];
  let open: readonly Candidate[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round === 0 ? renamed.length > 0 : open.some(({ free }) => free)) {
      if (round > 0)
        renamed.push(
          ...renamesOf(
            open.filter(({ free }) => free),
            things,
            wanted,
          ).statements,
        );
      before = await readSide(
        from,
        kinds,
        renamed.map(({ sql }) => sql),
        signal,
      );
      things = thingsOf(before, kinds);
    } else if (round > 0) break;
    open = candidates(things, wanted, { from: before, to: after }, options.renames);
  }
  const sides = { from: before, to: after };
  const fates = fatesOf(things, wanted, sides);
  const { statements, circles } = statementsOf(fates, kinds, sides);
  return {
    statements: [...renamed.map(statementOf), ...statements],
    questions: open
      .filter(({ free }) => !free)
      .map(({ kind, asked, to: next, likeness }) => ({ kind, from: asked, to: next, likeness })),
    refused: [
      ...answered.lost.map(({ kind, from: name }) => ({
        path: `${kind} ${name}`,
        why: 'there is nothing of this name to rename',
      })),
      ...[...fates.values()].flatMap((fate) =>
        fate.becomes === 'refused' ? [{ path: (fate.after ?? fate.before)!.path, why: fate.why! }] : [],
      ),
      ...circles.map((path) => ({
        path,
        why: 'no order of statements was found in which it can be changed',
      })),
    ],
  };
}

function statementOf({ sql, path, because }: Renamed): PlannedStatement {
  return { sql, path, because, does: 'rename' };
}
