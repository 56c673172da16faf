/** From two structures to a change that was carried out, witnessed, and taken back. */
import { step, type Emit } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import type {
  Engine,
  Planned,
  PlannedStatement,
  PlannerStructure,
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
  let read: Read | undefined;
  const planned = await step(
    emit,
    'plan the way there',
    async () => {
      read = await bothRead(story, sides);
      const there = await plannedThere(story, read);
      // Roles that it takes for granted are part of the start from here on.
      if (story.roles === 'assume' && (await assumedRoles(engine, sides.from, there)))
        read = { ...read, from: await readOf(story, sides.from) };
      return withRoles(there, story.roles, 'there');
    },
    ({ statements }) => plural(statements.length, 'statement'),
  );
  if (planned.refused.length > 0) return { ...none, planned, refused: [...unlike, ...planned.refused] };
  if (planned.statements.length === 0)
    return { ...none, planned, refused: [...unlike, ...apart.flatMap(unplanned)] };
  const back = await step(emit, 'plan the way back', () => plannedBack(story, read!));
  // What was read is large; from here on the witness alone is asked.
  read = undefined;
  const proof = { engine, from: sides.from, to: sides.to.database, before, wanted, roles, emit, signal };
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
  let inOrder = false;
  for (let round = 0; !offline && round < exchanges; round += 1) {
    const online = onlineWay(ways, plain, inOrder);
    const first = 'why' in online ? undefined : await tried(proof, online, 'online');
    if (first && isThere(first)) return taken(first);
    if (first) others.push(first);
    // Phases take statements apart that only work in their order; before a form is given up, that order is kept.
    if (first?.failed && !inOrder) {
      inOrder = true;
      continue;
    }
    const found = blamed(engine, planned.statements, 'why' in online ? online : first!);
    short.push('why' in online ? online.why : reasons(first!)[0]!.why);
    const size = plain.size;
    for (const statement of found) plain.add(statement);
    if (plain.size === size || plain.size === planned.statements.length) break;
  }
  const last = await tried(proof, shortWay(ways), 'short');
  if (isThere(last)) return taken(last);
  return { others: [...others, last], short, refused: reasons(last, planned) };
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

/** What keeps a way from being taken; a statement that failed is told by its object. */
function reasons({ failed, left = [], form }: Tried, planned?: Planned): readonly Refused[] {
  if (failed) {
    // Plain statements are numbered as they were planned.
    const statement = form === 'short' ? planned?.statements[Number(failed.details['step']) - 1] : undefined;
    return [{ path: statement?.path ?? 'the plan', why: `it cannot be carried out: ${failed.message}` }];
  }
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

/** Both sides as the planner found them, once for both directions. */
interface Read {
  readonly from: PlannerStructure;
  readonly to: PlannerStructure;
}

async function bothRead(story: PlanStory, { from, to }: Sides): Promise<Read> {
  const [start, end] = await Promise.all([readOf(story, from), readOf(story, to)]);
  return { from: start, to: end };
}

function readOf({ engine, signal }: PlanStory, { database, sandbox }: Side): Promise<PlannerStructure> {
  return engine.planner.read({ adminUrl: database.adminUrl, owner: sandbox.owner }, { roles: true, signal });
}

async function plannedThere({ engine, renames, signal }: PlanStory, { from, to }: Read): Promise<Planned> {
  return engine.planner.plan(from, to, { renames, roles: true, signal });
}

async function plannedBack({ engine, renames, roles, signal }: PlanStory, read: Read): Promise<Planned> {
  const options = { renames: turnedRenames(renames), roles: true, signal };
  return withRoles(await engine.planner.plan(read.to, read.from, options), roles, 'back');
}

function turnedRenames(renames: readonly Rename[]): readonly Rename[] {
  return renames.flatMap((rename) =>
    rename.to === undefined ? [] : [{ ...rename, from: rename.to, to: rename.from }],
  );
}
