/** Rows that a table held, to be put back one by one, changed or not. */
import type { Constraint, Table } from '../../catalog/model.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Design } from '../../design/model.ts';
import type { Quote, Session } from '../../engine/model.ts';
import type { Values } from './row-tests.ts';

/** Columns that can be given, and rows of texts. */
export interface Templates {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Takes up to `count` rows of a table as texts; references of a row to its own table are left empty where they may be. */
export async function templatesOf(
  session: Session,
  quote: Quote,
  table: Table,
  design: Design,
  count: number,
): Promise<Templates> {
  const columns = table.columns.filter((column) => !column.generated && column.identity === undefined);
  const own = new Set(
    table.constraints.filter((key) => refersToItself(key, table)).flatMap((key) => key.columns),
  );
  // Rows of the twin are in all states; a new one begins in the first.
  const starts = new Map(
    design.features.flatMap((feature) =>
      feature.kind === 'states' && sameName(feature.table, table)
        ? [[feature.column, feature.start] as const]
        : [],
    ),
  );
  const texts = columns.map((column) => {
    if (starts.has(column.name)) return quote.literal(starts.get(column.name));
    if (own.has(column.name) && !column.notNull) return 'NULL';
    return `row.${quote.identifier(column.name)}::text`;
  });
  const { rows } = await session.query<{ v: readonly (string | null)[] }>(
    `SELECT ARRAY[${texts.join(', ')}]::text[] AS v FROM ${quote.name(table)} AS row LIMIT ${count}`,
  );
  return { columns: columns.map((column) => column.name), rows: rows.map((row) => row.v) };
}

function refersToItself(key: Constraint, table: Table): boolean {
  return key.references !== undefined && sameName(key.references, table);
}

/** The insert of one template, with these values in place of its own. */
export function insertOf(
  quote: Quote,
  table: Table,
  { columns, rows }: Templates,
  at: number,
  values: Values = {},
): string {
  const list = columns.map((column) => quote.identifier(column)).join(', ');
  const items = columns.map((column, i) =>
    column in values ? literalOf(quote, values[column]) : quote.literal(rows[at]![i]),
  );
  return `INSERT INTO ${quote.name(table)} (${list}) VALUES (${items.join(', ')})`;
}

/** A value of a task as a literal: structures are JSON. */
export function literalOf(quote: Quote, value: unknown): string {
  return value !== null && typeof value === 'object'
    ? quote.literal(JSON.stringify(value))
    : quote.literal(value);
}

/** Empties a table and what refers to it. */
export async function empty(session: Session, quote: Quote, table: Table): Promise<void> {
  await session.query(`TRUNCATE TABLE ${quote.name(table)} CASCADE`);
}
