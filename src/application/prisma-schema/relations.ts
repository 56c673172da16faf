/** Relations of a Prisma schema as foreign keys and junction tables. */
import type { Quote } from '../../engine/model.ts';
import type { PrismaAttribute, PrismaField, PrismaModel, PrismaSchema, Refuse } from './model.ts';
import { onlyKnown } from './indexes.ts';
import { argument, constraintName, listedFields, mapped, schemaOf, textArgument } from './names.ts';

interface Place {
  readonly schema: PrismaSchema;
  readonly quote: Quote;
  readonly tableName: (model: PrismaModel) => string;
  /** Type of a column without its default. */
  readonly typeOf: (field: PrismaField) => string;
  readonly refuse: Refuse;
}

const actions: Readonly<Record<string, string>> = {
  Cascade: 'CASCADE',
  Restrict: 'RESTRICT',
  NoAction: 'NO ACTION',
  SetNull: 'SET NULL',
  SetDefault: 'SET DEFAULT',
};

/** `ALTER TABLE … ADD CONSTRAINT … FOREIGN KEY` of every relation that names its fields. */
export function foreignKeys(place: Place): readonly string[] {
  return place.schema.models.flatMap((model) =>
    model.fields.flatMap((field) => {
      const relation = relationOf(field);
      return relation && argument(relation, 'fields') ? [foreignKey(place, model, field, relation)] : [];
    }),
  );
}

function relationOf({ attributes }: PrismaField): PrismaAttribute | undefined {
  return attributes.find(({ name }) => name === 'relation');
}

function foreignKey(place: Place, model: PrismaModel, field: PrismaField, relation: PrismaAttribute): string {
  const { schema, quote, tableName, refuse } = place;
  onlyKnown(relation, ['name', 'fields', 'references', 'onDelete', 'onUpdate', 'map'], refuse);
  const target = schema.models.find(({ name }) => name === field.type)!;
  const from = listedFields(model, argument(relation, 'fields'), relation.line, refuse).map(
    (each) => each.field,
  );
  const to = listedFields(target, argument(relation, 'references'), relation.line, refuse).map(
    (each) => each.field,
  );
  const name = textArgument(relation, 'map') ?? constraintName([mapped(model), ...from.map(mapped)], 'fkey');
  const action = (word: string, standard: string): string => {
    const value = argument(relation, word);
    if (value === undefined) return standard;
    return (
      (value.kind === 'word' ? actions[value.word] : undefined) ??
      refuse(relation.line, `\`${word}\` of ${field.name} is not understood`)
    );
  };
  const list = (fields: readonly PrismaField[]): string =>
    fields.map((each) => quote.identifier(mapped(each))).join(', ');
  return [
    `ALTER TABLE ${tableName(model)} ADD CONSTRAINT ${quote.identifier(name)} FOREIGN KEY (${list(from)})`,
    `REFERENCES ${tableName(target)} (${list(to)})`,
    `ON DELETE ${action('onDelete', field.optional ? 'SET NULL' : 'RESTRICT')} ON UPDATE ${action('onUpdate', 'CASCADE')};`,
  ].join(' ');
}

/** Tables of relations with a list on both sides, as Prisma makes them. */
export function junctions(place: Place): readonly string[] {
  const { schema, quote, tableName, typeOf, refuse } = place;
  const seen = new Set<string>();
  return schema.models.flatMap((model) =>
    model.fields.flatMap((field) => {
      const other = schema.models.find(({ name }) => name === field.type);
      if (!field.list || !other) return [];
      const name = nameOf(field);
      const back = other.fields.find(
        (each) => each !== field && each.list && each.type === model.name && nameOf(each) === name,
      );
      if (!back) return [];
      const [a, b] = [model, other].toSorted((one, two) => (one.name < two.name ? -1 : 1)) as [
        PrismaModel,
        PrismaModel,
      ];
      const table = `_${name ?? `${a.name}To${b.name}`}`;
      if (seen.has(table)) return [];
      seen.add(table);
      const [keyA, keyB] = [a, b].map((side) => {
        const key = side.fields.find(({ attributes }) => attributes.some((each) => each.name === 'id'));
        return key ?? refuse(field.line, `${side.name} has no single key for the relation ${field.name}`);
      }) as [PrismaField, PrismaField];
      const full = quote.name({ schema: schemaOf(a), name: table });
      const id = (text: string): string => quote.identifier(text);
      const reference = (side: 'A' | 'B', to: PrismaModel, key: PrismaField): string =>
        `ALTER TABLE ${full} ADD CONSTRAINT ${id(`${table}_${side}_fkey`)} FOREIGN KEY ("${side}") REFERENCES ${tableName(to)} (${id(mapped(key))}) ON DELETE CASCADE ON UPDATE CASCADE;`;
      return [
        `CREATE TABLE ${full} (\n  "A" ${typeOf(keyA)} NOT NULL,\n  "B" ${typeOf(keyB)} NOT NULL,\n  CONSTRAINT ${id(`${table}_AB_pkey`)} PRIMARY KEY ("A", "B")\n);`,
        `CREATE INDEX ${id(`${table}_B_index`)} ON ${full} ("B");`,
        ...(schema.relationMode === 'prisma' ? [] : [reference('A', a, keyA), reference('B', b, keyB)]),
      ];
    }),
  );
}

function nameOf(field: PrismaField): string | undefined {
  return textArgument(relationOf(field), 'name', 0);
}
