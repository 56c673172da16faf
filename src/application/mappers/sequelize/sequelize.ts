/** Sequelize: tables as active records. */
import { childrenOf, finderOf } from '../../code/related.ts';
import { connectionTypes, folderOf, statementNotes } from '../../code/folder.ts';
import { rowTypeExports } from '../../code/tables.ts';
import { doc, heading, importLine, literal, property } from '../../code/typescript.ts';
import type { TransactionText } from '../../code/unit-of-work.ts';
import type { Entity, Mapper, Models } from '../../model.ts';
import { schemaFile } from './schema.ts';

/** Sequelize over `pg`. */
export const sequelize: Mapper = {
  name: 'sequelize',
  title: 'Sequelize',
  packages: ['sequelize', 'pg'],
  write: (models) => {
    const addressable = models.entities.filter(isAddressable);
    const names = new Set(addressable.map(({ typeName }) => typeName));
    const entities = addressable.map((entity) => ({
      ...entity,
      relations: entity.relations.filter(({ to, from }) => names.has(to) && from.length === 1),
    }));
    return {
      leftOut: [
        ...models.entities
          .filter((entity) => !isAddressable(entity))
          .map(
            ({ table }) =>
              `Sequelize cannot write the names of ${table.schema}.${table.name}, which is left out.`,
          ),
        ...addressable.flatMap((entity) =>
          entity.relations
            .filter((relation) => relation.kind === 'to-one' && relation.from.length > 1)
            .map(
              (relation) =>
                `Sequelize has no associations over several columns: ${relation.constraint} of ${entity.table.schema}.${entity.table.name} is left out.`,
            ),
        ),
        'Sequelize writes the values of a condition into the statement as literals that it escapes; access patterns and inserts bind theirs.',
      ],
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

/** Sequelize removes quotes from names, splits them at dots, and takes those with parentheses for functions. */
function isAddressable({ table, attributes }: Entity): boolean {
  return [table.schema, table.name, ...attributes.map(({ column }) => column)].every((name) =>
    /^[\p{L}\p{N}_ $'-]+$/u.test(name),
  );
}

const connectFile = ({ engine }: Models): string =>
  [
    ...heading('The connection.'),
    importLine('{ Sequelize, type Options, type Transaction }', 'sequelize'),
    importLine('{ defineTables, type Tables }', './schema.js'),
    '',
    ...doc('The database with its models; in a unit of work also the transaction.'),
    'export interface Db {',
    '  readonly sequelize: Sequelize;',
    '  readonly tables: Tables;',
    '  readonly transaction?: Transaction;',
    '}',
    '',
    ...connectionTypes,
    ...doc('Opens a pool; the address comes from the caller, never from this file.'),
    'export function connect(url: string, options: Options = {}): Connection {',
    `  const sequelize = new Sequelize(url, { dialect: ${literal(engine)}, logging: false, ...options });`,
    '  return { db: { sequelize, tables: defineTables(sequelize) }, close: () => sequelize.close() };',
    '}',
    '',
    ...doc("The part of a finder's options that keeps it inside a unit of work."),
    'export function within({ transaction }: Db): { readonly transaction?: Transaction } {',
    '  return transaction === undefined ? {} : { transaction };',
    '}',
    '',
    ...doc('Runs a statement as it stands.'),
    "export async function run(db: Db, statement: Pick<Statement, 'text'>, values: readonly (string | null)[]): Promise<Answer> {",
    '  const bound = values.length === 0 ? {} : { bind: [...values] };',
    '  const [rows, answer] = await db.sequelize.query(statement.text, { ...bound, ...within(db) });',
    '  const count = (answer as { readonly rowCount?: number | null } | undefined)?.rowCount;',
    '  return { rows: rows as Readonly<Record<string, unknown>>[], count: count ?? rows.length };',
    '}',
    '',
  ].join('\n');

function recordsFile(entities: readonly Entity[]): string {
  const names = entities.flatMap(({ typeName, one }) => [
    `type ${typeName}`,
    `type ${typeName}Record`,
    `type New${typeName}`,
    `${one}Fields`,
  ]);
  return [
    ...heading('Records: found by a specification, inserted, and loaded together with their children.'),
    importLine('{ Op, literal, type Order, type WhereOptions }', 'sequelize').replace(
      'type Order,',
      'type Order as SqlOrder,',
    ),
    importLine('{ within, type Db }', './connect.js'),
    importLine(`{ ${[...names, 'type Fields'].join(', ')} }`, './schema.js'),
    importLine('{ known, type Page, type Specification }', './specification.js'),
    '',
    ...rowTypeExports(entities),
    ...entities.flatMap((entity) => {
      const { typeName, one, many } = entity;
      return [
        ...doc(`Finds ${many}; all of them when nothing is asked.`),
        `export function ${finderOf(entity)}(db: Db, where?: Specification<${typeName}>, page: Page<${typeName}> = {}): Promise<${typeName}Record[]> {`,
        `  return db.tables.${one}.findAll({ ...queryOf<${typeName}>(${one}Fields, where, page), ...within(db) });`,
        '}',
        '',
        ...doc('Inserts one and returns it as the server has it.'),
        `export function insert${typeName}(db: Db, row: New${typeName}): Promise<${typeName}Record> {`,
        `  return db.tables.${one}.create(row, { ...within(db) });`,
        '}',
        '',
      ];
    }),
    ...childrenOf(entities).flatMap(({ parent, child, relation, functionName }) => [
      ...doc(`${parent.many} and the ${relation.property} of each: two statements, however many there are.`),
      `export async function ${functionName}(db: Db, where?: Specification<${parent.typeName}>, page: Page<${parent.typeName}> = {}): Promise<(${parent.typeName}Record & { ${property(relation.property)}: ${child.typeName}Record[] })[]> {`,
      `  const found = await db.tables.${parent.one}.findAll({ ...queryOf<${parent.typeName}>(${parent.one}Fields, where, page), include: [{ association: ${literal(relation.property)}, separate: true }], ...within(db) });`,
      `  return found as (${parent.typeName}Record & { ${property(relation.property)}: ${child.typeName}Record[] })[];`,
      '}',
      '',
    ]),
    ...general,
  ].join('\n');
}

const general: readonly string[] = [
  'function queryOf<T>(fields: Fields, where: Specification<T> | undefined, page: Page<T>): { where?: WhereOptions; order?: SqlOrder; limit?: number } {',
  '  const order = (page.orderBy ?? []).map(([field, direction]): [string, string] => {',
  '    known(fields, field);',
  "    return [field, direction === 'desc' ? 'DESC' : 'ASC'];",
  '  });',
  '  return {',
  '    ...(where === undefined ? {} : { where: conditionOf(fields, where) }),',
  '    ...(order.length === 0 ? {} : { order }),',
  '    ...(page.limit === undefined ? {} : { limit: Math.trunc(page.limit) }),',
  '  };',
  '}',
  '',
  "const always: WhereOptions = { [Op.and]: [literal('true')] };",
  "const never: WhereOptions = { [Op.and]: [literal('false')] };",
  "const comparisons: { readonly [operator: string]: symbol } = { '=': Op.eq, '<>': Op.ne, '<': Op.lt, '<=': Op.lte, '>': Op.gt, '>=': Op.gte, like: Op.like };",
  '',
  'function conditionOf<T>(fields: Fields, where: Specification<T>): WhereOptions {',
  "  if (where.kind === 'not') return { [Op.not]: conditionOf(fields, where.of) };",
  "  if (where.kind === 'all') return where.of.length === 0 ? always : { [Op.and]: where.of.map((part) => conditionOf(fields, part)) };",
  "  if (where.kind === 'any') return where.of.length === 0 ? never : { [Op.or]: where.of.map((part) => conditionOf(fields, part)) };",
  '  known(fields, where.field);',
  "  if (where.operator === 'null') return { [where.field]: { [Op.is]: null } };",
  "  if (where.operator === 'in') {",
  '    const values = where.value as readonly unknown[];',
  '    return values.length === 0 ? never : { [where.field]: { [Op.in]: [...values] } };',
  '  }',
  '  return { [where.field]: { [known(comparisons, where.operator)]: where.value } };',
  '}',
  '',
];

const transaction: TransactionText = {
  imports: [importLine('type { Transaction }', 'sequelize'), importLine('type { Db }', './connect.js')],
  isolation: "'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE'",
  body: [
    'const options = isolation === undefined ? {} : { isolationLevel: isolation as Transaction.ISOLATION_LEVELS };',
    'return db.sequelize.transaction(options, (transaction) => work({ ...db, transaction }));',
  ],
};
