import { option, text, id } from '../../structure/making.ts';

/** `SET (…)` and `RESET (…)` between two lists of `name=value`. */
export function optionActions(before: readonly string[], after: readonly string[]): readonly string[] {
  const set = after.filter((stored) => !before.includes(stored));
  const kept = new Set(after.map(nameOf));
  const reset = before.map(nameOf).filter((name) => !kept.has(name));
  return [
    ...(set.length === 0 ? [] : [`SET (${set.map(option).join(', ')})`]),
    ...(reset.length === 0
      ? []
      : [`RESET (${reset.map((name) => name.split('.').map(id).join('.')).join(', ')})`]),
  ];
}

function nameOf(stored: string): string {
  return stored.slice(0, stored.indexOf('='));
}

/** `OPTIONS (host 'a')` of foreign data, or nothing. */
export function foreignOptions(options: readonly string[]): string {
  return options.length === 0 ? '' : ` OPTIONS (${options.map(foreignOption).join(', ')})`;
}

/** `OPTIONS (SET host 'b', DROP port)` between two lists of `name=value`, or nothing. */
export function foreignOptionsChange(before: readonly string[], after: readonly string[]): string {
  const was = new Map(before.map((stored) => [nameOf(stored), stored]));
  const is = new Set(after.map(nameOf));
  const parts = [
    ...after
      .filter((stored) => was.get(nameOf(stored)) !== stored)
      .map((stored) => `${was.has(nameOf(stored)) ? 'SET' : 'ADD'} ${foreignOption(stored)}`),
    ...[...was.keys()].filter((name) => !is.has(name)).map((name) => `DROP ${id(name)}`),
  ];
  return parts.length === 0 ? '' : ` OPTIONS (${parts.join(', ')})`;
}

function foreignOption(stored: string): string {
  return `${id(nameOf(stored))} ${text(stored.slice(stored.indexOf('=') + 1))}`;
}

/** Whether an option is one that nobody may read: its value reaches no statement. */
export function isSecret(stored: string): boolean {
  return /pass|secret|token|key|credential/i.test(nameOf(stored));
}
