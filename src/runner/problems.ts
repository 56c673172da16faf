/** What keeps a run from beginning, each with the next thing to type. */
import type { ChangeStatus, Problem, Situation } from './model.ts';
import { orderOf } from './folder.ts';
import { phaseKey, stepHash } from './steps.ts';

const ran: readonly ChangeStatus['state'][] = ['done', 'baseline', 'partly', 'reversing'];

/** Every problem of history and folder, gravest first; nothing is run while there is one. */
export function problemsOf({ changes }: Situation, late: boolean): readonly Problem[] {
  return [
    ...changes.flatMap((change) => edited(change)),
    ...changes.flatMap((change): readonly Problem[] =>
      change.stored === undefined && ran.includes(change.state)
        ? [
            {
              kind: 'gone',
              change: change.id,
              text: `${change.id} has run, and is not in the folder any more.`,
              next: `Bring it back from version control, or forget it: dbd repair --forget ${change.id}`,
            },
          ]
        : [],
    ),
    ...twins(changes),
    ...(late ? [] : lateOnes(changes)),
    ...changes.flatMap((change): readonly Problem[] =>
      change.stored?.refusal !== undefined && !ran.includes(change.state)
        ? [
            {
              kind: 'questions',
              change: change.id,
              text: `${change.id} is not ready: ${change.stored.refusal}.`,
              next: `Answer them and make the change again: dbd task, or dbd plan --rename`,
            },
          ]
        : [],
    ),
    ...changes.flatMap((change): readonly Problem[] =>
      change.state === 'reversing'
        ? [
            {
              kind: 'half',
              change: change.id,
              text: `The way back of ${change.id} was begun and not finished.`,
              next: 'dbd rollback',
            },
          ]
        : [],
    ),
  ];
}

/** A step that has run must stand in the file as it ran; one that has not may be mended. */
function edited({ id, state, stored, ran: hash, steps }: ChangeStatus): readonly Problem[] {
  if (!stored || !ran.includes(state)) return [];
  const next = `Bring the file back from version control and put the difference into a new change, or take it over: dbd repair --accept ${id}`;
  if (state === 'done' || state === 'baseline')
    return hash === stored.hash
      ? []
      : [{ kind: 'edited', change: id, text: `${id} has run with another text than it has now.`, next }];
  const now = new Map(
    stored.up.phases.flatMap((phase) =>
      phase.steps.map((step) => [`${phaseKey(phase)}/${step.id}`, stepHash(step)] as const),
    ),
  );
  const other = steps.filter(
    ({ state: one, phase, step, last }) =>
      one === 'done' &&
      !phase.startsWith('down-') &&
      last?.stepHash !== undefined &&
      now.get(`${phase}/${step}`) !== last.stepHash,
  );
  return other.length === 0
    ? []
    : [
        {
          kind: 'edited',
          change: id,
          text: `${id}: ${other.map(({ phase, step }) => `${phase}, step ${step}`).join('; ')} ran with another text than now.`,
          next,
        },
      ];
}

/** Two changes with one time or number have no order. */
function twins(changes: readonly ChangeStatus[]): readonly Problem[] {
  const files = changes.filter(({ stored }) => stored !== undefined);
  return files.flatMap((change, i): readonly Problem[] => {
    const other = files.find((one, at) => at < i && orderOf(one.id) === orderOf(change.id));
    const open = [change, other].find((one) => one?.state === 'pending') ?? change;
    return other && [change, other].some(({ state }) => state === 'pending')
      ? [
          {
            kind: 'twins',
            change: change.id,
            text: `${other.id} and ${change.id} carry the same ${/T/.test(orderOf(change.id)) ? 'time' : 'number'}, so nothing says which comes first.`,
            next: `Rename ${open.id}, so that the one that builds on the other has the later name.`,
          },
        ]
      : [];
  });
}

/** A change that is older than one that has run was written without it. */
function lateOnes(changes: readonly ChangeStatus[]): readonly Problem[] {
  const newest = changes.findLast(({ state }) => ran.includes(state));
  return changes.flatMap(({ id, state }): readonly Problem[] =>
    state === 'pending' && newest !== undefined && id < newest.id
      ? [
          {
            kind: 'late',
            change: id,
            text: `${id} comes late: ${newest.id} has run before it.`,
            next: `Rehearse both together, then give --late; or rename ${id}.`,
          },
        ]
      : [],
  );
}
