import type { Kind } from '../model.ts';
import { dependants, foundations } from './others.ts';
import { structure } from './structure.ts';

/** All kinds in the order in which a structure is naturally made; drops go the other way round. */
export const kinds: readonly Kind<never>[] = [...foundations, ...structure, ...dependants];
