import { keyOf, printName, printPart } from '../../catalog/identity.ts';
import type { Name } from '../../catalog/model.ts';
import type { Deed, DeedKind } from '../../engine/model.ts';
import type { At, ChangeOffence, Told } from './model.ts';

/** Whether the statement is one of these rows of the lock table, and locks anything that somebody uses. */
export function known({ facts }: Told, ...ids: readonly string[]): boolean {
  return facts.locks.length > 0 && ids.some((id) => facts.known.includes(id));
}

/** Deeds of a kind. */
export function deeds({ deeds: all }: Told, kind: DeedKind, ...words: readonly string[]): readonly Deed[] {
  return all.filter((deed) => deed.kind === kind && words.every((word) => deed.words.includes(word)));
}

/** Whether the table was made by the same migration. */
export function isFresh({ before }: Told, name: Name | undefined): boolean {
  return name !== undefined && before.fresh?.has(keyOf(name)) === true;
}

/** Deeds of a kind on tables that are in use. */
export function inUse(at: Told, kind: DeedKind, ...words: readonly string[]): readonly Deed[] {
  return deeds(at, kind, ...words).filter(({ table }) => !isFresh(at, table));
}

/** `public.users.email`. */
export function placeOf({ table, name }: Deed): string {
  const whole = table ? printName(table) : '';
  return [whole, ...(name ? [printPart(name)] : [])].filter((part) => part !== '').join('.');
}

/** Tables under a lock that keeps writers out. */
export function held({ facts }: Told): readonly Name[] {
  return facts.locks
    .filter(({ mode }) => /^(?:SHARE|SHARE ROW EXCLUSIVE|EXCLUSIVE|ACCESS EXCLUSIVE)$/.test(mode))
    .map(({ relation }) => relation);
}

/** Tables under ACCESS EXCLUSIVE. */
export function closed({ facts }: Told): readonly Name[] {
  return facts.locks.filter(({ mode }) => mode === 'ACCESS EXCLUSIVE').map(({ relation }) => relation);
}

/** One offence that says what the lock table says of the statement, where it is one of these rows. */
export function measured(
  at: At,
  ids: readonly string[],
  what: string,
  fix?: 'forms',
): readonly ChangeOffence[] {
  if (!known(at, ...ids)) return [];
  const tables = held(at);
  return [
    {
      message: `${what}: ${at.engine.facts.say(at.facts)}.`,
      ...(tables[0] ? { object: printName(tables[0]), tables } : {}),
      ...(fix ? { fix } : {}),
    },
  ];
}
