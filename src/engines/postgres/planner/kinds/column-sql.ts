import type { Column, Constraint, Sequence, Table } from '../../../../catalog/model.ts';
import { full, id, option, text } from '../../structure/making.ts';
import { sequenceOptions } from '../../structure/types.ts';
import type { Sides } from '../model.ts';
import { tablesOf } from './table-facts.ts';

/** What of a column is told where it is made. */
export interface Told {
  readonly default: boolean;
  readonly notNull: boolean;
}

/** A column as CREATE TABLE and ADD COLUMN take it. */
export function columnSql(table: Table, column: Column, told: Told, sides: Sides): string {
  const to = tablesOf(sides.to);
  const sequence = to.owned(table, column.name);
  const notNull = notNullOf(table, column.name);
  return [
    id(column.name),
    column.type,
    ...(column.storage === undefined || sides.to.version < 160_000 ? [] : [`STORAGE ${column.storage}`]),
    ...(column.compression === undefined ? [] : [`COMPRESSION ${column.compression}`]),
    ...foreignOptions(to.columnFact(table, column.name)?.foreign ?? []),
    ...(column.collation === undefined ? [] : [`COLLATE ${column.collation}`]),
    ...(column.generated
      ? [`GENERATED ALWAYS AS (${column.generated.expression}) ${column.generated.kind.toUpperCase()}`]
      : []),
    ...(told.notNull && column.notNull && (notNull?.validated ?? true)
      ? [notNull ? notNullSql(table, column.name, notNull) : 'NOT NULL']
      : []),
    ...(column.default === undefined || !told.default ? [] : [`DEFAULT ${column.default}`]),
    ...(column.identity && sequence ? [identitySql(table, column, sequence, sides)] : []),
  ].join(' ');
}

/** The named not-null constraint of a column (PostgreSQL 18). */
export function notNullOf(table: Table, column: string): Constraint | undefined {
  return table.constraints.find(({ kind, columns }) => kind === 'not-null' && columns[0] === column);
}

function notNullSql(table: Table, column: string, { name, definition }: Constraint): string {
  const usual = name === `${table.name}_${column}_not_null`;
  return `${usual ? '' : `CONSTRAINT ${id(name)} `}NOT NULL${definition.endsWith(' NO INHERIT') ? ' NO INHERIT' : ''}`;
}

/** `GENERATED … AS IDENTITY`, with what differs from the usual sequence. */
export function identitySql(table: Table, column: Column, sequence: Sequence, sides: Sides): string {
  const usual = { schema: table.schema, name: `${table.name}_${column.name}_seq` };
  const named =
    usual.schema !== sequence.schema || usual.name !== sequence.name || tablesOf(sides.from).relation(usual);
  const options = sequenceOptions(sequence);
  const extra = [
    ...(named ? [`SEQUENCE NAME ${full(sequence)}`] : []),
    ...(options === usualOptions(sequence.type) ? [] : [options]),
    ...(tablesOf(sides.to).sequenceFact(sequence)?.unlogged === !table.unlogged
      ? [table.unlogged ? 'LOGGED' : 'UNLOGGED']
      : []),
  ];
  return `GENERATED ${column.identity!.toUpperCase()} AS IDENTITY${extra.length === 0 ? '' : ` (${extra.join(' ')})`}`;
}

const limits: Readonly<Record<string, string>> = {
  smallint: '32767',
  integer: '2147483647',
  bigint: '9223372036854775807',
};

/** Options of a sequence of which nothing was said, as {@link sequenceOptions} writes them. */
export function usualOptions(type: string): string {
  return `INCREMENT BY 1 MINVALUE 1 MAXVALUE ${limits[type]} START WITH 1 CACHE 1`;
}

/** Options of foreign objects behind a word, or nothing. */
export function foreignOptions(stored: readonly string[]): readonly string[] {
  return stored.length === 0
    ? []
    : [`OPTIONS (${stored.map((one) => option(one).replace(' = ', ' ')).join(', ')})`];
}

/** `OPTIONS (ADD …, SET …, DROP …)` between two lists; nothing when they are equal. */
export function optionChanges(before: readonly string[], after: readonly string[]): readonly string[] {
  const was = new Map(before.map(nameAndValue));
  const is = new Map(after.map(nameAndValue));
  const changes = [
    ...[...is].flatMap(([name, value]) =>
      was.get(name) === value ? [] : [`${was.has(name) ? 'SET' : 'ADD'} ${id(name)} ${text(value)}`],
    ),
    ...[...was.keys()].flatMap((name) => (is.has(name) ? [] : [`DROP ${id(name)}`])),
  ];
  return changes.length === 0 ? [] : [`OPTIONS (${changes.join(', ')})`];
}

/** `SET (…)` and `RESET (…)` between two lists of storage parameters. */
export function parameterChanges(before: readonly string[], after: readonly string[]): readonly string[] {
  const was = new Map(before.map(nameAndValue));
  const is = new Map(after.map(nameAndValue));
  const set = after.filter((one) => was.get(nameAndValue(one)[0]) !== nameAndValue(one)[1]);
  const reset = [...was.keys()].filter((name) => !is.has(name));
  return [
    ...(set.length === 0 ? [] : [`SET (${set.map(option).join(', ')})`]),
    ...(reset.length === 0
      ? []
      : [`RESET (${reset.map((name) => name.split('.').map(id).join('.')).join(', ')})`]),
  ];
}

function nameAndValue(stored: string): readonly [string, string] {
  const at = stored.indexOf('=');
  return [stored.slice(0, at), stored.slice(at + 1)];
}
