import { nearest } from '../../base/text.ts';
import type { Listed } from '../../commands/all.ts';

/** Where the words of a call lead. */
export type Route =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'group'; readonly word: string; readonly members: readonly Listed[] }
  | { readonly kind: 'command'; readonly listed: Listed; readonly words: readonly string[] }
  | { readonly kind: 'unknown'; readonly word: string; readonly near: string | undefined };

/** Finds the command a call means; a task file or an issue's key as the first word means `dbd task <word>`. */
export function route(
  words: readonly string[],
  list: readonly Listed[],
  isFile: (word: string) => boolean,
): Route {
  const flags = words.slice(
    0,
    words.findIndex((word) => !word.startsWith('-') || word === '-' || word === '--') >>> 0,
  );
  const [first, second] = words.slice(flags.length);
  if (flags.some((flag) => flag === '--version' || flag === '-V' || flag === '-v'))
    return { kind: 'version' };
  if (first === undefined) {
    const wrong = flags.find(
      (flag) => !['-h', '--help', '--json', '--quiet', '--no-color', '--debug'].includes(flag),
    );
    return wrong === undefined
      ? { kind: 'help' }
      : { kind: 'unknown', word: wrong, near: nearest(wrong, ['--help', '--version']) };
  }
  const after = words.slice(flags.length + 1);
  const two = list.find((entry) => entry.name === `${first} ${second}`);
  if (two) return { kind: 'command', listed: two, words: [...flags, ...after.slice(1)] };
  const one = list.find((entry) => entry.name === first);
  if (one) return { kind: 'command', listed: one, words: [...flags, ...after] };
  const members = list.filter((entry) => entry.name.startsWith(`${first} `));
  if (members.length > 0) {
    if (second === undefined || second.startsWith('-')) return { kind: 'group', word: first, members };
    return {
      kind: 'unknown',
      word: `${first} ${second}`,
      near: nearest(
        `${first} ${second}`,
        members.map((entry) => entry.name),
      ),
    };
  }
  const task = list.find((entry) => entry.name === 'task');
  if (task && (first === '-' || isKey(first) || /\.(md|markdown)$/i.test(first) || isFile(first)))
    return { kind: 'command', listed: task, words: [...flags, first, ...after] };
  return {
    kind: 'unknown',
    word: first,
    near: nearest(
      first,
      list.map((entry) => entry.name),
    ),
  };
}

/** `KAN-29`, its address in a browser, or its number within the configured project. */
function isKey(word: string): boolean {
  return (
    /^(?:[A-Za-z][A-Za-z0-9_]*-)?\d+$/.test(word) ||
    /^(?:[\w-]+\/[\w.-]+)?#\d+$/.test(word) ||
    /^https?:\/\/\S+\/(?:browse|jira|issues|pull)\//.test(word)
  );
}
