/** Tries what each field of an entity promises, on the server and independently of the design that made it. */
import { SqlError } from '../../base/error.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Column, Table } from '../../catalog/model.ts';
import type { Entity, Field, FieldType } from '../../task/model.ts';
import { wrongShapes, wrongTags } from './wrong-values.ts';
import { tryDuplicate, tryRow, type Attempt, type RowTestContext } from './row-tests.ts';

/** What was found about one promise: kept, broken, or not shown. */
export interface FieldTest {
  readonly result: 'kept' | 'broken' | 'open';
  readonly text: string;
  readonly shown?: string;
}

const kept = (text: string, shown?: string): FieldTest => ({
  result: 'kept',
  text,
  ...(shown ? { shown } : {}),
});
const broken = (text: string, shown?: string): FieldTest => ({
  result: 'broken',
  text,
  ...(shown ? { shown } : {}),
});
const open = (text: string): FieldTest => ({ result: 'open', text });

/** Types as the server formats them, for each type of the task; the first column of a field, then the second one of money. */
const formatted: Readonly<Record<Exclude<FieldType['kind'], 'sql' | 'decimal'>, readonly string[]>> = {
  text: ['text', 'character varying'],
  url: ['text', 'character varying'],
  enum: ['text', 'character varying'],
  email: ['text', 'citext', 'character varying'],
  int: ['integer'],
  bigint: ['bigint'],
  money: ['bigint'],
  bool: ['boolean'],
  date: ['date'],
  time: ['time without time zone'],
  instant: ['timestamp with time zone'],
  duration: ['interval'],
  uuid: ['uuid'],
  json: ['jsonb'],
  bytes: ['bytea'],
  tags: ['text[]'],
};

/** How the keys of a table are to be looked at. */
export interface Held {
  /** Columns within whose values keys and uniques hold. */
  readonly within: readonly string[];
  /** The table stood before: a key that the entity does not name is taken as it is. */
  readonly stood: boolean;
}

/** Compares the table with the entity: keys, types, required, unique, defaults, and the values that each type refuses. */
export async function testEntity(
  context: RowTestContext,
  table: Table,
  entity: Entity,
  columnsOf: (name: string) => readonly string[],
  { within, stood }: Held = { within: [], stood: false },
): Promise<readonly FieldTest[]> {
  const among = (columns: readonly string[]): readonly string[] => [
    ...new Set([...columns, ...periodsOf(entity, table), ...within]),
  ];
  const tests: FieldTest[] = [...keyTests(table, entity, columnsOf, among, stood)];
  for (const field of entity.fields) {
    const columns = columnsOf(field.name).flatMap(
      (name) => table.columns.find((one) => one.name === name) ?? [],
    );
    if (columns.length < columnsOf(field.name).length) {
      tests.push(broken(`column ${columnsOf(field.name).join(', ')} is missing`));
      continue;
    }
    tests.push(await typeTest(context, field, columns[0]!));
    if (field.required)
      for (const column of columns.filter((one) => !one.notNull))
        tests.push(broken(`${column.name} is required and accepts null`));
    if (field.generated && !columns[0]!.generated) tests.push(broken(`${columns[0]!.name} is not generated`));
    tests.push(
      ...(await defaultTests(context, field, columns[0]!)),
      ...(await valueTests(context, table, field, columns)),
    );
    if (field.unique) tests.push(await uniqueTest(context, table, among(columns.map((one) => one.name))));
  }
  for (const set of entity.unique)
    tests.push(await uniqueTest(context, table, among(set.flatMap((name) => columnsOf(name)))));
  for (const one of table.constraints.filter((constraint) => !constraint.validated || !constraint.enforced))
    tests.push(open(`${one.name} was never checked against the rows that are there`));
  for (const one of table.indexes.filter((index) => !index.valid))
    tests.push(broken(`the index ${one.name} is invalid`));
  return tests;
}

/** Column that says when a row of a temporal entity is true: keys and uniques hold at each moment. */
function periodsOf({ history }: Entity, table: Table): readonly string[] {
  return history === 'temporal'
    ? table.columns
        .filter(({ name, type }) => name === 'valid' && type === 'tstzrange')
        .map(({ name }) => name)
    : [];
}

function keyTests(
  table: Table,
  entity: Entity,
  columnsOf: (name: string) => readonly string[],
  among: (columns: readonly string[]) => readonly string[],
  stood: boolean,
): readonly FieldTest[] {
  const whole = table.constraints.find((constraint) => constraint.kind === 'primary')?.columns ?? [];
  // What decides the partition stands in each key; the number or uuid before it is unique by the way it is made.
  const parts = entity.partition && entity.key.kind !== 'fields' ? columnsOf(entity.partition.by) : [];
  const key = whole.filter((column) => !parts.includes(column));
  if (key.length === 0) return [broken('it has no primary key')];
  const only = table.columns.find((column) => column.name === key[0]);
  if (entity.key.kind === 'fields') {
    const wanted = among(entity.key.names.flatMap((name) => columnsOf(name))).toSorted();
    return key.toSorted().join() === wanted.join()
      ? [kept(`the key is ${key.join(', ')}`)]
      : [broken(`the key is ${key.join(', ')}, asked for was ${wanted.join(', ')}`)];
  }
  if (stood && entity.key.kind === 'identity') return [kept(`the key is ${key.join(', ')}, as it was`)];
  const good =
    key.length === 1 + periodsOf(entity, table).length &&
    (entity.key.kind === 'identity' ? isNumbered(only) : only?.type === 'uuid');
  return [
    good
      ? kept(`the key is ${key[0]!} (${only!.type})${parts.map((column) => `, with ${column}`).join('')}`)
      : broken(`the key ${key.join(', ')} is no ${entity.key.kind}`),
  ];
}

function isNumbered(column: Column | undefined): boolean {
  return (
    column !== undefined &&
    /int/.test(column.type) &&
    (column.identity !== undefined || column.default?.startsWith('nextval(') === true)
  );
}

async function typeTest(
  { session, probe }: RowTestContext,
  field: Field,
  column: Column,
): Promise<FieldTest> {
  const { type } = field;
  const wanted =
    type.kind === 'decimal'
      ? [`numeric(${type.precision},${type.scale})`]
      : type.kind === 'sql'
        ? [await probe.formattedType(session, type.sql)]
        : formatted[type.kind];
  const plain =
    type.kind === 'sql'
      ? column.type
      : column.type.replace(/^character varying\(\d+\)$/, 'character varying');
  return wanted.includes(plain)
    ? kept(`${column.name} is ${column.type}${column.notNull ? ', not null' : ''}`)
    : broken(`${column.name} is ${column.type}, asked for was ${type.kind === 'sql' ? type.sql : type.kind}`);
}

/** A literal default must be the value that was asked for; of others only the kind is compared. */
async function defaultTests(
  { session, quote }: RowTestContext,
  field: Field,
  column: Column,
): Promise<readonly FieldTest[]> {
  const { default: wanted } = field;
  if (wanted === undefined || wanted === null || column.generated) return [];
  const literal = typeof wanted === 'string' ? wanted : JSON.stringify(wanted);
  if (column.default === undefined)
    return [broken(`${column.name} has no default, asked for was ${literal}`)];
  const said = `${column.name} defaults to ${column.default}`;
  if (wanted === 'now')
    return [
      /\bnow\(\)|\bCURRENT_|\bLOCALTIME/i.test(column.default)
        ? kept(said)
        : broken(`${said}, asked for was the current time`),
    ];
  const written = typeof wanted === 'string' ? /^`(.*)`$/s.exec(wanted)?.[1] : undefined;
  const asked =
    written ??
    (Array.isArray(wanted)
      ? `ARRAY[${wanted.map((item) => quote.literal(String(item))).join(', ')}]::text[]`
      : `${quote.literal(literal)}::${column.type}`);
  try {
    const { rows } = await session.query<{ same: boolean }>(
      `SELECT ((${column.default})::${column.type}) IS NOT DISTINCT FROM ((${asked})::${column.type}) AS same`,
    );
    if (rows[0]!.same) return [kept(said)];
    return [
      written === undefined
        ? broken(`${said}, asked for was ${literal}`)
        : open(`${said}; whether that is ${written} was not shown`),
    ];
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return [open(`${said}; it could not be compared with ${literal}: ${error.message}`)];
  }
}

/** Values that the type of the task refuses, tried for real. */
async function valueTests(
  context: RowTestContext,
  table: Table,
  field: Field,
  columns: readonly Column[],
): Promise<readonly FieldTest[]> {
  const { type } = field;
  const [column, second] = columns;
  if (column!.generated) return [];
  const refused = (value: unknown, what: string, on = column!): Promise<FieldTest> =>
    refusalTest(context, table, on, value, what);
  if (type.kind === 'text' && type.length !== undefined)
    return [await refused('x'.repeat(type.length + 1), `a text of ${type.length + 1} characters`)];
  if (type.kind === 'enum') return [await refused('no such value', 'a value that is not listed')];
  if (type.kind === 'email') return [await refused('nobody', 'a text that is no address')];
  if (type.kind === 'url') return [await refused('nowhere', 'a text that is no address')];
  if (type.kind === 'money' && second) return [await refused('1$', 'a currency that is none', second)];
  if (field.values || field.shape) {
    const tests: FieldTest[] = [];
    for (const [value, what] of [...wrongTags(field), ...wrongShapes(field)])
      tests.push(await refused(value, what));
    return tests;
  }
  return [];
}

async function refusalTest(
  context: RowTestContext,
  table: Table,
  column: Column,
  value: unknown,
  what: string,
): Promise<FieldTest> {
  const attempt = await tryRow(context, table, { [column.name]: value });
  const about = `${column.name}: ${what}`;
  if (!attempt || attempt.untried !== undefined)
    return open(
      `${about} could not be tried: ${attempt?.untried ?? 'the table has no row that could lend the other columns'}`,
    );
  if (attempt.ok) return broken(`${about} is accepted`, attempt.shown);
  return isOwn(attempt, table, column)
    ? kept(`${about} is rejected by ${attempt.constraint ?? 'its type'}`, attempt.shown)
    : open(`${about} was rejected by ${attempt.constraint ?? attempt.message ?? 'something else'}`);
}

/** Rejected by a check over the column, or by the column's own type. */
function isOwn(attempt: Attempt, table: Table, column: Column): boolean {
  const check = table.constraints.find((constraint) => constraint.name === attempt.constraint);
  return check ? check.columns.includes(column.name) : ['22001', '22P02'].includes(attempt.sqlstate ?? '');
}

async function uniqueTest(
  context: RowTestContext,
  table: Table,
  columns: readonly string[],
): Promise<FieldTest> {
  const attempt = await tryDuplicate(context, table, columns);
  const about = `a second row with the same ${columns.join(', ')}`;
  if (!attempt || attempt.untried !== undefined)
    return open(`${about} could not be tried: ${attempt?.untried ?? 'no row may leave'}`);
  if (attempt.ok) return broken(`${about} is accepted`, attempt.shown);
  return ['23505', '23P01'].includes(attempt.sqlstate ?? '') &&
    enforces(context, table, attempt.constraint, columns)
    ? kept(`${about} is rejected by ${attempt.constraint ?? 'an index'}`, attempt.shown)
    : open(`${about} was rejected by ${attempt.constraint ?? attempt.message ?? 'something else'}`);
}

/** Whether a unique of this name, on the table or on one of its partitions, is over these columns alone. */
function enforces(
  { catalog }: RowTestContext,
  table: Table,
  name: string | undefined,
  columns: readonly string[],
): boolean {
  const parts = catalog.tables.filter((one) => one.partitionOf && sameName(one.partitionOf, table));
  const keys = [table, ...parts].flatMap(
    ({ constraints, indexes }) =>
      constraints.find((one) => one.name === name)?.columns ??
      indexes.find((one) => one.name === name)?.keys ??
      [],
  );
  return keys.length > 0 && keys.every((key) => columns.some((column) => key.includes(column)));
}
