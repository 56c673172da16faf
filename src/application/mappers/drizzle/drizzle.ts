/** Drizzle: tables as its schema, records through its query builder, access patterns as prepared statements. */
import { childrenOf, finderOf, keyText, relatedFunctions } from '../../code/related.ts';
import { connectionTypes, folderOf, statementNotes } from '../../code/folder.ts';
import { rowTypeExports } from '../../code/tables.ts';
import { doc, heading, importLine } from '../../code/typescript.ts';
import type { TransactionText } from '../../code/unit-of-work.ts';
import type { Mapper, Models } from '../../model.ts';
import { schemaFile } from './schema.ts';

/** Drizzle over `pg`. */
export const drizzle: Mapper = {
  name: 'drizzle',
  title: 'Drizzle',
  packages: ['drizzle-orm', 'pg'],
  write: (models) => ({
    leftOut: [],
    files: folderOf(models, {
      connect: connectFile,
      schema: { path: 'schema.ts', text: schemaFile(models) },
      records: recordsFile(models),
      bigintAs: 'bigint',
      entities: models.entities,
      note: statementNotes.prepared,
      transaction,
      clock: 'local',
    }),
  }),
};

const connectFile = [
  ...heading('The connection.'),
  importLine('{ drizzle, type NodePgQueryResultHKT }', 'drizzle-orm/node-postgres'),
  importLine('type { PgDatabase }', 'drizzle-orm/pg-core'),
  importLine('pg', 'pg'),
  importLine('* as schema', './schema.js'),
  '',
  ...doc('The database, or the transaction of a unit of work.'),
  'export type Db = PgDatabase<NodePgQueryResultHKT, typeof schema>;',
  '',
  ...connectionTypes,
  ...doc('Opens a pool; the address comes from the caller, never from this file.'),
  'export function connect(url: string, options: pg.PoolConfig = {}): Connection {',
  '  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000, ...options });',
  "  pool.on('error', () => undefined);",
  '  return { db: drizzle(pool, { schema }), close: () => pool.end() };',
  '}',
  '',
  ...doc('Runs a statement as it stands; with a name it stays prepared.'),
  "export async function run(db: Db, statement: Pick<Statement, 'text'> & { readonly name?: string }, values: readonly (string | null)[]): Promise<Answer> {",
  '  const prepared = db._.session.prepareQuery({ sql: statement.text, params: [...values] }, undefined, statement.name, false);',
  '  const answer = (await prepared.execute()) as pg.QueryResult<Record<string, unknown>>;',
  '  return { rows: answer.rows, count: answer.rowCount ?? 0 };',
  '}',
  '',
].join('\n');

function recordsFile(models: Models): string {
  const { entities } = models;
  const related = childrenOf(entities).length > 0;
  const names = entities.flatMap(({ many, typeName }) => [many, `type ${typeName}`, `type New${typeName}`]);
  return [
    ...heading('Records: found by a specification, inserted, and loaded together with their children.'),
    importLine(
      '{ and, asc, desc, eq, gt, gte, inArray, isNull, like, lt, lte, ne, not, or, sql, type SQL }',
      'drizzle-orm',
    ),
    importLine('type { PgColumn }', 'drizzle-orm/pg-core'),
    importLine('type { Db }', './connect.js'),
    importLine(`{ ${names.join(', ')} }`, './schema.js'),
    importLine(`{ known, ${related ? 'specify, ' : ''}type Page, type Specification }`, './specification.js'),
    '',
    ...rowTypeExports(entities),
    ...entities.flatMap((entity) => {
      const { typeName, many } = entity;
      return [
        ...doc(`Finds ${many}; all of them when nothing is asked.`),
        `export async function ${finderOf(entity)}(db: Db, where?: Specification<${typeName}>, page: Page<${typeName}> = {}): Promise<${typeName}[]> {`,
        `  const { condition, order } = queryOf(${many}, where, page);`,
        `  const found = db.select().from(${many}).where(condition).orderBy(...order).$dynamic();`,
        '  return page.limit === undefined ? found : found.limit(Math.trunc(page.limit));',
        '}',
        '',
        ...doc('Inserts one and returns it as the server has it.'),
        `export async function insert${typeName}(db: Db, row: New${typeName}): Promise<${typeName}> {`,
        `  const [made] = await db.insert(${many}).values(row).returning();`,
        '  return made!;',
        '}',
        '',
      ];
    }),
    ...relatedFunctions(models),
    ...(related ? keyText : []),
    ...general,
  ].join('\n');
}

const general: readonly string[] = [
  'type Table = { readonly [property: string]: unknown };',
  '',
  'function columnOf(table: object, field: string): PgColumn {',
  '  const found = known(table as Table, field);',
  "  if (typeof found !== 'object' || found === null || !('columnType' in found)) throw new Error('There is no field ' + JSON.stringify(field) + '.');",
  '  return found as PgColumn;',
  '}',
  '',
  'function queryOf<T>(table: object, where: Specification<T> | undefined, page: Page<T>): { readonly condition: SQL | undefined; readonly order: readonly SQL[] } {',
  '  return {',
  '    condition: where === undefined ? undefined : conditionOf(table, where),',
  "    order: (page.orderBy ?? []).map(([field, direction]) => (direction === 'desc' ? desc : asc)(columnOf(table, field))),",
  '  };',
  '}',
  '',
  "const comparisons: { readonly [operator: string]: (column: PgColumn, value: unknown) => SQL } = { '=': eq, '<>': ne, '<': lt, '<=': lte, '>': gt, '>=': gte };",
  '',
  'function conditionOf<T>(table: object, where: Specification<T>): SQL {',
  "  if (where.kind === 'not') return not(conditionOf(table, where.of));",
  "  if (where.kind === 'all') return and(...where.of.map((part) => conditionOf(table, part))) ?? sql`true`;",
  "  if (where.kind === 'any') return or(...where.of.map((part) => conditionOf(table, part))) ?? sql`false`;",
  '  const column = columnOf(table, where.field);',
  '  switch (where.operator) {',
  "    case 'null':",
  '      return isNull(column);',
  "    case 'in':",
  '      return inArray(column, where.value as unknown[]);',
  "    case 'like':",
  '      return like(column, String(where.value));',
  '    default:',
  '      return known(comparisons, where.operator)(column, where.value);',
  '  }',
  '}',
  '',
];

const transaction: TransactionText = {
  imports: [importLine('type { Db }', './connect.js')],
  isolation: "'read committed' | 'repeatable read' | 'serializable'",
  body: [
    'return db.transaction((tx) => work(tx), isolation === undefined ? undefined : { isolationLevel: isolation });',
  ],
};
