import type { RewriteRule } from '../model.ts';
import { notInToNotExists } from './not-in-to-not-exists.ts';

/** Every rewrite, the surest first. */
export const rewriteRules: readonly RewriteRule[] = [notInToNotExists];
