/** What the block's names mean: entities by id, name or table; fields and relations by name. */
import { nearest } from '../../base/text.ts';
import { refuse, shown, type At, type Placed } from '../form/form.ts';
import type { Entity, Relation } from '../model.ts';

interface Named {
  readonly id: string;
  readonly name: string;
  readonly table?: string;
}

/** Canonical form of a reference: an entity's id, or the name of an existing table for the catalog to check. */
export type Resolve = (reference: Placed<string>) => string;

/** Resolves by id, then name, then table; throws `task.unknown-reference` for an id such as `E7` that no entity has, and for a name that two entities share. */
export function resolver(entities: readonly Named[]): Resolve {
  return ({ value, at }) => {
    const found = [
      ...new Set([
        ...entities.filter(({ id }) => id === value),
        ...entities.filter(({ name }) => name === value),
        ...entities.filter(({ table }) => table === value),
      ]),
    ];
    if (found.length > 1 && found[0]!.id !== value && found[1]!.name === value)
      return refuse(
        at,
        'task.unknown-reference',
        `${shown(value)} is the name of two entities.`,
        'Use the id.',
      );
    if (found[0]) return found[0].id;
    if (/^E\d+$/.test(value))
      return refuse(
        at,
        'task.unknown-reference',
        `there is no entity ${shown(value)}.`,
        didYouMean(
          value,
          entities.flatMap(({ id, name }) => [id, name]),
        ),
      );
    return value;
  };
}

/** Names that rows, keys and rules of an entity may use: fields, relations from it, their columns, and `id`. */
export function namesOf(entity: Entity, relations: readonly Relation[]): readonly string[] {
  const own = relations.filter((relation) => relation.from === entity.id && relation.via === undefined);
  return [
    ...entity.fields.map((field) => field.name),
    ...own.map((relation) => relation.name),
    ...own.flatMap((relation) =>
      relation.to.length === 1
        ? [`${relation.name}_id`]
        : relation.to.map((_, index) => `${relation.name}_${index + 1}`),
    ),
    ...(entity.key.kind === 'fields' ? [] : ['id']),
  ];
}

/** Throws `task.unknown-reference` when the entity has no field or relation of that name. */
export function checkName(entity: Entity, relations: readonly Relation[], name: string, at: At): void {
  const known = namesOf(entity, relations);
  if (known.includes(name)) return;
  refuse(
    at,
    'task.unknown-reference',
    `${entity.id} ${entity.name} has no field or relation ${shown(name)}.`,
    didYouMean(name, known),
  );
}

/** A hint with the nearest of the names, or with all of them when none is near. */
export function didYouMean(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  return names.length === 0 ? 'There are none yet.' : `Known: ${names.slice(0, 12).join(', ')}.`;
}
