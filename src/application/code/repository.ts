/** The file of access patterns: each a function with the task's own SQL, typed parameters and typed rows. */
import type { DescribedColumn } from '../../engine/describe/model.ts';
import type { Enumeration, Entity, Models, Operation, OperationStatement } from '../model.ts';
import {
  doc,
  heading,
  importLine,
  indented,
  kindOf,
  literal,
  longText,
  property,
  valueType,
} from './typescript.ts';
import type { BigintAs } from './typescript.ts';

/** What differs between mappers. */
export interface RepositoryOptions {
  readonly bigintAs: BigintAs;
  /** Says how statements reach the server: under a name, or as parameterised text. */
  readonly note: string;
  /** Entities that can be inserted: the mapper may be unable to address some. */
  readonly entities: readonly Entity[];
  /** Result columns that the mapper cannot read unless they are turned into text around the statement. */
  readonly textOnly?: (column: DescribedColumn) => boolean;
}

/** Text of `repository.ts`; it uses `run` of `connect.ts`. */
export function repositoryFile(models: Models, options: RepositoryOptions): string {
  const operations = writable(models, options.entities);
  const inserts = operations.flatMap(({ body }) =>
    body.kind === 'insert' ? [entityOf(options, body.entity)] : [],
  );
  const types = namesUsed(operations, models.enumerations);
  const runs = operations.some(({ body }) => body.kind !== 'insert');
  const units = operations.some(({ body }) => body.kind === 'transaction');
  const rowTypes = [...new Set(inserts.flatMap((entity) => [`New${entity.typeName}`, entity.typeName]))];
  const calls = [...new Set(inserts.map((entity) => `insert${entity.typeName}`))];
  return [
    ...heading(`Access patterns. ${options.note}`),
    importLine(runs ? '{ run, type Db, type Statement }' : '{ type Db }', './connect.js'),
    ...(inserts.length > 0
      ? [
          importLine(
            `{ ${calls.join(', ')}, ${rowTypes.map((name) => `type ${name}`).join(', ')} }`,
            './records.js',
          ),
        ]
      : []),
    ...(types.length > 0 ? [importLine(`type { ${types.join(', ')} }`, './enumerations.js')] : []),
    ...(units ? [importLine('{ unitOfWork }', './unit-of-work.js')] : []),
    ...(runs
      ? [importLine('{ decode, encode, type Json }', './values.js'), '', 'export type { Json };']
      : []),
    '',
    ...operations.flatMap((operation) => operationText(operation, models, options)),
    ...(runs ? shared : []),
  ].join('\n');
}

/** Operations that the mapper can have: all but inserts into tables that it cannot address. */
export function writable(models: Models, entities: readonly Entity[]): readonly Operation[] {
  return models.operations.filter(
    ({ body }) => body.kind !== 'insert' || entities.some(({ typeName }) => typeName === body.entity),
  );
}

const shared: readonly string[] = [
  'function decoded<R>(statement: Statement, rows: readonly Readonly<Record<string, unknown>>[]): R[] {',
  '  return rows.map((row) => Object.fromEntries(Object.entries(statement.columns).map(([name, kind]) => [name, decode(kind, row[name])])) as R);',
  '}',
  '',
];

/** The statement as the task has it; around it a conversion, where the mapper needs one. */
function textOf({ sql, columns }: OperationStatement, { textOnly }: RepositoryOptions): string {
  const names = new Set(columns.map(({ name }) => name));
  if (!textOnly || !columns.some(textOnly) || names.size < columns.length) return sql;
  const list = columns.map((column) => {
    const name = `"${column.name.replaceAll('"', '""')}"`;
    return textOnly(column) ? `${name}::text${column.type.element ? '[]' : ''} AS ${name}` : name;
  });
  return `WITH asked AS (\n${sql}\n)\nSELECT ${list.join(', ')} FROM asked`;
}

function entityOf(options: RepositoryOptions, typeName: string): Entity {
  return options.entities.find((entity) => entity.typeName === typeName)!;
}

function statementsOf({ body }: Operation): readonly OperationStatement[] {
  return body.kind === 'statement' ? [body.statement] : body.kind === 'transaction' ? body.statements : [];
}

function namesUsed(
  operations: readonly Operation[],
  enumerations: readonly Enumeration[],
): readonly string[] {
  const types = operations
    .flatMap(statementsOf)
    .flatMap(({ parameters, columns }) =>
      [...parameters, ...columns].map(({ type }) => type.element ?? type),
    );
  return enumerations
    .filter(({ type }) =>
      types.some(({ enumeration }) => enumeration?.schema === type.schema && enumeration.name === type.name),
    )
    .map(({ typeName }) => typeName);
}

function operationText(operation: Operation, models: Models, options: RepositoryOptions): readonly string[] {
  const { claim, says, functionName, typeName, body } = operation;
  const note = doc(`${claim}: ${says}`);
  if (body.kind === 'insert') {
    const entity = entityOf(options, body.entity);
    return [
      ...note,
      `export function ${functionName}(db: Db, row: New${entity.typeName}): Promise<${entity.typeName}> {`,
      `  return insert${entity.typeName}(db, row);`,
      '}',
      '',
    ];
  }
  const statements = statementsOf(operation);
  const parameters = [
    ...new Map(statements.flatMap((each) => each.parameters).map((each) => [each.property, each])).values(),
  ];
  const several = statements.length > 1;
  const rowName = (at: number): string => `${typeName}Row${several ? at + 1 : ''}`;
  const constant = (at: number): string => `${functionName}${several ? at + 1 : ''}Statement`;
  const type = (each: { type: Parameters<typeof valueType>[0]; nullable: boolean }): string =>
    `${valueType(each.type, options.bigintAs, models.enumerations)}${each.nullable ? ' | null' : ''}`;
  const result = (at: number): string =>
    statements[at]!.columns.length === 0 ? 'number' : `${rowName(at)}[]`;
  const given = parameters.length > 0 ? `, parameters: ${typeName}Parameters` : '';
  const call = (at: number, db: string): readonly string[] => {
    const { columns, parameters: bound } = statements[at]!;
    const values = bound.map(
      (each) => `encode(${literal(kindOf(each.type))}, parameters.${property(each.property)})`,
    );
    const ran = `await run(${db}, ${constant(at)}, [${values.join(', ')}])`;
    return columns.length === 0
      ? [`(${ran}).count`]
      : [`decoded<${rowName(at)}>(${constant(at)}, (${ran}).rows)`];
  };
  return [
    ...(parameters.length > 0
      ? [
          `export interface ${typeName}Parameters {`,
          ...parameters.map((each) => `  readonly ${property(each.property)}: ${type(each)};`),
          '}',
          '',
        ]
      : []),
    ...statements.flatMap(({ columns }, at) =>
      columns.length === 0
        ? []
        : [
            `export interface ${rowName(at)} {`,
            ...[...new Map(columns.map((column) => [column.name, column])).values()].map(
              (column) => `  readonly ${property(column.name)}: ${type(column)};`,
            ),
            '}',
            '',
          ],
    ),
    ...statements.flatMap(({ name, sql, columns }, at) => [
      `const ${constant(at)}: Statement = {`,
      `  name: ${literal(name)},`,
      `  text: ${longText(textOf({ ...statements[at]!, sql }, options))},`,
      `  columns: { ${[...new Map(columns.map((column) => [column.name, column])).values()].map((column) => `${property(column.name)}: ${literal(kindOf(column.type))}`).join(', ')} },`,
      '};',
      '',
    ]),
    ...note,
    ...(body.kind === 'transaction'
      ? [
          `export function ${functionName}(db: Db${given}): Promise<[${statements.map((_, at) => result(at)).join(', ')}]> {`,
          '  return unitOfWork(db, async (tx) => {',
          ...indented(
            statements.map((_, at) => `const done${at + 1} = ${call(at, 'tx').join('')};`),
            '    ',
          ),
          `    return [${statements.map((_, at) => `done${at + 1}`).join(', ')}];`,
          '  });',
        ]
      : [
          `export async function ${functionName}(db: Db${given}): Promise<${result(0)}> {`,
          `  return ${call(0, 'db').join('')};`,
        ]),
    '}',
    '',
  ];
}
