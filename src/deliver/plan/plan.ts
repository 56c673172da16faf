/** From two structures to a change that was carried out, witnessed, and taken back. */
import { step, type Emit } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import type {
  Engine,
  Planned,
  PlannedStatement,
  PlannerSide,
  Rename,
  WitnessDifference,
} from '../../engine/model.ts';
import type { PlanOutcome, Refused, Side, Sides, Tried } from './model.ts';
import { observed, tried, type ProofOptions } from './prove.ts';
import { assumedRoles, withRoles, type RoleMode } from './roles.ts';
import { blamed } from './blame.ts';
import { onlineWay, shortWay, withFacts, withOneWayBack, type WayOptions } from './ways.ts';

export interface PlanStory {
  readonly engine: Engine;
  readonly renames: readonly Rename[];
  readonly roles: RoleMode;
  /** The short form only: the application is stopped meanwhile. */
  readonly offline: boolean;
  readonly id: string;
  readonly title: string;
  readonly lockTimeoutMs: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Plans, tries and proves; what does not lead to the wanted structure is named in `refused` and never handed out. */
export async function planWay(story: PlanStory, sides: Sides): Promise<PlanOutcome> {
  const { engine, emit, signal } = story;
  const roles = story.roles === 'plan';
  const [before, wanted] = await step(emit, 'look at both sides', () =>
    Promise.all([observed(engine, sides.from, roles), observed(engine, sides.to, roles)]),
  );
  const apart = engine.witness.compare(before, wanted);
  const unlike = unlikeLacks(sides, roles);
  const none = { sides, apart, others: [], short: [] };
  const planned = await step(
    emit,
    'plan the way there',
    () => plannedWay(story, sides, 'there'),
    ({ statements }) => plural(statements.length, 'statement'),
  );
  if (planned.refused.length > 0) return { ...none, planned, refused: [...unlike, ...planned.refused] };
  if (planned.statements.length === 0)
    return { ...none, planned, refused: [...unlike, ...apart.flatMap(unplanned)] };
  const back = await step(emit, 'plan the way back', () => plannedWay(story, sides, 'back'));
  const proof = { engine, from: sides.from, before, wanted, roles, emit, signal };
  const found = await step(emit, 'carry it out, and take it back', () => search(story, proof, planned, back));
  return { ...none, planned, ...found, refused: [...unlike, ...found.refused] };
}

/** Times that online forms are exchanged for plain statements before all are. */
const exchanges = 5;

/** Online forms first; tables on which they do not lead there get the plain statements, and at last all do. */
async function search(
  story: PlanStory,
  proof: ProofOptions,
  planned: Planned,
  back: Planned,
): Promise<Pick<PlanOutcome, 'way' | 'others' | 'short' | 'refused'>> {
  const { engine, offline, id, title, lockTimeoutMs } = story;
  const { from } = proof;
  const ways: WayOptions = { engine, from, planned, reverse: back.statements, id, title, lockTimeoutMs };
  const others: Tried[] = [];
  const short: string[] = [];
  const taken = async (first: Tried): Promise<Pick<PlanOutcome, 'way' | 'others' | 'short' | 'refused'>> => {
    const { change: proven, ...rest } = await withWayBack(proof, first, back);
    return { way: { ...rest, change: withFacts(engine, from, proven) }, others, short, refused: [] };
  };
  const plain = new Set<PlannedStatement>();
  for (let round = 0; !offline && round < exchanges; round += 1) {
    const online = onlineWay(ways, plain);
    const first = 'why' in online ? undefined : await tried(proof, online, 'online');
    if (first && isThere(first)) return taken(first);
    if (first) others.push(first);
    const found = blamed(engine, planned.statements, 'why' in online ? online : first!);
    short.push('why' in online ? online.why : reasons(first!)[0]!.why);
    const size = plain.size;
    for (const statement of found) plain.add(statement);
    if (plain.size === size || plain.size === planned.statements.length) break;
  }
  const last = await tried(proof, shortWay(ways), 'short');
  if (isThere(last)) return taken(last);
  return { others: [...others, last], short, refused: reasons(last) };
}

function isThere({ failed, left }: Tried): boolean {
  return failed === undefined && !left!.some(isReal);
}

/** Where the steps' own way back does not lead to the start, one that was found by comparing is tried in its place. */
async function withWayBack(proof: ProofOptions, first: Tried, back: Planned): Promise<Tried> {
  if (leadsBack(first) || back.refused.length > 0) return first;
  const second = await tried(proof, withOneWayBack(first.change, back.statements), first.form);
  return leadsBack(second) ? second : first;
}

/** Whether the way back was carried out and led to the start; the places of columns may differ. */
export function leadsBack({ back }: Tried): boolean {
  return back !== undefined && back.failed === undefined && !back.left.some(isReal);
}

/** Whether a difference is more than the place of a column. */
export function isReal({ order }: WitnessDifference): boolean {
  return !order;
}

function reasons({ failed, left = [] }: Tried): readonly Refused[] {
  if (failed) return [{ path: 'the plan', why: `it cannot be carried out: ${failed.message}` }];
  return left.filter(isReal).map(({ path, fact, before, after }) => ({
    path,
    why: `${fact} would be ${before ?? 'missing'} instead of ${after ?? 'missing'}`,
  }));
}

/** Without a statement, everything that differs is something that nobody can plan. */
function unplanned(difference: WitnessDifference): readonly Refused[] {
  const { path, fact, before, after } = difference;
  return isReal(difference)
    ? [
        {
          path,
          why: `${fact} is ${before ?? 'missing'}, is wanted as ${after ?? 'missing'}, and cannot be planned`,
        },
      ]
    : [];
}

/** What one side lacks cannot be compared, unless the other lacks the very same; roles count only where they are planned. */
function unlikeLacks({ from, to }: Sides, roles: boolean): readonly Refused[] {
  const paths = new Set([...from.lacks.keys(), ...to.lacks.keys()]);
  return [...paths]
    .filter((path) => from.lacks.get(path) !== to.lacks.get(path))
    .filter((path) => roles || !path.startsWith('role '))
    .map((path) => ({ path, why: 'it cannot be made in a sandbox, so it is not compared' }));
}

async function plannedWay(story: PlanStory, sides: Sides, direction: 'there' | 'back'): Promise<Planned> {
  const { engine, roles, signal } = story;
  const there = direction === 'there';
  const [start, end] = there ? [sides.from, sides.to] : [sides.to, sides.from];
  const planned = await engine.planner.plan(sideOf(start), sideOf(end), {
    renames: there ? story.renames : turnedRenames(story.renames),
    roles: true,
    signal,
  });
  if (there && roles === 'assume') await assumedRoles(engine, sides.from, planned);
  return withRoles(planned, roles, direction);
}

function sideOf({ database, sandbox }: Side): PlannerSide {
  return { adminUrl: database.adminUrl, owner: sandbox.owner };
}

function turnedRenames(renames: readonly Rename[]): readonly Rename[] {
  return renames.flatMap((rename) =>
    rename.to === undefined ? [] : [{ ...rename, from: rename.to, to: rename.from }],
  );
}
