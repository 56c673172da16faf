/** Updates like those of the workload: rows drawn at random get values of other rows. */
import type { Table } from '../../catalog/model.ts';
import type { Session } from '../../engine/model.ts';
import type { Basis } from '../../report/model.ts';
import type { TableWrites } from '../advice/model.ts';
import type { ProveOptions } from './options.ts';

/** Columns of the workload's updates that are tried, those of the largest share first. */
const mostColumns = 4;

export interface Updates {
  readonly statements: readonly { readonly sql: string; readonly values: readonly unknown[] }[];
  readonly columns: readonly string[];
  readonly basis: Basis;
}

/** Statements that update so many rows in all; undefined where nobody updates the table or no row can be found again. */
export async function updatesOf(
  { engine, seed }: Pick<ProveOptions, 'engine' | 'seed'>,
  session: Session,
  table: Table,
  fallback: readonly string[],
  day: TableWrites | undefined,
  rows: number,
): Promise<Updates | undefined> {
  if (day !== undefined && day.updated === 0) return undefined;
  const key = keyColumns(table);
  const wanted = columnsOf(table, fallback, day);
  if (!key || wanted.columns.length === 0) return undefined;
  const all = wanted.columns.reduce((sum, { share }) => sum + share, 0) || 1;
  const statements: { readonly sql: string; readonly values: readonly unknown[] }[] = [];
  for (const [i, { column, share }] of wanted.columns.entries()) {
    const count = Math.max(1, Math.round((rows * share) / all));
    const drawn = await engine.probe.draw(
      session,
      table,
      [...key.map(({ name }) => name), column.name],
      count,
      seed + i,
    );
    const unique = [...new Map(drawn.map((row) => [JSON.stringify(row.slice(0, -1)), row])).values()];
    if (unique.length === 0) continue;
    const values = unique.map((row) => row.at(-1)!);
    statements.push({
      sql: engine.trials.updating(table, key, [column]),
      values: [
        ...key.map((_, place) => unique.map((row) => row[place]!)),
        values.map((value, row) => otherThan(value, row, values)),
      ],
    });
  }
  return statements.length === 0
    ? undefined
    : { statements, columns: wanted.columns.map(({ column }) => column.name), basis: wanted.basis };
}

/** The next value that differs: an update to the same value touches no index. */
function otherThan(value: string, row: number, values: readonly string[]): string {
  for (let step = 1; step < values.length; step += 1) {
    const other = values[(row + step) % values.length]!;
    if (other !== value) return other;
  }
  return value;
}

function keyColumns(table: Table): readonly { readonly name: string; readonly type: string }[] | undefined {
  const key = table.constraints.find(({ kind }) => kind === 'primary');
  return key?.columns.map((name) => table.columns.find((column) => column.name === name)!);
}

interface Wanted {
  readonly basis: Basis;
  readonly columns: readonly {
    readonly column: { readonly name: string; readonly type: string };
    readonly share: number;
  }[];
}

/** Columns that the workload sets; without any, the first that will do of those given. */
function columnsOf(table: Table, fallback: readonly string[], day: TableWrites | undefined): Wanted {
  const bound = new Set([
    ...table.constraints
      .filter(({ kind }) => kind === 'primary' || kind === 'unique' || kind === 'exclude')
      .flatMap(({ columns }) => columns),
    ...table.indexes.filter(({ unique }) => unique).flatMap(({ keys }) => keys),
  ]);
  const free = new Map(
    table.columns
      .filter(({ name, generated, identity }) => !generated && identity !== 'always' && !bound.has(name))
      .map((column) => [column.name, column]),
  );
  const known = (day?.sets ?? [])
    .filter(({ column }) => free.has(column))
    .toSorted((a, b) => b.share - a.share);
  if (known.length > 0)
    return {
      basis: day!.basis,
      columns: known.slice(0, mostColumns).map(({ column, share }) => ({ column: free.get(column)!, share })),
    };
  return {
    basis: 'assumed',
    columns: fallback
      .filter((key) => free.has(key))
      .slice(0, 1)
      .map((key) => ({ column: free.get(key)!, share: 1 })),
  };
}
