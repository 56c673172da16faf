/** Ways out of an issue's state, and which of them leads to a state that is named. */
import { DbdError } from '../../../base/error.ts';
import type { Connection } from '../connection.ts';
import { statusOf, type Status } from '../issue.ts';
import { idOf, list, record, text } from '../shapes.ts';

/** One way out of the present state, as the account may take it now. */
export interface Transition {
  readonly id: string;
  readonly name: string;
  readonly to: Status;
  /** Names of fields that it demands and has no value for. */
  readonly demands: readonly string[];
}

/** The ways out of the present state. */
export async function transitionsOf(
  connection: Connection,
  path: string,
  key: string,
): Promise<readonly Transition[]> {
  const answer = record(
    await connection.json(`${path}/transitions?expand=transitions.fields`, `the transitions of ${key}`),
  );
  return list(answer['transitions']).map((each) => ({
    id: idOf(each['id']),
    name: text(each['name']),
    to: statusOf(each['to']),
    demands: Object.entries(record(each['fields']))
      .map(([id, value]) => ({ id, field: record(value) }))
      .filter(({ field }) => field['required'] === true && field['hasDefaultValue'] !== true)
      .map(({ id, field }) => text(field['name']) || id),
  }));
}

/** Every state that issues of the project may have, so that no issue is moved in search of one that does not exist; undefined where the site does not tell. */
export async function statesOf(connection: Connection, key: string): Promise<readonly Status[] | undefined> {
  const project = key.replace(/-\d+$/, '');
  try {
    const answer = await connection.find(`project/${project}/statuses`, `the states of ${project}`);
    const states = list(answer).flatMap((type) => list(record(type)['statuses']).map(statusOf));
    return states.length > 0 ? states : undefined;
  } catch (error) {
    if (error instanceof DbdError && ['tracker.denied', 'tracker.refused'].includes(error.code))
      return undefined;
    throw error;
  }
}

/** What leads to a state of this name or category. */
export type Choice =
  | { readonly kind: 'found'; readonly transition: Transition }
  | { readonly kind: 'none' }
  /** Why it is not taken. */
  | { readonly kind: 'refused'; readonly because: string };

/** The transition to a state of this name, else to the only state of this category; nothing is guessed. */
export function choose(transitions: readonly Transition[], wanted: string, mayFinish: boolean): Choice {
  const named = transitions.filter(({ to }) => same(to.name, wanted));
  const leading = named.length > 0 ? named : transitions.filter(({ to }) => isOf(to, wanted));
  if (leading.length === 0) return { kind: 'none' };
  const names = [...new Set(leading.map(({ to }) => to.name))];
  if (names.length > 1)
    return { kind: 'refused', because: `several states are of this category: ${names.join(', ')}` };
  if (leading[0]!.to.category === 'done' && !mayFinish)
    return {
      kind: 'refused',
      because: `${names[0]} is a state of the category done, and \`jira.finish: allowed\` is not configured`,
    };
  const [free] = leading.filter(({ demands }) => demands.length === 0);
  if (free) return { kind: 'found', transition: free };
  const [first] = leading as [Transition];
  return {
    kind: 'refused',
    because: `the transition "${first.name}" demands ${first.demands.join(', ')}, which a person has to fill in`,
  };
}

/** Whether a state is the wanted one, by name or by category. */
export function isWanted(status: Status, wanted: string): boolean {
  return same(status.name, wanted) || isOf(status, wanted);
}

const categories: Readonly<Record<string, string>> = {
  'to do': 'new',
  'in progress': 'indeterminate',
  done: 'done',
};

function isOf({ category, categoryName }: Status, wanted: string): boolean {
  const word = plain(wanted);
  return same(categoryName, wanted) || (category !== '' && (categories[word] ?? word) === category);
}

function same(a: string, b: string): boolean {
  return a !== '' && plain(a) === plain(b);
}

function plain(word: string): string {
  return word.normalize('NFKC').replaceAll(/\s+/g, ' ').trim().toLowerCase();
}
