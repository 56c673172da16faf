import type {
  Planned,
  PlannedStatement,
  Planner,
  PlannerOptions,
  PlannerSide,
  PlannerStructure,
} from '../../../engine/planner/model.ts';
import { fatesOf, thingsOf, type Things } from './fates.ts';
import { kinds as all } from './kinds/all.ts';
import { ofServer } from './kinds/others.ts';
import type { Kind, Side } from './model.ts';
import { readSide } from './read.ts';
import { candidates, renamesOf, type Candidate, type Renamed } from './renames.ts';
import { statementsOf } from './statements.ts';

/** Plans from the catalogs and dependencies of two databases. */
export const planner: Planner = {
  read: async (side, { roles, signal }) => ({
    side,
    roles,
    found: foundIn(await readSide(side, kindsOf(roles), [], signal), kindsOf(roles)),
  }),
  plan,
};

/** A rename may make others plain: of a table, those of its indexes and constraints. */
const rounds = 3;

const kindsOf = (roles: boolean): readonly Kind<never>[] => (roles ? [...ofServer, ...all] : all);

interface Found {
  readonly side: Side;
  readonly things: Things;
}

function foundIn(side: Side, kinds: readonly Kind<never>[]): Found {
  return { side, things: thingsOf(side, kinds) };
}

/** A side that was read with the same kinds is taken as it was found. */
async function sideOf(
  one: PlannerSide | PlannerStructure,
  { roles, signal }: PlannerOptions,
): Promise<Found> {
  if ('found' in one && one.roles === roles) return one.found as Found;
  return foundIn(await readSide(addressOf(one), kindsOf(roles), [], signal), kindsOf(roles));
}

const addressOf = (one: PlannerSide | PlannerStructure): PlannerSide => ('found' in one ? one.side : one);

async function plan(
  from: PlannerSide | PlannerStructure,
  to: PlannerSide | PlannerStructure,
  options: PlannerOptions,
): Promise<Planned> {
  const kinds = kindsOf(options.roles);
  const [first, { side: after, things: wanted }] = await Promise.all([
    sideOf(from, options),
    sideOf(to, options),
  ]);
  let { side: before, things } = first;
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
        addressOf(from),
        kinds,
        renamed.map(({ sql }) => sql),
        options.signal,
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
