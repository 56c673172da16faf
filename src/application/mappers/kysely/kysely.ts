/** Kysely: the tables as its `Database`, records and access patterns through its `sql` template, which binds every value and quotes every name. */
import { keyText, relatedFunctions } from '../../code/related.ts';
import { connectionTypes, folderOf, statementNotes } from '../../code/folder.ts';
import { enumerationsOf, holdsJson, rowInterfaces } from '../../code/rows.ts';
import { recordFunctions, recordImports, rowTypeExports, tableConstants } from '../../code/tables.ts';
import { doc, heading, importLine, literal, optional, property, valueType } from '../../code/typescript.ts';
import type { TransactionText } from '../../code/unit-of-work.ts';
import type { Entity, Mapper, Models } from '../../model.ts';

/** Kysely over `pg`. */
export const kysely: Mapper = {
  name: 'kysely',
  title: 'Kysely',
  packages: ['kysely', 'pg'],
  write: (models) => ({
    leftOut: models.entities.flatMap(unspeakable),
    files: folderOf(models, {
      connect: connectFile,
      schema: { path: 'schema.ts', text: schemaFile(models) },
      records: recordsFile(models),
      bigintAs: 'bigint',
      entities: models.entities,
      note: statementNotes.sent,
      transaction,
      clock: 'local',
    }),
  }),
};

/** Names that Kysely's query builder takes apart at dots and at the word `as`. */
function unspeakable({ table, attributes }: Entity): readonly string[] {
  const wrong = [table.schema, table.name, ...attributes.map(({ column }) => column)].filter((name) =>
    /\.| as /i.test(name),
  );
  return wrong.map(
    (name) =>
      `Kysely's builder reads ${JSON.stringify(name)} of ${table.schema}.${table.name} as two names: use records.ts for it.`,
  );
}

const connectFile = [
  ...heading(
    'The connection. Decimals, days and intervals stay text, whole numbers of 64 bits become bigint.',
  ),
  importLine('{ CompiledQuery, Kysely, PostgresDialect }', 'kysely'),
  importLine('pg', 'pg'),
  importLine('type { Database }', './schema.js'),
  '',
  ...doc('The database, or the transaction of a unit of work.'),
  'export type Db = Kysely<Database>;',
  '',
  ...connectionTypes,
  ...doc('Opens a pool; the address comes from the caller, never from this file.'),
  'export function connect(url: string, options: pg.PoolConfig = {}): Connection {',
  '  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000, types, ...options });',
  "  pool.on('error', () => undefined);",
  '  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });',
  '  return { db, close: () => db.destroy() };',
  '}',
  '',
  '// The driver would make local midnights of days, lose digits of decimals in arrays, and leave whole numbers of 64 bits as text.',
  'const asText = (value: string): string => value;',
  'const exact: ReadonlyMap<number, (value: string) => unknown> = new Map<number, (value: string) => unknown>([',
  '  [20, BigInt],',
  '  ...[1082, 1114, 1186, 1115, 1182, 1187, 1231].map((oid) => [oid, asText] as const),',
  ']);',
  'const types = {',
  '  getTypeParser: (oid: number, format?: string): ((value: string) => unknown) =>',
  "    exact.get(oid) ?? (pg.types.getTypeParser(oid, format as 'text') as (value: string) => unknown),",
  '};',
  '',
  ...doc('Runs a statement as it stands.'),
  "export async function run(db: Db, statement: Pick<Statement, 'text'>, values: readonly (string | null)[]): Promise<Answer> {",
  '  const answer = await db.executeQuery<Record<string, unknown>>(CompiledQuery.raw(statement.text, [...values]));',
  '  return { rows: answer.rows, count: answer.numAffectedRows === undefined ? answer.rows.length : Number(answer.numAffectedRows) };',
  '}',
  '',
].join('\n');

function schemaFile(models: Models): string {
  const { entities, enumerations } = models;
  const used = enumerationsOf(entities, models);
  return [
    ...heading('The tables, as Kysely types them and as records.'),
    importLine('type { ColumnType, Generated, GeneratedAlways }', 'kysely'),
    ...(holdsJson(entities) ? [importLine('type { Json }', './values.js')] : []),
    ...(used.length > 0 ? [importLine(`type { ${used.join(', ')} }`, './enumerations.js')] : []),
    '',
    ...doc("What Kysely's query builder knows; columns keep their names of the database."),
    'export interface Database {',
    ...entities.map(
      ({ table, typeName }) =>
        `  ${literal(table.schema === 'public' ? table.name : `${table.schema}.${table.name}`)}: ${typeName}Table;`,
    ),
    '}',
    '',
    ...entities.flatMap((entity) => tableInterface(entity, models)),
    ...entities.flatMap((entity) => rowInterfaces(entity, enumerations, 'bigint')),
    ...tableConstants(entities, {
      tableType: 'readonly [schema: string, table: string]',
      table: ({ table }) => `[${literal(table.schema)}, ${literal(table.name)}]`,
      column: ({ column }) => literal(column),
    }),
    'export type { ColumnType, Generated, GeneratedAlways };',
    '',
  ].join('\n');
}

function tableInterface({ typeName, attributes }: Entity, { enumerations }: Models): readonly string[] {
  return [
    `export interface ${typeName}Table {`,
    ...attributes.map((each) => {
      const type = valueType(each.type, 'bigint', enumerations) + (each.nullable ? ' | null' : '');
      const json = (each.type.element ?? each.type).kind === 'json';
      const written =
        each.generated !== undefined || each.identity === 'always'
          ? `GeneratedAlways<${type}>`
          : json
            ? // The driver would send an array as an array of the database, so JSON is given as text.
              `ColumnType<${type}, string${optional(each) ? ' | undefined' : ''}${each.nullable ? ' | null' : ''}, string${each.nullable ? ' | null' : ''}>`
            : optional(each) && !each.nullable
              ? `Generated<${type}>`
              : type;
      return `  ${property(each.column)}: ${written};`;
    }),
    '}',
    '',
  ];
}

function recordsFile(models: Models): string {
  const related = relatedFunctions(models);
  return [
    ...heading('Records: found by a specification, inserted, and loaded together with their children.'),
    importLine('{ sql, type RawBuilder, type SqlBool }', 'kysely'),
    importLine('{ type Db }', './connect.js'),
    importLine(recordImports(models.entities), './schema.js'),
    importLine(
      `{ comparison, known, ${related.length > 0 ? 'specify, ' : ''}type Page, type Specification }`,
      './specification.js',
    ),
    importLine('{ decode, encode }', './values.js'),
    '',
    ...rowTypeExports(models.entities),
    ...recordFunctions(models),
    ...related,
    ...(related.length > 0 ? keyText : []),
    ...general,
  ].join('\n');
}

const general: readonly string[] = [
  'async function find<T extends object>(db: Db, table: TableOf, where: Specification<T> | undefined, page: Page<T>): Promise<T[]> {',
  '  const order = (page.orderBy ?? []).map(([field, direction]) => {',
  '    const name = sql.id(known(table.columns, field).name);',
  "    return direction === 'desc' ? sql`${name} desc` : name;",
  '  });',
  '  const { rows } = await sql<Record<string, unknown>>`select ${columnList(table)} from ${sql.id(...table.table)} where ${where === undefined ? sql<SqlBool>`true` : conditionOf(table, where)}${',
  '    order.length > 0 ? sql` order by ${sql.join(order)}` : sql``',
  '  }${page.limit === undefined ? sql`` : sql` limit ${Math.trunc(page.limit)}`}`.execute(db);',
  '  return rows.map((row) => decoded<T>(table, row));',
  '}',
  '',
  'async function insert<T extends object>(db: Db, table: TableOf, row: object): Promise<T> {',
  '  const given = Object.entries(row).filter(([field, value]) => value !== undefined && known(table.columns, field).given);',
  '  const names = given.map(([field]) => sql.id(known(table.columns, field).name));',
  '  const values = given.map(([field, value]) => sql`${encode(known(table.columns, field).kind, value)}`);',
  '  const list = given.length === 0 ? sql`default values` : sql`(${sql.join(names)}) values (${sql.join(values)})`;',
  '  const { rows } = await sql<Record<string, unknown>>`insert into ${sql.id(...table.table)} ${list} returning ${columnList(table)}`.execute(db);',
  '  return decoded<T>(table, rows[0]!);',
  '}',
  '',
  'function columnList({ columns }: TableOf): RawBuilder<unknown> {',
  '  return sql.join(Object.values(columns).map(({ name }, at) => sql`${sql.id(name)} as ${sql.id(`c${at}`)}`));',
  '}',
  '',
  'function decoded<T>({ columns }: TableOf, row: Readonly<Record<string, unknown>>): T {',
  '  return Object.fromEntries(Object.entries(columns).map(([field, { kind }], at) => [field, decode(kind, row[`c${at}`])])) as T;',
  '}',
  '',
  'function conditionOf<T>(table: TableOf, where: Specification<T>): RawBuilder<SqlBool> {',
  "  if (where.kind === 'not') return sql`not (${conditionOf(table, where.of)})`;",
  "  if (where.kind === 'all' || where.kind === 'any') {",
  '    const parts = where.of.map((part) => sql`(${conditionOf(table, part)})`);',
  "    if (parts.length === 0) return where.kind === 'all' ? sql`true` : sql`false`;",
  "    return sql`${sql.join(parts, where.kind === 'all' ? sql` and ` : sql` or `)}`;",
  '  }',
  '  const { name, kind } = known(table.columns, where.field);',
  '  const column = sql.id(name);',
  '  switch (where.operator) {',
  "    case 'null':",
  '      return sql`${column} is null`;',
  "    case 'in':",
  '      return sql`${column} = any (${encode(`${kind}[]`, where.value)})`;',
  "    case 'like':",
  '      return sql`${column} like ${encode(kind, where.value)}`;',
  '    default:',
  '      return sql`${column} ${sql.raw(comparison(where.operator))} ${encode(kind, where.value)}`;',
  '  }',
  '}',
  '',
];

const transaction: TransactionText = {
  imports: [importLine('type { Db }', './connect.js')],
  isolation: "'read committed' | 'repeatable read' | 'serializable'",
  body: [
    'const begun = db.transaction();',
    'return (isolation === undefined ? begun : begun.setIsolationLevel(isolation)).execute((tx) => work(tx));',
  ],
};
