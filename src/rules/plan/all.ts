import type { PlanRule } from './model.ts';

/** Every rule, in the order in which they are shown. */
export const planRules: readonly PlanRule[] = [];
