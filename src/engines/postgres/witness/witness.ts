import { fail } from '../../../base/error.ts';
import type { Witness } from '../../../engine/model.ts';

/** Reads the system catalogs as the server describes them. */
export const witness: Witness = {
  observe: async () => fail('change.refused', 'Databases cannot be observed.'),
  compare: () => fail('change.refused', 'Databases cannot be observed.'),
};
