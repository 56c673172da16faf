import { fail } from '../../../base/error.ts';
import type { Structures } from '../../../engine/structure/model.ts';

const notYet = (): never => fail('task.refused', 'This part is being built.');

/** Structures of PostgreSQL. */
export const structures: Structures = {
  restore: notYet,
};
