/** Writes as the new version of the application would make them: rows in the new shape, inserted and changed. */
import { SqlError } from '../../base/error.ts';
import { primaryKey, uniqueKeys } from '../../catalog/find.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import type { Engine, Session } from '../../engine/model.ts';
import { candidates, type NewColumn, type NewShape } from './shape.ts';

type Keys = readonly (readonly (string | null)[])[];

/** Rows that are inserted, and that are changed, per table. */
const perTable = 20;

export interface WriteOptions {
  readonly engine: Engine;
  readonly session: Session;
  readonly catalog: Catalog;
  readonly shape: NewShape;
}

export interface Written {
  /** Keys, as texts, of the rows that were changed or inserted. */
  readonly keys: readonly (readonly (string | null)[])[];
  readonly inserted: number;
  readonly updated: number;
  readonly refused: readonly string[];
}

/** Changes rows that are there and inserts new ones; what the structure refuses is told once per kind of write. */
export async function writeRows(options: WriteOptions): Promise<Written> {
  const { shape } = options;
  const refused = new Set<string>();
  const updated = shape.columns.length === 0 ? [] : await updateRows(options, refused);
  const inserted = await insertRows(options, refused);
  return {
    keys: [...updated, ...inserted],
    inserted: inserted.length,
    updated: updated.length,
    refused: [...refused],
  };
}

async function updateRows(options: WriteOptions, refused: Set<string>): Promise<Keys> {
  const { engine, session, shape } = options;
  const { table } = shape;
  const key = primaryKey(table);
  if (key.length === 0) {
    refused.add(`${keyOf(table)} has no key, so no row of it was changed`);
    return [];
  }
  const { quote } = engine;
  const rows = await textRows(options, key, perTable);
  const changed = new Set<number>();
  for (const column of shape.columns) {
    if (column.column.identity === 'always' || key.includes(column.column.name)) continue;
    let last = '';
    let done = false;
    for (const [n, row] of rows.entries()) {
      for (const value of await candidates(engine, session, options.catalog, table, column, n + 1)) {
        const where = key
          .map((name, i) => `${quote.identifier(name)} = ${typed(engine, table, name, row[i] ?? null)}`)
          .join(' AND ');
        const said = await attempt(
          session,
          `UPDATE ${quote.full(table)} SET ${quote.identifier(column.column.name)} = ${typed(engine, table, column.column.name, value)} WHERE ${where}`,
        );
        if (typeof said !== 'string') {
          changed.add(n);
          done = true;
          break;
        }
        last = said;
      }
      // What refuses every value for the first row refuses them for all.
      if (!done) break;
    }
    if (!done && rows.length > 0)
      refused.add(
        `${keyOf(table)}.${column.column.name} was not changed: ${last || 'no value of its type is known'}`,
      );
  }
  return rows.filter((_, n) => changed.has(n));
}

async function insertRows(options: WriteOptions, refused: Set<string>): Promise<Keys> {
  const { engine, session, shape, catalog } = options;
  const { table } = shape;
  const given = table.columns.filter(
    (column) => column.generated === undefined && column.identity !== 'always',
  );
  const newer = new Map(shape.columns.map((one) => [one.column.name, one]));
  const unique = new Set(uniqueKeys(table).flat());
  const templates = await textRows(
    options,
    given.map(({ name }) => name),
    perTable,
  );
  const rows =
    templates.length > 0 ? templates : Array.from({ length: perTable }, () => given.map(() => null));
  const inserted: (readonly (string | null)[])[] = [];
  let last = '';
  for (const [n, row] of rows.entries()) {
    const choices: (readonly (string | null | undefined)[])[] = [];
    for (const [i, column] of given.entries()) {
      const asNew =
        newer.get(column.name) ??
        (templates.length === 0 ? ({ column, why: 'new' } satisfies NewColumn) : undefined);
      if (unique.has(column.name) && !isReference(table, column.name))
        // Left out where the server makes it; else something nobody has.
        choices.push(
          column.default !== undefined || column.identity !== undefined
            ? [undefined]
            : [unused(engine, column.type, n)],
        );
      else if (asNew && !(templates.length === 0 && column.default !== undefined)) {
        const all = await candidates(engine, session, catalog, table, asNew, n + 1000);
        choices.push(all.length > 0 ? all : [row[i] ?? null]);
      } else choices.push([row[i] ?? (column.default === undefined ? null : undefined)]);
    }
    const made = await firstThatFits(
      options,
      given.map(({ name }) => name),
      choices,
    );
    if (typeof made !== 'string') inserted.push(made);
    else {
      last = made;
      if (inserted.length === 0) break;
    }
  }
  if (inserted.length === 0) refused.add(`no row was inserted into ${keyOf(table)}: ${last}`);
  return inserted;
}

/** Tries the best value of every column, then the next ones of the columns that have more; the key of the row that was made, or what the server said last. */
async function firstThatFits(
  { engine, session, shape: { table } }: WriteOptions,
  columns: readonly string[],
  choices: readonly (readonly (string | null | undefined)[])[],
): Promise<readonly (string | null)[] | string> {
  const { quote } = engine;
  const key = primaryKey(table);
  const returning =
    key.length === 0
      ? ''
      : ` RETURNING ${key.map((name, i) => `CAST(${quote.identifier(name)} AS text) AS c${i}`).join(', ')}`;
  const most = Math.max(1, ...choices.map((one) => one.length));
  let error = '';
  for (let at = 0; at < most; at += 1) {
    const values = choices.map((one) => one[Math.min(at, one.length - 1)]);
    const used = columns.flatMap((name, i) => (values[i] === undefined ? [] : [{ name, value: values[i] }]));
    const names = used.map(({ name }) => quote.identifier(name)).join(', ');
    const items = used.map(({ name, value }) => typed(engine, table, name, value)).join(', ');
    const made = await attempt(
      session,
      `INSERT INTO ${quote.full(table)} ${used.length === 0 ? 'DEFAULT VALUES' : `(${names}) VALUES (${items})`}${returning}`,
    );
    if (typeof made !== 'string') return key.map((_, i) => made[0]?.[`c${i}`] ?? null);
    error = made;
  }
  return error;
}

/** A value that hardly any row has. */
function unused(engine: Engine, type: string, n: number): string | null {
  const big =
    engine.types.family(type) === 'integer'
      ? /small|int2/.test(type)
        ? 32_000
        : 1_900_000_000
      : 900_000_000;
  return engine.probe.anyValue(type, big + n) ?? null;
}

function isReference(table: Table, column: string): boolean {
  return table.constraints.some((one) => one.kind === 'foreign' && one.columns.includes(column));
}

/** Values of up to so many rows as texts, in an order that is the same each time. */
async function textRows(
  { engine, session, shape: { table } }: WriteOptions,
  columns: readonly string[],
  count: number,
): Promise<readonly (readonly (string | null)[])[]> {
  if (columns.length === 0) return [];
  const { quote } = engine;
  const key = primaryKey(table);
  const { rows } = await session.query<Record<string, string | null>>(
    `SELECT ${columns.map((name, i) => `CAST(${quote.identifier(name)} AS text) AS c${i}`).join(', ')} FROM ${quote.full(table)}${key.length > 0 ? ` ORDER BY ${key.map((name) => quote.identifier(name)).join(', ')}` : ''} LIMIT ${count}`,
  );
  return rows.map((row) => columns.map((_, i) => row[`c${i}`] ?? null));
}

/** A text as a literal of the column's type. */
function typed(engine: Engine, table: Table, column: string, value: string | null): string {
  const type = table.columns.find(({ name }) => name === column)!.type;
  return value === null ? 'NULL' : `CAST(${engine.quote.literal(value)} AS ${type})`;
}

/** Rows of a statement of its own transaction, or what the server said against it. */
async function attempt(
  session: Session,
  sql: string,
): Promise<readonly Record<string, string | null>[] | string> {
  try {
    return (await session.query<Record<string, string | null>>(sql)).rows;
  } catch (error) {
    if (error instanceof SqlError) return error.message;
    throw error;
  }
}
