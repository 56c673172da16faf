import type { Entity } from '../model.ts';

/** Entities with a key, and only the relations among them. */
export function keyed(all: readonly Entity[]): readonly Entity[] {
  const some = all.filter((entity) => entity.key.length > 0);
  const names = new Set(some.map(({ typeName }) => typeName));
  return some.map((entity) => ({
    ...entity,
    relations: entity.relations.filter(({ to }) => names.has(to)),
  }));
}
