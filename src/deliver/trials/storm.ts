/** Writes to a summary's source from several sessions at once, then compares the summary with a count from scratch. */
import { DbdError, SqlError } from '../../base/error.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import { findTable } from '../../catalog/find.ts';
import { nameOf } from '../../catalog/identity.ts';
import type { DesignedSummary } from '../../design/model.ts';
import type { Engine, Session } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import { makeInserts } from '../../twin/fill/insert.ts';
import type { FillHint } from '../../twin/model.ts';

/** Sessions that write at once, statements of each, and rows that they fight for. */
const writers = 6;
const statementsEach = 24;
const hotRows = 4;
const movableRows = 100;

export interface Storm {
  readonly writes: { readonly inserts: number; readonly updates: number; readonly deletes: number };
  /** Runs that brought a summary on a schedule up to date beside the writes and after them. */
  readonly refreshes?: number;
  /** Statements that the server refused, by message. */
  readonly refused: Readonly<Record<string, number>>;
  /** Groups compared, and those that a count from scratch gives otherwise. */
  readonly groups: number;
  readonly different: number;
  /** Why the refresh after the writes failed. */
  readonly broken?: string;
  /** Why nothing could be compared. */
  readonly failed?: string;
}

export interface StormOptions {
  readonly engine: Engine;
  /** A copy that may be written to. */
  readonly database: SandboxDatabase;
  readonly catalog: Catalog;
  readonly summary: DesignedSummary;
  /** Columns of the summary's key and figures. */
  readonly columns: readonly string[];
  /** Deleted source rows leave the summary. */
  readonly subtract: boolean;
  /** Columns of the source that neither copies nor moves may set: a trigger watches over them. */
  readonly watched?: readonly string[];
  /** What new rows begin with. */
  readonly hints?: readonly FillHint[];
  readonly seed: number;
}

/** Inserts, moves and (where they are subtracted) deletes rows of a few hot groups concurrently; the copy is left as the storm left it. */
export async function runStorm(options: StormOptions): Promise<Storm> {
  const { engine, database, catalog, summary } = options;
  const session = await engine.connect(database.ownerUrl, {
    application: 'dbd storm',
    statementTimeoutMs: 30_000,
  });
  const writes = { inserts: 0, updates: 0, deletes: 0 };
  const refused: Record<string, number> = {};
  try {
    const source = findTable(catalog, summary.source)!;
    const name = engine.quote.name(summary.table);
    await session.query(`DELETE FROM ${name}`);
    if (summary.changes) await session.query(`DELETE FROM ${engine.quote.name(summary.changes)}`);
    await session.query(summary.refill);
    const { rows: counted } = await session.query<{ rows: string }>(
      `SELECT count(*)::text AS rows FROM ${engine.quote.name(source)}`,
    );
    if (Number(counted[0]!.rows) < movableRows)
      return {
        writes,
        refused,
        groups: 0,
        different: 0,
        failed: 'the twin holds too few rows of the source',
      };
    const fresh = await freshRows(options, session, source);
    let writing = true;
    const [refreshes] = await Promise.all([
      refresh(options, () => writing, refused),
      Promise.all(
        Array.from({ length: writers }, (_, writer) =>
          write({ ...options, source, fresh, writer, writes, refused }),
        ),
      ).finally(() => (writing = false)),
    ]);
    const broken = await lastRefresh(session, summary);
    if (broken !== undefined) return { writes, refused, refreshes, groups: 0, different: 0, broken };
    return {
      writes,
      refused,
      ...(summary.refresh === undefined ? {} : { refreshes: refreshes + 1 }),
      ...(await compare(options, session)),
    };
  } catch (error) {
    if (!(error instanceof DbdError)) throw error;
    return { writes, refused, groups: 0, different: 0, failed: error.message };
  } finally {
    await session.close();
  }
}

/** Brings a summary on a schedule up to date again and again while others write; returns how often. */
async function refresh(
  { engine, database, summary }: StormOptions,
  goesOn: () => boolean,
  refused: Record<string, number>,
): Promise<number> {
  if (summary.refresh === undefined) return 0;
  const session = await engine.connect(database.ownerUrl, {
    application: 'dbd storm',
    statementTimeoutMs: 15_000,
  });
  try {
    let runs = 0;
    for (; goesOn(); runs++)
      await session.query(summary.refresh).catch((error: unknown) => {
        if (!(error instanceof SqlError)) throw error;
        refused[error.message] = (refused[error.message] ?? 0) + 1;
      });
    return runs;
  } finally {
    await session.close();
  }
}

/** Why bringing the summary up to date after all writes failed, if it did. */
async function lastRefresh(session: Session, { refresh: sql }: DesignedSummary): Promise<string | undefined> {
  if (sql === undefined) return undefined;
  return session.query(sql).then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof SqlError)) throw error;
      return error.message;
    },
  );
}

async function freshRows(
  { engine, catalog, seed, hints = [] }: StormOptions,
  session: Session,
  source: Table,
): Promise<{ sql: string; values: readonly (readonly (string | null)[])[] }> {
  return makeInserts({
    engine,
    session,
    catalog,
    volumes: [],
    hints,
    seed,
    table: nameOf(source),
    rows: writers * statementsEach,
  });
}

interface Writing extends StormOptions {
  readonly source: Table;
  readonly fresh: { readonly sql: string; readonly values: readonly (readonly (string | null)[])[] };
  readonly writer: number;
  readonly writes: { inserts: number; updates: number; deletes: number };
  readonly refused: Record<string, number>;
}

/** One session's statements: new rows, copies of hot rows, rows moved into hot groups, deletions. */
async function write({
  engine,
  database,
  source,
  fresh,
  writer,
  subtract,
  watched = [],
  writes,
  refused,
}: Writing): Promise<void> {
  const { quote } = engine;
  const name = quote.name(source);
  const settable = source.columns.filter(
    (column) =>
      !column.generated &&
      !column.identity &&
      !isUnique(source, column.name) &&
      !watched.includes(column.name),
  );
  const list = settable.map((column) => quote.identifier(column.name)).join(', ');
  // Copies would meet a unique key that the server does not fill itself.
  const copies = source.columns.every(
    (column) =>
      column.generated || column.identity || settable.includes(column) || watched.includes(column.name),
  );
  // Rows of different partitions have equal places.
  const at = source.kind === 'partitioned' ? ['tableoid', 'ctid'] : ['ctid'];
  const is = (row: string, place: string): string =>
    `(${at.map((column) => `${row}.${column}`).join(', ')}) = ${place}`;
  const place = (offset: number): string => `(SELECT ${at.join(', ')} FROM ${name} LIMIT 1 OFFSET ${offset})`;
  const hot = (i: number): string => place((writer + i) % hotRows);
  const other = (i: number): string => place(hotRows + ((writer * 37 + i * 11) % (movableRows - hotRows)));
  const session = await engine.connect(database.ownerUrl, {
    application: 'dbd storm',
    statementTimeoutMs: 15_000,
  });
  try {
    for (let i = 0; i < statementsEach; i++) {
      const kind = (['fresh', 'update', 'copy', subtract ? 'delete' : 'update'] as const)[i % 4]!;
      try {
        if (kind === 'fresh' || (kind === 'copy' && !copies))
          writes.inserts += (
            await session.query(fresh.sql, fresh.values[writer * statementsEach + i]!)
          ).count;
        else if (kind === 'copy')
          writes.inserts += (
            await session.query(
              `INSERT INTO ${name} (${list}) SELECT ${list} FROM ${name} AS hot WHERE ${is('hot', hot(i))}`,
            )
          ).count;
        else if (kind === 'update')
          writes.updates += (
            await session.query(
              `UPDATE ${name} AS moved SET (${list}) = (SELECT ${list} FROM ${name} AS hot WHERE ${is('hot', hot(i))}) WHERE ${is('moved', other(i))} AND EXISTS (SELECT FROM ${name} AS hot WHERE ${is('hot', hot(i))})`,
            )
          ).count;
        else
          writes.deletes += (
            await session.query(`DELETE FROM ${name} AS gone WHERE ${is('gone', other(i))}`)
          ).count;
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        refused[error.message] = (refused[error.message] ?? 0) + 1;
      }
    }
  } finally {
    await session.close();
  }
}

function isUnique(table: Table, column: string): boolean {
  return (
    table.constraints.some(
      (constraint) =>
        ['primary', 'unique', 'exclude'].includes(constraint.kind) && constraint.columns.includes(column),
    ) || table.indexes.some((index) => index.unique && index.keys.some((key) => key.includes(column)))
  );
}

/** Sets the kept summary beside one made anew; groups without source rows count only where deletions are subtracted. */
async function compare(
  { engine, summary, columns, subtract }: StormOptions,
  session: Session,
): Promise<{ groups: number; different: number }> {
  const { quote } = engine;
  const name = quote.name(summary.table);
  const list = columns.map((column) => quote.identifier(column)).join(', ');
  await session.query(`CREATE TEMPORARY TABLE dbd_kept AS SELECT ${list} FROM ${name}`);
  await session.query(`DELETE FROM ${name}`);
  await session.query(summary.refill);
  const count = async (sql: string): Promise<number> =>
    Number(
      (await session.query<{ n: string }>(`SELECT count(*)::text AS n FROM (${sql}) AS each`)).rows[0]!.n,
    );
  const [kept, anew] = [`SELECT ${list} FROM pg_temp.dbd_kept`, `SELECT ${list} FROM ${name}`];
  const wrong = await count(`${anew} EXCEPT ALL ${kept}`);
  const extra = subtract ? await count(`${kept} EXCEPT ALL ${anew}`) : 0;
  return { groups: await count(anew), different: Math.max(wrong, extra) };
}
