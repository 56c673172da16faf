import type { TraitKind } from '../../engine/model.ts';
import type { QueryAt, QueryOffence } from './model.ts';

/** Habits of a kind. */
export function traitsOf({ traits }: QueryAt, kind: TraitKind): readonly QueryOffence[] {
  return traits
    .filter((trait) => trait.kind === kind)
    .map(({ says, rests, table, column }) => ({
      message: says,
      rests,
      ...(table ? { table } : {}),
      ...(column === undefined ? {} : { column }),
    }));
}

/** A way to say it otherwise, which only the structure allows. */
export function rewritesOf({ rewrites }: QueryAt, rule: string): readonly QueryOffence[] {
  return rewrites
    .filter((one) => one.rule === rule)
    .map(({ because, sql }) => ({
      message: `${because.charAt(0).toUpperCase()}${because.slice(1)}.`,
      rests: 'catalog',
      fix: sql,
    }));
}
