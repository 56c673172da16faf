import { deeds, inUse, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** DROP … CASCADE. */
export const unnamedCompanions: ChangeRule = {
  id: 'unnamed-companions',
  group: 'application',
  severity: 'warning',
  finds: 'DROP … CASCADE',
  because: 'what depends on it goes along without being named, and nobody reviewed it',
  instead: 'Drop what depends on it by name, in the same migration.',
  check: (at) =>
    [
      ...inUse(at, 'drop column', 'cascade'),
      ...inUse(at, 'drop constraint', 'cascade'),
      ...deeds(at, 'drop view', 'cascade'),
      ...deeds(at, 'drop other', 'cascade'),
      ...deeds(at, 'drop index', 'cascade'),
    ].map((deed) => ({
      message: `Whatever depends on ${placeOf(deed) || 'it'} is dropped along, unnamed.`,
      object: placeOf(deed),
    })),
};
