/** TypeORM: entities as active records, found through its query builder. */
import { keyed } from '../../code/keyed.ts';
import { childrenOf, finderOf } from '../../code/related.ts';
import { connectionTypes, folderOf, statementNotes } from '../../code/folder.ts';
import { rowTypeExports } from '../../code/tables.ts';
import { doc, heading, importLine, literal } from '../../code/typescript.ts';
import type { TransactionText } from '../../code/unit-of-work.ts';
import type { Entity, Mapper, Models } from '../../model.ts';
import { schemaFile } from './schema.ts';

/** TypeORM over `pg`. */
export const typeorm: Mapper = {
  name: 'typeorm',
  title: 'TypeORM',
  packages: ['typeorm', 'pg'],
  write: (models) => {
    const entities = keyed(models.entities);
    return {
      leftOut: models.entities
        .filter((entity) => entity.key.length === 0)
        .map(
          ({ table }) =>
            `TypeORM has no entities without a primary key: ${table.schema}.${table.name} is left out.`,
        ),
      files: folderOf(models, {
        connect: connectFile(models),
        schema: { path: 'schema.ts', text: schemaFile(models, entities) },
        records: recordsFile(entities),
        bigintAs: 'string',
        entities,
        note: statementNotes.sent,
        transaction,
        clock: 'local',
      }),
    };
  },
};

const connectFile = ({ engine }: Models): string =>
  [
    ...heading('The connection. Decimals, days and intervals stay text, as do whole numbers of 64 bits.'),
    importLine('pg', 'pg'),
    importLine('{ DataSource, type DataSourceOptions, type EntityManager }', 'typeorm'),
    importLine('{ entities }', './schema.js'),
    '',
    ...doc('The database, or the transaction of a unit of work.'),
    'export type Db = EntityManager;',
    '',
    ...connectionTypes,
    ...doc(
      'Opens a pool; the address comes from the caller, never from this file. The structure is never changed from here.',
    ),
    'export async function connect(url: string, options: Partial<DataSourceOptions> = {}): Promise<Connection> {',
    `  const source = new DataSource({ type: ${literal(engine)}, url, entities, synchronize: false, extra: { types }, ...options } as DataSourceOptions);`,
    '  await source.initialize();',
    '  return { db: source.manager, close: () => source.destroy() };',
    '}',
    '',
    'const asText = (value: string): string => value;',
    'const exact: ReadonlySet<number> = new Set([1082, 1186, 1182, 1187, 1231]);',
    'const types = {',
    '  getTypeParser: (oid: number, format?: string): ((value: string) => unknown) =>',
    "    exact.has(oid) ? asText : (pg.types.getTypeParser(oid, format as 'text') as (value: string) => unknown),",
    '};',
    '',
    ...doc('Runs a statement as it stands.'),
    "export async function run(db: Db, statement: Pick<Statement, 'text'>, values: readonly (string | null)[]): Promise<Answer> {",
    '  const runner = db.queryRunner ?? db.connection.createQueryRunner();',
    '  try {',
    '    const answer = await runner.query(statement.text, [...values], true);',
    '    const rows = answer.records as Readonly<Record<string, unknown>>[];',
    '    return { rows, count: answer.affected ?? rows.length };',
    '  } finally {',
    '    if (db.queryRunner === undefined) await runner.release();',
    '  }',
    '}',
    '',
  ].join('\n');

function recordsFile(entities: readonly Entity[]): string {
  const names = entities.flatMap(({ typeName, one }) => [typeName, `type New${typeName}`, `${one}Fields`]);
  const types = entities.flatMap(({ typeName }) => [typeName, `New${typeName}`]);
  return [
    ...heading('Records: found by a specification, inserted, and loaded together with their children.'),
    importLine('type { EntityTarget, ObjectLiteral, SelectQueryBuilder }', 'typeorm'),
    importLine('type { Db }', './connect.js'),
    importLine(`{ ${[...names, 'type Fields'].join(', ')} }`, './schema.js'),
    importLine('{ comparison, known, type Page, type Specification }', './specification.js'),
    '',
    ...(types.length > 0 ? rowTypeExports(entities) : []),
    ...entities.flatMap((entity) => {
      const { typeName, one, many } = entity;
      return [
        ...doc(`Finds ${many}; all of them when nothing is asked.`),
        `export function ${finderOf(entity)}(db: Db, where?: Specification<${typeName}>, page: Page<${typeName}> = {}): Promise<${typeName}[]> {`,
        `  return queryOf<${typeName}>(db, ${typeName}, ${one}Fields, where, page).getMany();`,
        '}',
        '',
        ...doc('Inserts one and returns it as the server has it.'),
        `export function insert${typeName}(db: Db, row: New${typeName}): Promise<${typeName}> {`,
        `  return insert<${typeName}>(db, ${typeName}, row);`,
        '}',
        '',
      ];
    }),
    ...childrenOf(entities).flatMap(({ parent, child, relation, functionName }) => [
      ...doc(
        `${parent.many} and the ${relation.property} of each: one statement (two with a limit), however many there are.`,
      ),
      `export async function ${functionName}(db: Db, where?: Specification<${parent.typeName}>, page: Page<${parent.typeName}> = {}): Promise<(${parent.typeName} & { ${relation.property}: ${child.typeName}[] })[]> {`,
      `  const query = queryOf<${parent.typeName}>(db, ${parent.typeName}, ${parent.one}Fields, where, page).leftJoinAndSelect(${literal(`it.${relation.property}`)}, 'other');`,
      `  return (await query.getMany()) as (${parent.typeName} & { ${relation.property}: ${child.typeName}[] })[];`,
      '}',
      '',
    ]),
    ...general,
  ].join('\n');
}

const general: readonly string[] = [
  'async function insert<T extends ObjectLiteral>(db: Db, target: EntityTarget<T>, row: object): Promise<T> {',
  '  const repository = db.getRepository(target);',
  '  const made = await repository.insert(row as never);',
  '  return repository.findOneByOrFail(made.identifiers[0] as never);',
  '}',
  '',
  'function queryOf<T extends ObjectLiteral>(db: Db, target: EntityTarget<T>, fields: Fields, where: Specification<T> | undefined, page: Page<T>): SelectQueryBuilder<T> {',
  "  let query = db.getRepository(target).createQueryBuilder('it');",
  '  if (where !== undefined) {',
  '    const values: Record<string, unknown> = {};',
  '    query = query.where(conditionOf(fields, where, values), values);',
  '  }',
  '  for (const [field, direction] of page.orderBy ?? []) {',
  '    known(fields, field);',
  "    query = query.addOrderBy(`it.${field}`, direction === 'desc' ? 'DESC' : 'ASC');",
  '  }',
  '  return page.limit === undefined ? query : query.take(Math.trunc(page.limit));',
  '}',
  '',
  'function conditionOf<T>(fields: Fields, where: Specification<T>, values: Record<string, unknown>): string {',
  "  if (where.kind === 'not') return `NOT (${conditionOf(fields, where.of, values)})`;",
  "  if (where.kind === 'all' || where.kind === 'any') {",
  '    const parts = where.of.map((part) => `(${conditionOf(fields, part, values)})`);',
  "    return parts.length === 0 ? (where.kind === 'all' ? 'true' : 'false') : parts.join(where.kind === 'all' ? ' AND ' : ' OR ');",
  '  }',
  '  known(fields, where.field);',
  '  const name = `p${Object.keys(values).length}`;',
  "  if (where.operator !== 'null') values[name] = where.value;",
  '  switch (where.operator) {',
  "    case 'null':",
  '      return `it.${where.field} IS NULL`;',
  "    case 'in':",
  '      return `it.${where.field} = ANY (:${name})`;',
  "    case 'like':",
  '      return `it.${where.field} LIKE :${name}`;',
  '    default:',
  '      return `it.${where.field} ${comparison(where.operator)} :${name}`;',
  '  }',
  '}',
  '',
];

const transaction: TransactionText = {
  imports: [importLine('type { Db }', './connect.js')],
  isolation: "'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE'",
  body: [
    'return isolation === undefined ? db.transaction((tx) => work(tx)) : db.transaction(isolation, (tx) => work(tx));',
  ],
};
