import { lockNames, strength } from '../lock-modes.ts';

const keys: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(lockNames).map(([key, name]) => [name, key]),
);

/** From 0 for ACCESS SHARE to 7 for ACCESS EXCLUSIVE, of a mode as the manual writes it. */
export function power(mode: string): number {
  return strength(keys[mode] ?? '');
}
