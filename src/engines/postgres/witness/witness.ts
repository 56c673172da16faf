import type { Witness } from '../../../engine/model.ts';
import { compare } from './compare.ts';
import { observe } from './observe.ts';

/** Reads the system catalogs as the server describes them. */
export const witness: Witness = { observe, compare };
