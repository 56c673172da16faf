import { fail } from '../../../base/error.ts';
import type { Planner } from '../../../engine/model.ts';

/** Plans from two catalogs. */
export const planner: Planner = {
  plan: async () => fail('change.refused', 'Structures cannot be planned from one another.'),
};
