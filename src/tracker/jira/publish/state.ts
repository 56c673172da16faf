/** Moves an issue to a state that is named: directly, or over one state between; never to done unless that is configured, never back out of it. */
import { DbdError } from '../../../base/error.ts';
import type { PublishedPart } from '../../model.ts';
import { statusOf, type Status } from '../issue.ts';
import { record } from '../shapes.ts';
import type { Part, Work } from './work.ts';
import { choose, isWanted, statesOf, transitionsOf, type Choice, type Transition } from './transitions.ts';

/** States between that are tried. */
const mostVias = 3;
/** States that are named where the wanted one does not exist. */
const mostNames = 12;

/** Compares the state with the wanted one; nothing where none is wanted. */
export async function stateParts(work: Work): Promise<readonly Part[]> {
  const wanted = work.publication.state;
  if (wanted === undefined) return [];
  const { issue, mark, connection, path } = work;
  const { status } = issue;
  const told = (did: PublishedPart['did'], note?: string): Part => ({ would: part(wanted, did, note) });
  if (isWanted(status, wanted)) return [told('unchanged')];
  const before = mark?.publication === work.publication.hash ? mark.state : undefined;
  if (before?.name === wanted && before.reached)
    return [told('unchanged', `it was reached with this publication and is ${status.name} since`)];
  if (status.category === 'done') return [told('left-alone', `the issue is ${status.name}`)];
  const ways = await transitionsOf(connection, path, issue.key);
  const choice = choose(ways, wanted, work.mayFinish);
  if (choice.kind === 'refused') return [told('left-alone', choice.because)];
  if (choice.kind === 'found')
    return [
      {
        would: part(choice.transition.to.name, 'updated', `from ${status.name}`),
        act: () => direct(work, wanted, choice.transition),
      },
    ];
  const vias = viasOf(ways, status);
  if (vias.length === 0 || before?.name === wanted) {
    // Another run may have moved the issue between the two looks.
    const now = await statusNow(work);
    return [isWanted(now, wanted) ? told('unchanged') : told('left-alone', noWay(status, ways))];
  }
  const states = await statesOf(connection, issue.key);
  if (states !== undefined && !states.some((each) => isWanted(each, wanted))) {
    const names = [...new Set(states.map(({ name }) => name))].slice(0, mostNames).join(', ');
    return [told('left-alone', `the project has no such state; it has ${names}`)];
  }
  return [
    {
      would: part(
        wanted,
        'updated',
        `not reached from ${status.name} directly; tried over ${vias.map(({ to }) => to.name).join(', ')}`,
      ),
      act: async () => settled(work, wanted, await over(work, wanted, vias, ways)),
    },
  ];
}

function part(name: string, did: PublishedPart['did'], note?: string): PublishedPart {
  return { what: 'state', name, did, ...(note === undefined ? {} : { note }) };
}

function noWay(status: Status, ways: readonly Transition[]): string {
  const names = ways.flatMap(({ to }) => (to.id === status.id ? [] : to.name)).join(', ');
  return `no way leads there from ${status.name}${names === '' ? ', nor anywhere else for this account' : `, only to ${names}`}`;
}

/** States between: of work in progress first, never done, never through a form. */
function viasOf(ways: readonly Transition[], from: Status): readonly Transition[] {
  return ways
    .filter(({ to, demands }) => to.id !== from.id && to.category !== 'done' && demands.length === 0)
    .toSorted((a, b) => Number(a.to.category === 'new') - Number(b.to.category === 'new'))
    .slice(0, mostVias);
}

async function direct(work: Work, wanted: string, transition: Transition): Promise<PublishedPart> {
  const problem = await take(work, transition);
  if (problem === undefined) return part(transition.to.name, 'updated', `from ${work.issue.status.name}`);
  return settled(work, wanted, part(wanted, 'left-alone', problem));
}

/** What was done, unless another run has meanwhile brought the issue where it should be. */
async function settled(work: Work, wanted: string, done: PublishedPart): Promise<PublishedPart> {
  if (done.did !== 'left-alone') return done;
  const now = await statusNow(work);
  return isWanted(now, wanted) ? part(now.name, 'unchanged') : done;
}

/** Breadth first over one state between; from a dead end it goes back. */
async function over(
  work: Work,
  wanted: string,
  vias: readonly Transition[],
  ways: readonly Transition[],
): Promise<PublishedPart> {
  const { connection, path, issue, mayFinish } = work;
  let refused: Extract<Choice, { kind: 'refused' }> | undefined;
  for (const via of vias) {
    const problem = await take(work, via);
    if (problem !== undefined) continue;
    const onward = await transitionsOf(connection, path, issue.key);
    const choice = choose(onward, wanted, mayFinish);
    if (choice.kind === 'refused') refused ??= choice;
    if (choice.kind === 'found') {
      const stuck = await take(work, choice.transition);
      return stuck === undefined
        ? part(choice.transition.to.name, 'updated', `from ${issue.status.name} over ${via.to.name}`)
        : part(wanted, 'left-alone', `${stuck} The issue is ${via.to.name} now.`);
    }
    const back = onward.find(({ to, demands }) => to.id === issue.status.id && demands.length === 0);
    if (!back || (await take(work, back)) !== undefined)
      return part(
        wanted,
        'left-alone',
        `${refused?.because ?? `no way leads there from ${via.to.name}`}; the issue is ${via.to.name} now, since no way leads back`,
      );
  }
  return part(
    wanted,
    'left-alone',
    refused?.because ?? `${noWay(issue.status, ways)}, and none leads there from these`,
  );
}

/** Takes a transition; undefined when it was taken, else why it was not. */
async function take(
  { connection, path, issue }: Work,
  { id, name, to }: Transition,
): Promise<string | undefined> {
  try {
    await connection.write({
      path: `${path}/transitions`,
      what: `the transition "${name}" of ${issue.key}`,
      how: {
        method: 'POST',
        json: { transition: { id } },
        landed: async () =>
          (await statusNow({ connection, path, issue })).id === to.id ? { landed: true } : undefined,
      },
    });
    return undefined;
  } catch (error) {
    if (
      !(error instanceof DbdError) ||
      !['tracker.refused', 'tracker.denied', 'tracker.missing'].includes(error.code)
    )
      throw error;
    return error.message;
  }
}

async function statusNow({
  connection,
  path,
  issue,
}: Pick<Work, 'connection' | 'path' | 'issue'>): Promise<Status> {
  const answer = await connection.json(`${path}?fields=status`, `the state of ${issue.key}`);
  return statusOf(record(record(answer)['fields'])['status']);
}
