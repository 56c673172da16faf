import { fail } from '../base/error.ts';

/** Name of a new change folder: as it was given, else the time and what it is about; throws `usage.wrong-option`. */
export function changeName(given: string | undefined, about: string): string {
  if (given === undefined) return `${new Date().toISOString().replaceAll(/[-:]/g, '').slice(0, 13)}-${about}`;
  if (!/^[\w.-]{1,100}$/.test(given) || given.startsWith('.'))
    fail('usage.wrong-option', '--name is made of letters, digits, `-`, `_` and dots.');
  return given;
}
