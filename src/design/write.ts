import { orderByNeed } from '../base/graph.ts';
import type { Wish } from '../change/model.ts';
import type { ColumnDraft, ConstraintDraft, Draft, TableDraft } from './draft.ts';

/** Statements of the whole board: tables in order of their foreign keys, then what needs several of them. */
export function writeAll(draft: Draft): readonly Wish[] {
  const made = draft.tables.filter(({ existing }) => !existing);
  const byName = new Map(made.map((table) => [keyOf(table), table]));
  const needs = (table: TableDraft): TableDraft[] =>
    table.constraints.flatMap(({ to }) => (to ? (byName.get(`${to.schema}.${to.name}`) ?? []) : []));
  const { ordered, circular } = orderByNeed(made, needs);
  const late: Wish[] = [];
  const wishes = [...ordered, ...circular].flatMap((table, index, all) => {
    const standing = new Set(all.slice(0, index + 1));
    const missing = table.constraints.filter(
      ({ to }) =>
        to && byName.has(`${to.schema}.${to.name}`) && !standing.has(byName.get(`${to.schema}.${to.name}`)!),
    );
    late.push(...missing.map((constraint) => addConstraint(draft, table, constraint)));
    return writeTable(draft, table, missing);
  });
  const altered = draft.tables
    .filter(({ existing }) => existing)
    .flatMap((table) => alterTable(draft, table));
  return [...wishes, ...late, ...altered, ...draft.tables.flatMap(({ after }) => after)];
}

function keyOf({ name }: TableDraft): string {
  return `${name.schema}.${name.name}`;
}

function writeTable(draft: Draft, table: TableDraft, without: readonly ConstraintDraft[]): readonly Wish[] {
  const { quote } = draft.engine;
  const name = quote.name(table.name);
  const columns = table.columns.toSorted((a, b) => a.rank - b.rank);
  const constraints = table.constraints
    .filter((constraint) => !without.includes(constraint))
    .toSorted((a, b) => order[a.kind] - order[b.kind]);
  const claims = [
    ...new Set([
      ...table.claims,
      ...columns.flatMap((column) => column.claims),
      ...constraints.flatMap((constraint) => constraint.claims),
    ]),
  ];
  const lines = [
    ...aligned(draft, columns),
    ...constraints.map(
      (constraint) => `CONSTRAINT ${quote.identifier(constraint.name)} ${constraint.definition}`,
    ),
  ];
  const create: Wish = {
    sql: `CREATE TABLE ${name} (\n${lines.map((line) => `  ${line}`).join(',\n')}\n)${table.suffix ? ` ${table.suffix}` : ''}`,
    claims,
    reason: table.comment ?? `Table ${table.name.name}`,
    undo: `DROP TABLE ${name}`,
  };
  return [create, ...writeIndexes(draft, table), ...writeComments(draft, table)];
}

const order: Readonly<Record<ConstraintDraft['kind'], number>> = {
  primary: 0,
  unique: 1,
  exclude: 2,
  foreign: 3,
  check: 4,
};

/** Names and types in columns of their own, as people write them. */
function aligned(draft: Draft, columns: readonly ColumnDraft[]): readonly string[] {
  const { quote } = draft.engine;
  const width = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
  const names = width(columns.map(({ name }) => quote.identifier(name)));
  const types = width(columns.map(({ type }) => type));
  return columns.map((column) =>
    `${quote.identifier(column.name).padEnd(names)} ${column.type.padEnd(types)} ${modifiers(column)}`.trimEnd(),
  );
}

function modifiers({ notNull, default: value, generated }: ColumnDraft): string {
  const identity = generated?.endsWith('AS IDENTITY') ?? false;
  return [notNull && !identity && 'NOT NULL', value && `DEFAULT ${value}`, generated]
    .filter(Boolean)
    .join(' ');
}

function writeIndexes(draft: Draft, table: TableDraft): readonly Wish[] {
  const { quote } = draft.engine;
  return table.indexes.map((index) => {
    const wish: Wish = {
      sql: `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quote.identifier(index.name)} ON ${quote.name(table.name)} ${index.definition}`,
      claims: index.claims,
      reason: index.reason,
    };
    if (index.support)
      draft.supports.push({ table: table.name, name: index.name, columns: index.columns, wish });
    return wish;
  });
}

function writeComments(draft: Draft, table: TableDraft): readonly Wish[] {
  const { quote } = draft.engine;
  const name = quote.name(table.name);
  const cite = (text: string, claims: readonly string[]): string =>
    quote.literal(`${text} (${[draft.task.id, ...claims].join(' ')})`);
  const comments: Wish[] = [];
  const add = (object: string, text: string, claims: readonly string[], about: string): void => {
    comments.push({
      sql: `COMMENT ON ${object} IS ${text}`,
      claims,
      reason: `Documents ${about}`,
    });
  };
  if (table.comment && !table.existing)
    add(
      `TABLE ${name}`,
      cite(table.comment, table.claims.slice(0, 1)),
      table.claims.slice(0, 1),
      table.name.name,
    );
  for (const column of table.columns)
    if (column.comment)
      add(
        `COLUMN ${name}.${quote.identifier(column.name)}`,
        quote.literal(column.comment),
        column.claims,
        column.name,
      );
  for (const { name: constraint, comment, claims } of table.constraints)
    if (comment)
      add(
        `CONSTRAINT ${quote.identifier(constraint)} ON ${name}`,
        quote.literal(comment),
        claims,
        constraint,
      );
  return comments;
}

/** Additions to a table that exists: naive statements, the plan makes them safe. */
function alterTable(draft: Draft, table: TableDraft): readonly Wish[] {
  const { quote } = draft.engine;
  const name = quote.name(table.name);
  const columns = table.columns.map((column): Wish => ({
    sql: `ALTER TABLE ${name} ADD COLUMN ${quote.identifier(column.name)} ${`${column.type} ${modifiers(column)}`.trimEnd()}`,
    claims: column.claims,
    reason: `${table.name.name} gets ${column.name}`,
  }));
  return [
    ...columns,
    ...table.constraints.map((constraint) => addConstraint(draft, table, constraint)),
    ...writeIndexes(draft, table),
    ...writeComments(draft, table),
  ];
}

function addConstraint(
  draft: Draft,
  table: TableDraft,
  { name, definition, claims, comment, probe }: ConstraintDraft,
): Wish {
  const { quote } = draft.engine;
  return {
    sql: `ALTER TABLE ${quote.name(table.name)} ADD CONSTRAINT ${quote.identifier(name)} ${definition}`,
    claims,
    reason: comment ?? `${table.name.name} gets ${name}`,
    ...(probe === undefined ? {} : { probe }),
  };
}
