import { primaryKey } from '../../../catalog/find.ts';
import type { Column, Table } from '../../../catalog/model.ts';
import type { StepDraft } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import type { Place } from './place.ts';

/** Rows per batch: some tens of milliseconds of row locks. */
export const batchRows = 5000;

/** A loop over ranges of the primary key that commits after each; `work` gets the condition of one range. Undefined when the table has no key to walk along. Runs outside transactions, by psql as well. */
export function inBatches(
  table: Table,
  alias: string,
  work: (range: string) => string,
  local: readonly string[] = [],
): string | undefined {
  const columns = keyOf(table);
  if (columns.length === 0) return undefined;
  const name = quote.name(table);
  const list = columns.map((column) => quote.identifier(column.name)).join(', ');
  const reversed = columns.map((column) => `${quote.identifier(column.name)} DESC`).join(', ');
  const [low, high] = [variables(table, columns, 'low'), variables(table, columns, 'high')];
  const own = tuple(columns.map((column) => `${alias}.${quote.identifier(column.name)}`));
  const range = `${own} >= ${tuple(low)} AND ${own} <= ${tuple(high)}`;
  const declare = (names: readonly string[]): string =>
    columns
      .map((column, index) => `  ${names[index]} ${quote.full(table)}.${quote.identifier(column.name)}%TYPE;`)
      .join('\n');
  return `DO $batches$
DECLARE
${declare(low)}
${declare(high)}
BEGIN
  SELECT ${list} INTO ${low.join(', ')} FROM ${name} ORDER BY ${list} LIMIT 1;
  WHILE ${low[0]} IS NOT NULL LOOP
    SELECT ${list} INTO ${high.join(', ')}
    FROM (SELECT ${list} FROM ${name} WHERE ${tuple(columns.map((column) => quote.identifier(column.name)))} >= ${tuple(low)} ORDER BY ${list} LIMIT ${batchRows}) AS batch
    ORDER BY ${reversed} LIMIT 1;
${local.map((each) => `    ${each};\n`).join('')}${indent(work(range))};
    COMMIT;
    SELECT ${list} INTO ${low.join(', ')} FROM ${name} WHERE ${tuple(columns.map((column) => quote.identifier(column.name)))} > ${tuple(high)} ORDER BY ${list} LIMIT 1;
  END LOOP;
END
$batches$`;
}

/** Columns of the primary key in order; empty when there is none. */
function keyOf(table: Table): readonly Column[] {
  const key = primaryKey(table);
  return key.flatMap((name) => table.columns.find((column) => column.name === name) ?? []);
}

/** An UPDATE of all rows that `where` finds, along the key: as a loop that psql runs, and as what a runner paces itself. Undefined when the table has no key to walk along. */
export function updateInBatches(
  { table, name }: Pick<Place, 'table' | 'name'>,
  set: string,
  where: string,
  local: readonly string[] = [],
): Pick<StepDraft, 'sql' | 'batch' | 'transaction'> | undefined {
  const sql = inBatches(
    table,
    name,
    (range) => `UPDATE ${name} SET ${set}\nWHERE ${range} AND ${where}`,
    local,
  );
  if (sql === undefined) return undefined;
  return {
    sql,
    transaction: false,
    batch: {
      table: { schema: table.schema, name: table.name },
      key: primaryKey(table),
      set,
      where,
      ...(local.length > 0 ? { local } : {}),
    },
  };
}

/** Fresh statistics of columns that a backfill has written, before queries that were planned without them. */
export function analyzed(place: Place, columns: readonly string[]): StepDraft {
  return {
    sql: `ANALYZE ${place.name} (${columns.map((column) => quote.identifier(column)).join(', ')})`,
    phase: 'backfill',
    transaction: true,
    undo: '',
    reason: 'The planner learns the new values at once; beside readers and writers',
  };
}

/** Variable names that no column of the table has. */
function variables(table: Table, columns: readonly Column[], word: string): readonly string[] {
  const taken = new Set(table.columns.map(({ name }) => name));
  return columns.map((_column, index) => {
    let name = columns.length === 1 ? `${word}_key` : `${word}_key_${index + 1}`;
    while (taken.has(name)) name = `${name}_`;
    return name;
  });
}

function tuple(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0]! : `(${parts.join(', ')})`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
