/** The schema file of Drizzle: tables with all that Drizzle can say about them, and relations in both directions. */
import { doc, heading, importsUsed, indented, literal, property } from '../../code/typescript.ts';
import { keysOf } from '../../index-keys.ts';
import type { Attribute, Entity, Models } from '../../model.ts';
import { columnLines, enumName } from './columns.ts';

/** Text of `schema.ts`. */
export function schemaFile(models: Models): string {
  const { entities, enumerations } = models;
  const builders = new Set<string>();
  const schemas = [
    ...new Set(
      [...entities.map(({ table }) => table), ...enumerations.map(({ type }) => type)].map(
        ({ schema }) => schema,
      ),
    ),
  ].filter((schema) => schema !== 'public');
  const schemaOf = (schema: string): string | undefined =>
    schema === 'public' ? undefined : `schema${schemas.indexOf(schema) + 1}`;
  const tables = entities.flatMap((entity) => {
    const columns = columnLines(entity, models);
    for (const builder of columns.builders) builders.add(builder);
    const extra = constraintLines(entity, entities, builders);
    const schema = schemaOf(entity.table.schema);
    builders.add(schema === undefined ? 'pgTable' : 'pgSchema');
    return [
      ...doc(`${entity.table.schema}.${entity.table.name}${entity.comment ? `: ${entity.comment}` : ''}`),
      `export const ${entity.many} = ${schema === undefined ? 'pgTable' : `${schema}.table`}(${literal(entity.table.name)}, {`,
      ...columns.lines,
      ...(extra.length > 0
        ? ['}, (table): PgTableExtraConfigValue[] => [', ...indented(extra), ']);']
        : ['});']),
      '',
    ];
  });
  const enums = enumerations.flatMap(({ type, typeName, labels }) => {
    const schema = schemaOf(type.schema);
    if (schema === undefined) builders.add('pgEnum');
    return [
      `export const ${enumName(typeName)} = ${schema === undefined ? 'pgEnum' : `${schema}.enum`}(${literal(type.name)}, [${labels.map(literal).join(', ')}]);`,
      '',
    ];
  });
  const body = [
    ...(builders.has('customType') ? exactly : []),
    ...schemas.map((schema, at) => `export const schema${at + 1} = pgSchema(${literal(schema)});`),
    '',
    ...enums,
    ...tables,
    ...entities.flatMap((entity) => relationLines(entity, entities)),
    ...entities.flatMap(({ typeName, many }) => [
      `export type ${typeName} = typeof ${many}.$inferSelect;`,
      `export type New${typeName} = typeof ${many}.$inferInsert;`,
    ]),
    '',
  ];
  return [
    ...heading("The tables in Drizzle's words."),
    ...importsUsed(body, [
      [['relations', 'sql'], 'drizzle-orm'],
      [[...builders, 'type PgTableExtraConfigValue'].toSorted(), 'drizzle-orm/pg-core'],
      [['decode', 'encode', 'type Json'], './values.js'],
      [enumerations.map(({ typeName }) => `type ${typeName}`), './enumerations.js'],
    ]),
    '',
    ...body,
  ].join('\n');
}

const exactly: readonly string[] = [
  '// Types that have no builder of their own, or whose builder would round.',
  'const exactly = <T>(type: string, kind: string) =>',
  '  customType<{ data: T; driverData: unknown }>({',
  '    dataType: () => type,',
  '    fromDriver: (value) => decode(kind, value) as T,',
  '    toDriver: (value) => encode(kind, value),',
  '  });',
  '',
];

function constraintLines(
  entity: Entity,
  entities: readonly Entity[],
  builders: Set<string>,
): readonly string[] {
  const columns = (attributes: readonly Attribute[]): string =>
    attributes.map((each) => `table.${property(each.property)}`).join(', ');
  const use = (builder: string, text: string): string => {
    builders.add(builder);
    return text;
  };
  const foreign = entity.relations.flatMap((relation) => {
    const to = entities.find(({ typeName }) => typeName === relation.to);
    if (relation.kind !== 'to-one' || !to) return [];
    const actions = [
      ...(relation.onDelete === 'no action' ? [] : [`.onDelete(${literal(relation.onDelete)})`]),
      ...(relation.onUpdate === 'no action' ? [] : [`.onUpdate(${literal(relation.onUpdate)})`]),
    ].join('');
    const targets = relation.at.map((each) => `${to === entity ? 'table' : to.many}.${each.property}`);
    return [
      use(
        'foreignKey',
        `foreignKey({ name: ${literal(relation.constraint)}, columns: [${columns(relation.from)}], foreignColumns: [${targets.join(', ')}] })${actions},`,
      ),
    ];
  });
  return [
    ...(entity.key.length > 0
      ? [
          use(
            'primaryKey',
            `primaryKey({ name: ${literal(entity.keyName!)}, columns: [${columns(entity.key)}] }),`,
          ),
        ]
      : []),
    ...entity.uniques.map(({ name, attributes }) =>
      use('unique', `unique(${literal(name)}).on(${columns(attributes)}),`),
    ),
    ...foreign,
    ...entity.indexes.map((index) => {
      const keys = keysOf(index.definition) ?? index.keys.map((key) => key);
      const builder = index.unique ? 'uniqueIndex' : 'index';
      const using = keys.map((key) => `sql.raw(${literal(key)})`).join(', ');
      const where = index.predicate === undefined ? '' : `.where(sql.raw(${literal(index.predicate)}))`;
      return use(
        builder,
        `${builder}(${literal(index.name)}).using(${literal(index.method)}, ${using})${where},`,
      );
    }),
    ...entity.checks.map((check) =>
      use('check', `check(${literal(check.name)}, sql.raw(${literal(expressionOf(check.definition))})),`),
    ),
  ];
}

/** The expression of `CHECK ((total >= 0))` without the word and the outer parentheses. */
export function expressionOf(definition: string): string {
  return definition.replace(/^CHECK \((.*)\)(?: NO INHERIT)?(?: NOT VALID)?(?: NOT ENFORCED)?$/s, '$1');
}

function relationLines(entity: Entity, entities: readonly Entity[]): readonly string[] {
  if (entity.relations.length === 0) return [];
  const lines = entity.relations.map((relation) => {
    const to = entities.find(({ typeName }) => typeName === relation.to)!;
    const name = `relationName: ${literal(relation.constraint)}`;
    const list = (owner: Entity, attributes: readonly Attribute[]): string =>
      attributes.map((each) => `${owner.many}.${property(each.property)}`).join(', ');
    const how =
      relation.kind === 'to-one'
        ? `one(${to.many}, { fields: [${list(entity, relation.from)}], references: [${list(to, relation.at)}], ${name} })`
        : relation.kind === 'to-many'
          ? `many(${to.many}, { ${name} })`
          : `one(${to.many}, { fields: [${list(entity, relation.from)}], references: [${list(to, relation.at)}], ${name} })`;
    return `${property(relation.property)}: ${how},`;
  });
  const words = ['one', 'many'].filter((word) => lines.some((line) => line.includes(`: ${word}(`)));
  return [
    `export const ${entity.many}Relations = relations(${entity.many}, ({ ${words.join(', ')} }) => ({`,
    ...indented(lines),
    '}));',
    '',
  ];
}
