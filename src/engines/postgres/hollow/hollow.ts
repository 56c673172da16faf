import { fail } from '../../../base/error.ts';
import type { Hollow } from '../../../engine/hollow/model.ts';

const notYet = (): never => fail('task.refused', 'This part is being built.');

/** Hollow of PostgreSQL. */
export const hollow: Hollow = {
  settings: () => ({}),
  apply: notYet,
  whatIf: notYet,
};
