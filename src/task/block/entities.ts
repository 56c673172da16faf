/** Entities and relations of a block: names resolved, keys and rows checked. */
import { slug } from '../../base/text.ts';
import { entriesOf } from '../form/entries.ts';
import { refuse, shown, type At, type Placed } from '../form/form.ts';
import { isMap } from 'yaml';
import type { Derived, Entity, Field, Relation, Row } from '../model.ts';
import { featureNames, readFeatures } from './features.ts';
import { optional, record } from './values.ts';
import { checkName, type Resolve } from './references.ts';
import type { Sayer } from './says.ts';
import type { field } from './entity-words.ts';
import type { RawBlock } from './vocabulary.ts';

type RawField = ReturnType<typeof field.read>;
type RawFields = readonly (readonly [string, RawField, Field['place']])[];
type RawEntity = NonNullable<RawBlock['entities']>[number];
type RawRelation = NonNullable<RawBlock['relations']>[number];

/** Id, name and table of each entity; throws `task.wrong-value` when two share one. */
export function headings(
  raw: readonly RawEntity[],
): readonly { readonly id: string; readonly name: string; readonly table?: string }[] {
  const seen = new Set<string>();
  return raw.map(({ id, name = id, value, at }) => {
    for (const word of new Set([name, ...(value.table === undefined ? [] : [value.table])])) {
      if (seen.has(word))
        return refuse(
          at,
          'task.wrong-value',
          `two entities are called ${shown(word)}.`,
          'Give each entity its own name and table.',
        );
      seen.add(word);
    }
    return { id, name, ...(value.table === undefined ? {} : { table: value.table }) };
  });
}

/** Entities without their checks, which need the relations. */
export function readEntities(raw: readonly RawEntity[], resolve: Resolve, say: Sayer): readonly Entity[] {
  return raw.map(({ id, name = id, place, at, value }) => {
    const entity = {
      id,
      name,
      ...optional('purpose', value.purpose),
      ...optional('table', value.table),
      key:
        typeof value.key === 'object'
          ? { kind: 'fields' as const, names: value.key.map((each) => each.value) }
          : { kind: value.key ?? ('identity' as const) },
      fields: readFields(value.fields ?? [], [...at.path, 'fields'], at),
      unique: (value.unique ?? []).map((names) => names.map((each) => each.value)),
      history: value.history ?? ('none' as const),
      lookup: (value.lookup ?? []).map((row) => row.value),
      ...optional('tenant', value.tenant?.value),
      ...optional('derived', value.derived && readDerived(value.derived, resolve)),
      ...readFeatures(value, at),
    };
    return { ...entity, says: value.says ?? say.entity(entity), place };
  });
}

/** Fields in the order in which they are written; a missing type is assumed to be text. */
export function readFields(raw: RawFields, path: readonly string[], at: At): readonly Field[] {
  return raw.map(([name, value, place]) => {
    if (name.trim() === '' || name.includes('\0') || name.length > 200)
      return refuse({ ...at, path }, 'task.wrong-value', `${shown(name)} is not a name for a field.`);
    const typePath = [...path, name, 'type'];
    const { open } = at.source;
    const marked = open.some(
      (each) =>
        each.path.length === typePath.length && each.path.every((part, index) => part === typePath[index]),
    );
    if (value.type === undefined && !marked) open.push({ path: typePath, kind: 'assumed' });
    return {
      name,
      type: value.type ?? { kind: 'text' },
      required: value.required ?? false,
      unique: value.unique ?? false,
      ...(value.default === undefined || value.default === null ? {} : { default: value.default }),
      examples: value.examples ?? [],
      sensitive: value.sensitive ?? false,
      ...optional('unit', value.unit),
      ...optional('check', value.check),
      ...optional('generated', value.generated),
      ...optional('shape', value.shape && record(value.shape.map(([key, kind]) => [key, kind]))),
      ...optional('values', value.values),
      place,
    };
  });
}

function readDerived(raw: NonNullable<RawEntity['value']['derived']>, resolve: Resolve): Derived {
  return {
    from: resolve(raw.from!),
    by: record((raw.by ?? []).map(([name, expression]) => [name, expression])),
    set: record(
      (raw.set ?? []).map(([name, aggregate]) => [name, aggregate.value.trim().replaceAll(/\s+/g, ' ')]),
    ),
    keep: raw.keep ?? 'on-write',
    onSourceDelete: raw.on_source_delete ?? 'subtract',
  };
}

/** Relations with their names; an unnamed one is called after what it points to. */
export function readRelations(
  raw: readonly RawRelation[],
  resolve: Resolve,
  nameOf: (reference: string) => string,
  say: Sayer,
): readonly Relation[] {
  const taken = new Set<string>();
  return raw.map(({ id, name: title, place, at, value }) => {
    const from = resolve(value.from!);
    const to = [...new Set((value.to ?? []).map(resolve))];
    if (to.length === 0)
      return refuse(
        at,
        'task.wrong-value',
        `\`${at.path.join('.')}.to\` must name at least one entity or table.`,
      );
    const relation = {
      id,
      from,
      to,
      name:
        value.name ??
        (to.length > 1
          ? 'target'
          : to[0] === from
            ? 'parent'
            : singular(slug(nameOf(to[0]!).replace(/^.*\./, '')) || 'target')),
      required: value.required ?? false,
      onDelete: value.on_delete ?? ('no action' as const),
      one: value.one ?? false,
      ...optional('via', value.via),
      ...(value.fields === undefined ? {} : { fields: readFields(value.fields, [...at.path, 'fields'], at) }),
      ...optional('tree', value.tree),
    };
    if (relation.tree !== undefined && (to.length > 1 || to[0] !== from))
      return refuse(
        at,
        'task.wrong-value',
        `\`${at.path.join('.')}.tree\` is for a relation of an entity to itself.`,
      );
    if (taken.has(`${from}\0${relation.name}`))
      return refuse(
        at,
        'task.wrong-value',
        `two relations of ${nameOf(from)} are called ${shown(relation.name)}.`,
        'Give one of them another `name`.',
      );
    taken.add(`${from}\0${relation.name}`);
    return { ...relation, says: value.says ?? title ?? say.relation(relation), place };
  });
}

/** Checks the names in keys, uniques, lookup rows, tenants and derived summaries of every entity. */
export function checkEntities(
  raw: readonly RawEntity[],
  entities: readonly Entity[],
  relations: readonly Relation[],
): void {
  raw.forEach(({ value, at }, index) => {
    const entity = entities[index]!;
    for (const relation of relations) {
      if (
        relation.from === entity.id &&
        relation.via === undefined &&
        entity.fields.some((each) => each.name === relation.name)
      )
        refuse(
          at,
          'task.wrong-value',
          `${entity.id} has a field and a relation called ${shown(relation.name)}.`,
        );
    }
    const named: readonly Placed<string>[] = [
      ...(typeof value.key === 'object' ? value.key : []),
      ...(value.unique ?? []).flat(),
      ...(value.tenant ? [value.tenant] : []),
      ...featureNames(value),
    ];
    for (const { value: name, at: place } of named) checkName(entity, relations, name, place);
    for (const row of value.lookup ?? []) checkRow(entity, relations, row);
    for (const [name, aggregate] of value.derived?.set ?? []) {
      checkName(entity, relations, name, aggregate.at);
      checkAggregate(
        aggregate,
        entities.find(({ id }) => id === entity.derived?.from),
        relations,
      );
    }
  });
}

function checkAggregate(
  { value, at }: Placed<string>,
  source: Entity | undefined,
  relations: readonly Relation[],
): void {
  const match = /^(?:count|count by (?<by>\S.*)|(?:sum|min|max) (?<of>\S.*))$/.exec(
    value.trim().replaceAll(/\s+/g, ' '),
  );
  if (!match)
    return refuse(
      at,
      'task.wrong-value',
      `\`${at.path.join('.')}\` must be \`count\`, \`count by <field>\`, \`sum <field>\`, \`min <field>\` or \`max <field>\`, not ${shown(value)}.`,
    );
  const field = match.groups?.['by'] ?? match.groups?.['of'];
  if (field !== undefined && source) checkName(source, relations, field, at);
}

/** Throws `task.unknown-reference` for a row that names a field the entity does not have. */
export function checkRow(entity: Entity, relations: readonly Relation[], row: Placed<Row>): void {
  if (!isMap(row.at.node)) return;
  for (const { key, keyOffset, at } of entriesOf(row.at, row.at.node))
    checkName(entity, relations, key, { ...at, offset: keyOffset });
}

function singular(word: string): string {
  if (/(?:ss|us|is)$/.test(word)) return word;
  return word
    .replace(/ies$/, 'y')
    .replace(/(ss|sh|ch|x|z)es$/, '$1')
    .replace(/s$/, '');
}
