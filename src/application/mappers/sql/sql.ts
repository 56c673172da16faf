/** Typed access over the plain driver: SQL first, no mapper. */
import { keyText, relatedFunctions } from '../../code/related.ts';
import { connectionTypes, folderOf, statementNotes } from '../../code/folder.ts';
import { enumerationsOf, holdsJson, rowInterfaces } from '../../code/rows.ts';
import { recordFunctions, recordImports, rowTypeExports, tableConstants } from '../../code/tables.ts';
import { doc, heading, importLine, literal } from '../../code/typescript.ts';
import type { TransactionText } from '../../code/unit-of-work.ts';
import type { Mapper, Models } from '../../model.ts';

/** TypeScript over `pg`. */
export const sql: Mapper = {
  name: 'sql',
  title: 'TypeScript over pg',
  packages: ['pg'],
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
      json: 'text',
    }),
  }),
};

const connectFile = [
  ...heading('The connection. All values arrive as text and are read by values.ts.'),
  importLine('pg', 'pg'),
  '',
  ...doc('A pool, or the one session of a unit of work.'),
  'export type Db = pg.Pool | pg.PoolClient;',
  '',
  ...connectionTypes,
  ...doc('Opens a pool; the address comes from the caller, never from this file.'),
  'export function connect(url: string, options: pg.PoolConfig = {}): Connection {',
  '  const db = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000, ...options });',
  "  db.on('error', () => undefined);",
  '  return { db, close: () => db.end() };',
  '}',
  '',
  'const asText = { getTypeParser: () => (value: string) => value };',
  '',
  ...doc('Runs a statement; without a name it is not kept prepared.'),
  "export async function run(db: Db, statement: Pick<Statement, 'text'> & { readonly name?: string }, values: readonly (string | null)[]): Promise<Answer> {",
  '  const { text, name } = statement;',
  '  const answer = await db.query({ text, values: [...values], types: asText, ...(name === undefined ? {} : { name }) });',
  '  return { rows: answer.rows as Readonly<Record<string, unknown>>[], count: answer.rowCount ?? 0 };',
  '}',
  '',
].join('\n');

function schemaFile(models: Models): string {
  const { entities, enumerations } = models;
  const used = enumerationsOf(entities, models);
  return [
    ...heading('The tables: what a row holds, and what their names are in SQL.'),
    ...(holdsJson(entities) ? [importLine('type { Json }', './values.js')] : []),
    ...(used.length > 0 ? [importLine(`type { ${used.join(', ')} }`, './enumerations.js')] : []),
    '',
    ...entities.flatMap((entity) => rowInterfaces(entity, enumerations, 'bigint')),
    ...tableConstants(entities, {
      tableType: 'string',
      table: (entity) => literal(entity.sqlName),
      column: (attribute) => literal(attribute.sqlName),
    }),
  ].join('\n');
}

function recordsFile(models: Models): string {
  return [
    ...heading('Records: found by a specification, inserted, and loaded together with their children.'),
    importLine('{ run, type Db }', './connect.js'),
    importLine(recordImports(models.entities), './schema.js'),
    importLine('{ comparison, known, specify, type Page, type Specification }', './specification.js'),
    importLine('{ decode, encode }', './values.js'),
    '',
    ...rowTypeExports(models.entities),
    ...recordFunctions(models),
    ...relatedFunctions(models),
    ...(relatedFunctions(models).length > 0 ? keyText : ['void specify;', '']),
    ...general,
  ].join('\n');
}

const general: readonly string[] = [
  'async function find<T extends object>(db: Db, table: TableOf, where: Specification<T> | undefined, page: Page<T>): Promise<T[]> {',
  '  const values: (string | null)[] = [];',
  '  const condition = where === undefined ? [] : [`WHERE ${conditionOf(table, where, values)}`];',
  "  const order = (page.orderBy ?? []).map(([field, direction]) => `${known(table.columns, field).name} ${direction === 'desc' ? 'DESC' : 'ASC'}`);",
  '  const text = [',
  '    `SELECT ${columnList(table)} FROM ${table.table}`,',
  '    ...condition,',
  "    ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []),",
  '    ...(page.limit === undefined ? [] : [`LIMIT $${values.push(String(Math.trunc(page.limit)))}`]),',
  "  ].join(' ');",
  '  return (await run(db, { text }, values)).rows.map((row) => decoded<T>(table, row));',
  '}',
  '',
  'async function insert<T extends object>(db: Db, table: TableOf, row: object): Promise<T> {',
  '  const given = Object.entries(row).filter(([field, value]) => value !== undefined && known(table.columns, field).given);',
  '  const names = given.map(([field]) => known(table.columns, field).name);',
  '  const values = given.map(([field, value]) => encode(known(table.columns, field).kind, value));',
  "  const list = names.length === 0 ? 'DEFAULT VALUES' : `(${names.join(', ')}) VALUES (${names.map((_, at) => `$${at + 1}`).join(', ')})`;",
  '  const { rows } = await run(db, { text: `INSERT INTO ${table.table} ${list} RETURNING ${columnList(table)}` }, values);',
  '  return decoded<T>(table, rows[0]!);',
  '}',
  '',
  'function columnList({ columns }: TableOf): string {',
  "  return Object.values(columns).map(({ name }, at) => `${name} AS c${at}`).join(', ');",
  '}',
  '',
  'function decoded<T>({ columns }: TableOf, row: Readonly<Record<string, unknown>>): T {',
  '  return Object.fromEntries(Object.entries(columns).map(([field, { kind }], at) => [field, decode(kind, row[`c${at}`])])) as T;',
  '}',
  '',
  'function conditionOf<T>(table: TableOf, where: Specification<T>, values: (string | null)[]): string {',
  "  if (where.kind === 'not') return `NOT (${conditionOf(table, where.of, values)})`;",
  "  if (where.kind === 'all' || where.kind === 'any') {",
  '    const parts = where.of.map((part) => `(${conditionOf(table, part, values)})`);',
  "    return parts.length === 0 ? (where.kind === 'all' ? 'true' : 'false') : parts.join(where.kind === 'all' ? ' AND ' : ' OR ');",
  '  }',
  '  const { name, kind } = known(table.columns, where.field);',
  '  const bound = (as: string, value: unknown): string => `$${values.push(encode(as, value))}`;',
  '  switch (where.operator) {',
  "    case 'null':",
  '      return `${name} IS NULL`;',
  "    case 'in':",
  '      return `${name} = ANY (${bound(`${kind}[]`, where.value)})`;',
  "    case 'like':",
  '      return `${name} LIKE ${bound(kind, where.value)}`;',
  '    default:',
  '      return `${name} ${comparison(where.operator)} ${bound(kind, where.value)}`;',
  '  }',
  '}',
  '',
];

const transaction: TransactionText = {
  imports: [importLine('pg', 'pg'), importLine('type { Db }', './connect.js')],
  isolation: "'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE'",
  body: [
    "if (!(db instanceof pg.Pool)) throw new Error('A unit of work begins on a pool.');",
    'const session = await db.connect();',
    'let broken = false;',
    'try {',
    "  await session.query(isolation === undefined ? 'BEGIN' : `BEGIN ISOLATION LEVEL ${isolation}`);",
    '  const result = await work(session);',
    "  await session.query('COMMIT');",
    '  return result;',
    '} catch (error) {',
    "  await session.query('ROLLBACK').catch(() => {",
    '    broken = true;',
    '  });',
    '  throw error;',
    '} finally {',
    '  session.release(broken);',
    '}',
  ],
};
