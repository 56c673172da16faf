import type { AlternativeKind } from '../model.ts';
import { json } from './json.ts';
import { key } from './key.ts';
import { normalForm } from './normal-form.ts';
import { partition } from './partition.ts';
import { summary } from './summary.ts';

/** Every kind of alternative, in the order in which they are looked for and built. */
export const alternativeKinds: readonly AlternativeKind[] = [summary, partition, json, normalForm, key];
