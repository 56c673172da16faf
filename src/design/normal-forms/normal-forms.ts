/** The normal forms of a task's entities, from their keys and their declared dependencies. */
import type { Entity, Field, Requirements } from '../../task/model.ts';
import { judge, type Judgement, type Relation } from './judge.ts';

/** Kinds of values in `shape` that are lists. */
const lists = /^(?:array|list)\b|\[\]/;

/** Judges one entity; its relations count as attributes. */
export function normalForms(entity: Entity, { relations }: Requirements): Judgement {
  return judge(relationOf(entity, relations));
}

/** An entity as attributes and dependencies. */
export function relationOf(entity: Entity, relations: Requirements['relations']): Relation {
  const own = relations.filter((each) => each.from === entity.id && each.via === undefined);
  const surrogate = entity.key.kind === 'fields' ? undefined : 'id';
  const key = entity.key.kind === 'fields' ? entity.key.names : ['id'];
  const required = (name: string): boolean =>
    key.includes(name) ||
    entity.fields.some((field) => field.name === name && field.required) ||
    own.some((each) => each.name === name && each.required);
  const uniques = [
    ...entity.fields.filter((field) => field.unique).map((field) => [field.name]),
    ...own.filter((each) => each.one).map((each) => [each.name]),
    ...entity.unique,
  ].filter((names) => names.every(required));
  const plain = (name: string): string => own.find((each) => name === `${each.name}_id`)?.name ?? name;
  const names = (list: readonly string[]): readonly string[] => [...new Set(list.map(plain))];
  const why = (given: { readonly why?: string }): { readonly why?: string } =>
    given.why === undefined ? {} : { why: given.why };
  return {
    attributes: [
      ...(surrogate === undefined ? [] : [surrogate]),
      ...own.map((each) => each.name),
      ...entity.fields.map((field) => field.name),
    ],
    ...(surrogate === undefined ? {} : { surrogate }),
    keys: [key, ...uniques].map(names),
    functional: entity.depends.flatMap((each) =>
      each.kind === 'functional' ? [{ on: names(each.on), sets: names(each.sets), ...why(each) }] : [],
    ),
    multivalued: entity.depends.flatMap((each) =>
      each.kind === 'multivalued' ? [{ on: names(each.on), sets: names(each.sets), ...why(each) }] : [],
    ),
    joins: entity.depends.flatMap((each) =>
      each.kind === 'join' ? [{ parts: each.parts.map(names), ...why(each) }] : [],
    ),
    repeating: [...numbered(entity.fields), ...several(entity.fields)],
  };
}

/** phone1, phone2: the same thing under numbered names. */
function numbered(fields: readonly Field[]): Relation['repeating'] {
  const groups = new Map<string, string[]>();
  for (const { name, type } of fields) {
    const base = /^(.*?\D)_?\d+$/.exec(name)?.[1];
    if (base === undefined) continue;
    const key = `${base.replace(/_$/, '')} ${JSON.stringify(type)}`;
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups.values()]
    .filter((names) => names.length > 1)
    .map((names) => ({
      names,
      strict: true,
      because: `${names.join(', ')} are the same thing under numbered names: there is no place for one more, and every question must be asked ${names.length} times`,
    }));
}

/** Values that are lists: a table of their own where their items have a life of their own. */
function several(fields: readonly Field[]): Relation['repeating'] {
  return fields.flatMap((field) => {
    const listed =
      field.type.kind === 'tags' ||
      (field.type.kind === 'sql' && /\[\]$|\barray\b/i.test(field.type.sql.trim())) ||
      (field.type.kind === 'json' &&
        (field.examples.some((example) => Array.isArray(example)) ||
          Object.values(field.shape ?? {}).some((kind) => lists.test(kind))));
    return listed
      ? [
          {
            names: [field.name],
            strict: false,
            because: `${field.name} holds a list: right where its items are only read together, a table of its own where one of them is looked for, counted or referred to`,
          },
        ]
      : [];
  });
}
