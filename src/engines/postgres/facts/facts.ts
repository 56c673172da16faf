import { fail } from '../../../base/error.ts';
import type { Facts } from '../../../engine/model.ts';

/** Looks statements up in the table of measured ones. */
export const facts: Facts = {
  of: () => fail('change.refused', 'No facts are known.'),
};
