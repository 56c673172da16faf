import { fail } from '../../../base/error.ts';
import type { Capture } from '../../../engine/snapshot/model.ts';

const notYet = (): never => fail('task.refused', 'This part is being built.');

/** Capture of PostgreSQL. */
export const capture: Capture = {
  read: notYet,
  script: notYet,
  fromScript: notYet,
};
