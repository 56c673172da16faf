/** Prisma: its schema file, and typed access through the client that it generates from it. */
import { keyed } from '../../code/keyed.ts';
import { childrenOf, finderOf } from '../../code/related.ts';
import { connectionTypes, folderOf, statementNotes } from '../../code/folder.ts';
import { doc, heading, importLine, indented, insertable, optional, property } from '../../code/typescript.ts';
import type { TransactionText } from '../../code/unit-of-work.ts';
import type { Attribute, Entity, Mapper, Models } from '../../model.ts';
import { isSupported, schemaFile } from './schema.ts';

/** Prisma over its adapter for `pg`, which needs no engine of its own. */
export const prisma: Mapper = {
  name: 'prisma',
  title: 'Prisma',
  packages: ['@prisma/client', '@prisma/adapter-pg'],
  generate: { package: 'prisma', program: 'build/index.js', args: ['generate', '--schema', 'schema.prisma'] },
  write: (models) => {
    const entities = keyed(models.entities);
    const creatable = entities.filter((entity) => missing(entity, models).length === 0);
    return {
      leftOut: leftOut(models),
      files: folderOf(models, {
        connect: connectFile,
        schema: { path: 'schema.prisma', text: schemaFile(models, entities) },
        records: recordsFile(entities, creatable),
        bigintAs: 'bigint',
        entities: creatable,
        // The adapter refuses results of types that Prisma has no name for.
        textOnly: ({ type }) => ['interval', 'other'].includes((type.element ?? type).kind),
        note: statementNotes.sent,
        transaction,
        clock: 'utc',
      }),
    };
  },
};

function leftOut(models: Models): readonly string[] {
  return models.entities.flatMap((entity) => {
    const table = `${entity.table.schema}.${entity.table.name}`;
    if (entity.key.length === 0) return [`Prisma has no models without a primary key: ${table} is left out.`];
    const needed = missing(entity, models);
    const unknown = entity.attributes.filter((each) => !isSupported(each, models.enumerations));
    return unknown.length === 0
      ? []
      : [
          `Prisma's client does not hold ${unknown.map(({ column, type }) => `${column} (${type.base})`).join(', ')} of ${table}${needed.length > 0 ? ', and so cannot insert into it' : ''}.`,
        ];
  });
}

/** Attributes that every insert must give and the client does not know. */
function missing(entity: Entity, models: Models): readonly Attribute[] {
  return insertable(entity.attributes).filter(
    (each) => !optional(each) && !isSupported(each, models.enumerations),
  );
}

const connectFile = [
  ...heading('The connection. `npx prisma generate` makes ./generated from schema.prisma first.'),
  importLine('{ PrismaPg }', '@prisma/adapter-pg'),
  importLine('{ PrismaClient, type Prisma }', './generated/client.js'),
  '',
  ...doc('The client, or the transaction of a unit of work.'),
  'export type Db = PrismaClient | Prisma.TransactionClient;',
  '',
  ...connectionTypes,
  ...doc('Opens a pool; the address comes from the caller, never from this file.'),
  'export function connect(url: string): Connection {',
  '  const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000 }) });',
  '  return { db, close: () => db.$disconnect() };',
  '}',
  '',
  ...doc('Runs a statement as it stands; one without result columns tells how many rows it changed.'),
  "export async function run(db: Db, statement: Pick<Statement, 'text' | 'columns'>, values: readonly (string | null)[]): Promise<Answer> {",
  '  // The text is a constant of this folder and holds no value; `Unsafe` is said of texts put together from input.',
  '  if (Object.keys(statement.columns).length === 0)',
  '    return { rows: [], count: await db.$executeRawUnsafe(statement.text, ...values) };',
  '  const rows = await db.$queryRawUnsafe<Readonly<Record<string, unknown>>[]>(statement.text, ...values);',
  '  return { rows, count: rows.length };',
  '}',
  '',
].join('\n');

function recordsFile(entities: readonly Entity[], creatable: readonly Entity[]): string {
  return [
    ...heading('Records: found by a specification, inserted, and loaded together with their children.'),
    importLine('{ Prisma }', './generated/client.js'),
    importLine('type { Db }', './connect.js'),
    importLine('{ known, type Page, type Specification }', './specification.js'),
    '',
    ...entities.flatMap(({ typeName }) => [
      `export type ${typeName} = Prisma.${typeName}GetPayload<object>;`,
      ...(creatable.some((each) => each.typeName === typeName)
        ? [`export type New${typeName} = Prisma.${typeName}UncheckedCreateInput;`]
        : []),
    ]),
    '',
    ...entities.flatMap((entity) => {
      const { typeName, one, many } = entity;
      return [
        ...doc(`Finds ${many}; all of them when nothing is asked.`),
        `export function ${finderOf(entity)}(db: Db, where?: Specification<${typeName}>, page: Page<${typeName}> = {}): Promise<${typeName}[]> {`,
        `  return db.${one}.findMany(queryOf<${typeName}>(Prisma.${typeName}ScalarFieldEnum, where, page));`,
        '}',
        '',
        ...(creatable.includes(entity)
          ? [
              ...doc('Inserts one and returns it as the server has it.'),
              `export function insert${typeName}(db: Db, row: New${typeName}): Promise<${typeName}> {`,
              `  return db.${one}.create({ data: row });`,
              '}',
              '',
            ]
          : []),
      ];
    }),
    ...childrenOf(entities).flatMap(({ parent, child, relation, functionName }) => [
      ...doc(`${parent.many} and the ${relation.property} of each: two statements, however many there are.`),
      `export function ${functionName}(db: Db, where?: Specification<${parent.typeName}>, page: Page<${parent.typeName}> = {}): Promise<(${parent.typeName} & { ${property(relation.property)}: ${child.typeName}[] })[]> {`,
      ...indented([
        `return db.${parent.one}.findMany({ ...queryOf<${parent.typeName}>(Prisma.${parent.typeName}ScalarFieldEnum, where, page), include: { ${property(relation.property)}: true } });`,
      ]),
      '}',
      '',
    ]),
    ...general,
  ].join('\n');
}

const general: readonly string[] = [
  'type Fields = { readonly [property: string]: string };',
  'type Condition = { readonly [word: string]: unknown };',
  '',
  "function queryOf<T>(fields: Fields, where: Specification<T> | undefined, page: Page<T>): { where?: Condition; orderBy?: { [field: string]: 'asc' | 'desc' }[]; take?: number } {",
  '  const orderBy = (page.orderBy ?? []).map(([field, direction]) => ({ [known(fields, field)]: direction }));',
  '  return {',
  '    ...(where === undefined ? {} : { where: conditionOf(fields, where) }),',
  '    ...(orderBy.length === 0 ? {} : { orderBy }),',
  '    ...(page.limit === undefined ? {} : { take: Math.trunc(page.limit) }),',
  '  };',
  '}',
  '',
  "const comparisons: { readonly [operator: string]: string } = { '=': 'equals', '<>': 'not', '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte', in: 'in' };",
  '',
  'function conditionOf<T>(fields: Fields, where: Specification<T>): Condition {',
  "  if (where.kind === 'not') return { NOT: conditionOf(fields, where.of) };",
  "  if (where.kind === 'all') return { AND: where.of.map((part) => conditionOf(fields, part)) };",
  "  if (where.kind === 'any') return { OR: where.of.map((part) => conditionOf(fields, part)) };",
  '  const field = known(fields, where.field);',
  "  if (where.operator === 'null') return { [field]: { equals: null } };",
  "  if (where.operator === 'like') return { [field]: likeOf(String(where.value)) };",
  '  return { [field]: { [known(comparisons, where.operator)]: where.value } };',
  '}',
  '',
  '// Prisma has no pattern of its own: what begins or ends with `%` is said with its words, which leave `%` and `_` inside as they are.',
  'function likeOf(pattern: string): Condition {',
  "  const open = pattern.startsWith('%');",
  '  const [, inner, end] = /^%?((?:[^\\\\]|\\\\[^])*?)(%?)$/.exec(pattern) ?? [];',
  "  if (inner === undefined) throw new Error('A pattern ends with a single backslash.');",
  "  if (open && end === '%') return { contains: inner };",
  '  if (open) return { endsWith: inner };',
  "  if (end === '%') return { startsWith: inner };",
  "  if (/(?:^|[^\\\\])(?:\\\\\\\\)*[%_]/.test(inner)) throw new Error('Prisma has no pattern with wildcards only inside: ' + pattern);",
  "  return { equals: inner.replaceAll(/\\\\([^])/g, '$1') };",
  '}',
  '',
];

const transaction: TransactionText = {
  imports: [importLine('type { Db }', './connect.js')],
  isolation: "'ReadCommitted' | 'RepeatableRead' | 'Serializable'",
  body: [
    "if (!('$transaction' in db)) throw new Error('A unit of work begins on the client.');",
    'return db.$transaction((tx) => work(tx), isolation === undefined ? {} : { isolationLevel: isolation });',
  ],
};
