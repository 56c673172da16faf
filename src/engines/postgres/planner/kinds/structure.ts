import type { Kind } from '../model.ts';
import { conversions } from './casts.ts';
import { columns } from './columns.ts';
import { constraints } from './constraints.ts';
import { defaults } from './defaults.ts';
import { indexes } from './indexes.ts';
import { parents } from './parents.ts';
import { sequences } from './sequences.ts';
import { tables } from './tables.ts';

/** Tables and everything that is a part of them or serves them, in the order in which they are naturally made. */
export const structure: readonly Kind<never>[] = [
  conversions,
  sequences,
  tables,
  columns,
  defaults,
  constraints,
  indexes,
  parents,
] as unknown as readonly Kind<never>[];
