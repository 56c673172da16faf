import { findTable } from '../../../catalog/find.ts';
import type { Name } from '../../../catalog/model.ts';
import type { Quote } from '../../../engine/model.ts';
import type { Entity, Field, FieldType } from '../../../task/model.ts';
import { fitBytes, slug } from '../../../base/text.ts';
import { cased, habitsOf } from '../../../design/naming.ts';
import type { Stage } from '../../deliverables/model.ts';
import type { AlternativeKind, Found } from '../model.ts';
import { letters, withAccess, withEntity, withSchema } from '../rewrite.ts';

/** Types of columns for the words of a shape. */
const types: Readonly<Record<string, { readonly field: FieldType; readonly sql: string }>> = {
  text: { field: { kind: 'text' }, sql: 'text' },
  number: { field: { kind: 'sql', sql: 'numeric' }, sql: 'numeric' },
  int: { field: { kind: 'bigint' }, sql: 'bigint' },
  bool: { field: { kind: 'bool' }, sql: 'boolean' },
};

/** A document, or its keys as columns. */
export const json: AlternativeKind = {
  name: 'json',
  says: 'a json document or real columns',
  find(stage) {
    const { task, planned, before } = stage;
    return task.requirements.entities.flatMap((entity) => {
      const table = planned.design.tables.get(entity.id);
      if (!table || findTable(before, table) || entity.derived) return [];
      return entity.fields
        .filter(({ type }) => type.kind === 'json')
        .flatMap((field) => found(stage, entity, field, table));
    });
  },
};

function found(stage: Stage, entity: Entity, field: Field, table: Name): readonly Found[] {
  const { task, planned, engine } = stage;
  const { quote } = engine;
  const column = planned.design.columns.get(entity.id)?.get(field.name)?.[0] ?? field.name;
  const asked = [...new Set(task.requirements.access.flatMap(({ sql }) => keysIn(sql ?? '', column)))];
  const { shape } = field;
  const keys = shape ? Object.keys(shape) : asked;
  if (keys.length === 0) return [];
  const about = `${table.name}.${column}`;
  const unknown = Object.entries(shape ?? {}).find(([, kind]) => types[kind.replace('!', '')] === undefined);
  if (unknown)
    return [
      { kind: 'impossible', about, because: `${unknown[0]} is ${unknown[1]}, which no plain column holds` },
    ];
  const foreign = asked.find((one) => !keys.includes(one));
  if (foreign !== undefined)
    return [
      {
        kind: 'impossible',
        about,
        because: `a query reads the key ${foreign}, which its shape does not name`,
      },
    ];
  const whole =
    shape && task.requirements.access.find(({ sql }) => sql !== undefined && readsWhole(sql, column));
  if (whole) return [{ kind: 'impossible', about, because: `${whole.id} reads the whole document` }];
  const names = new Map(keys.map((key) => [key, columnFor(stage, entity, field, key)]));
  const taken = `(${quote.identifier(column)}->>`;
  const fields = keys.map((key): Field => {
    const kind = shape?.[key] ?? 'text';
    const type = types[kind.replace('!', '')]!;
    const value = `${taken}${quote.literal(key)})${type.sql === 'text' ? '' : `::${type.sql}`}`;
    return {
      name: names.get(key)!,
      type: type.field,
      required: false,
      unique: false,
      examples: field.examples.flatMap((example) => valueOf(example, key)),
      sensitive: field.sensitive,
      place: field.place,
      ...(shape ? {} : { generated: value }),
    };
  });
  const kept = entity.fields.filter((one) => !shape || one !== field);
  const changed = withEntity(task, entity.id, { fields: [...kept, ...fields] });
  const source = `s.${quote.identifier(column)}`;
  const columns = Object.fromEntries(
    keys.map((key) => [
      names.get(key)!,
      `(${source}->>${quote.literal(key)})::${types[(shape?.[key] ?? 'text').replace('!', '')]!.sql}`,
    ]),
  );
  const indexes = asked.map(
    (one) =>
      `CREATE INDEX ${quote.identifier(fitBytes(`${table.name}_${names.get(one)!}_key_idx`, quote.maxBytes))} ON ${quote.name(table)} (${`(${quote.identifier(column)}->>${quote.literal(one)})`})`,
  );
  return [
    ...(indexes.length === 0
      ? []
      : [
          {
            kind: 'variant' as const,
            variant: {
              kind: 'json',
              about,
              chosen: 'jsonb',
              name: 'indexed keys',
              task: withSchema(task, indexes),
              lines: `schema: ${indexes.join('; ')}`,
              price: 'each key that is asked for costs an index',
            },
          },
        ]),
    {
      kind: 'variant',
      variant: {
        kind: 'json',
        about,
        chosen: 'jsonb',
        name: shape ? 'columns' : 'generated columns',
        task: withAccess(changed, ({ sql }) => sql && rewritten(sql, column, names, quote)),
        lines: `${entity.id} ${entity.name}: fields: { ${fields.map(({ name, generated }) => `${name}: ${generated === undefined ? '…' : `{ generated: "${generated}" }`}`).join(', ')} }`,
        ...(shape ? { load: new Map([[table.name, { columns }]]) } : {}),
        price: shape
          ? 'a new key is a change of the table'
          : 'the document stays; each write also stores the keys that queries ask for',
      },
    },
  ];
}

function columnFor({ before }: Stage, entity: Entity, field: Field, key: string): string {
  const habits = habitsOf(before);
  const plain = cased(slug(key), habits);
  return entity.fields.some(({ name }) => cased(name, habits) === plain)
    ? cased(`${field.name}_${plain}`, habits)
    : plain;
}

function access(column: string): RegExp {
  return new RegExp(`((?:\\b\\w+\\.)?)"?\\b${letters(column)}\\b"?\\s*->>\\s*'((?:[^']|'')+)'`, 'gi');
}

function keysIn(sql: string, column: string): readonly string[] {
  return [...sql.matchAll(access(column))].map((match) => match[2]!.replaceAll("''", "'"));
}

/** The document is used otherwise than by a key's text. */
function readsWhole(sql: string, column: string): boolean {
  return new RegExp(`\\b${letters(column)}\\b`, 'i').test(sql.replaceAll(access(column), ''));
}

function rewritten(sql: string, column: string, names: ReadonlyMap<string, string>, quote: Quote): string {
  return sql.replaceAll(access(column), (all: string, alias: string, key: string) => {
    const name = names.get(key.replaceAll("''", "'"));
    return name === undefined ? all : `${alias}${quote.identifier(name)}`;
  });
}

function valueOf(example: unknown, key: string): readonly unknown[] {
  if (example === null || typeof example !== 'object') return [];
  const value = (example as Record<string, unknown>)[key];
  return value === undefined || value === null ? [] : [value];
}
