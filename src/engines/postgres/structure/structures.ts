import type { Structures } from '../../../engine/structure/model.ts';
import { make } from './make.ts';
import { planOf } from './plan.ts';

/** Milliseconds of one statement. */
const limitMs = 60_000;

/** Structures of PostgreSQL. */
export const structures: Structures = {
  async restore(target, { catalog, order, part }) {
    for (const { name, schema } of catalog.extensions)
      await target.installExtension(name, schema).catch(() => undefined);
    return make(planOf(catalog, order), part, {
      url: target.ownerUrl,
      catalog,
      signal: target.signal,
      limitMs,
    });
  },
};
