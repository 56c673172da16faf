import { fail } from '../../../base/error.ts';
import type { Live } from '../../../engine/model.ts';

/** Reads the server's own views of what goes on. */
export const live: Live = {
  look: async () => fail('change.refused', 'Nothing can be seen.'),
};
