/** Runs what a lifecycle claim asks for on a filled copy, batch by batch, and says what it did. */
import { SqlError } from '../../base/error.ts';
import { findTable, primaryKey } from '../../catalog/find.ts';
import type { Catalog, Name, Table } from '../../catalog/model.ts';
import type { DesignedPurge } from '../../design/model.ts';
import type { Engine, Session } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import type { Lifecycle } from '../../task/model.ts';

/** What a purge did. */
export interface PurgeRun {
  /** Rows that were made one day older, so that there was something to purge. */
  readonly aged: number;
  readonly rows: number;
  readonly batches: number;
  readonly ms: number;
  readonly longestBatchMs: number;
  readonly before: number;
  readonly after: number;
  /** Rows of tables derived from the purged one, before and after. */
  readonly derived: readonly {
    readonly table: string;
    readonly before: number;
    readonly after: number;
    /** No value of them changed. */
    readonly same: boolean;
  }[];
  /** Rows that are old enough, not held, and still as they were at the end. */
  readonly left: number;
  /** Old rows that a condition holds back, and those of them that were changed or taken. */
  readonly held: { readonly rows: number; readonly touched: number };
  /** Rows that are not old enough by far, and those of them that went (or, where values are replaced, changed). */
  readonly young: { readonly rows: number; readonly touched: number };
  /** Rows that changed although the transaction of their batch was rolled back. */
  readonly torn: number;
  /** Rows of the archive at the end: in all, not as they were, and still in the table as well. */
  readonly archived?: { readonly rows: number; readonly changed: number; readonly doubled: number };
  /** Why the server stopped it. */
  readonly failed?: string;
}

const mostBatches = 2000;

interface Purging {
  readonly engine: Engine;
  readonly session: Session;
  readonly purge: DesignedPurge;
  readonly catalog: Catalog;
  readonly claim: Lifecycle;
}

/**
 * Ages the oldest day's rows by one more day, since a twin ends where its rows may stay, takes one batch back, then repeats one batch until
 * it affects no row (at most 2,000 batches); runs as the owner.
 */
export async function runPurge(
  engine: Engine,
  database: SandboxDatabase,
  purge: DesignedPurge,
  catalog: Catalog,
  derived: readonly Table[],
  claim: Lifecycle,
): Promise<PurgeRun> {
  const session = await engine.connect(database.ownerUrl, {
    application: 'dbd purge',
    statementTimeoutMs: 60_000,
  });
  const purging: Purging = { engine, session, purge, catalog, claim };
  const print = async (one: Table): Promise<string> =>
    (
      await engine.probe.fingerprint(
        session,
        one,
        one.columns.map((column) => column.name),
      )
    ).hash;
  try {
    const aged = await session.query(purge.age);
    const before = await count(purging, purge.table);
    await remember(purging);
    const derivedBefore = await Promise.all(derived.map((one) => count(purging, one)));
    const printsBefore = await Promise.all(derived.map(print));
    const torn = await takeBack(purging);
    const done = await repeat(purging);
    const derivedAfter = await Promise.all(derived.map((one) => count(purging, one)));
    const printsAfter = await Promise.all(derived.map(print));
    return {
      aged: aged.count,
      ...done,
      before,
      after: await count(purging, purge.table),
      derived: derived.map((name, i) => ({
        table: engine.quote.name(name),
        before: derivedBefore[i]!,
        after: derivedAfter[i]!,
        same: printsBefore[i] === printsAfter[i],
      })),
      torn,
      ...(await compare(purging)),
    };
  } finally {
    await session.close();
  }
}

async function count({ engine, session }: Purging, name: Name): Promise<number> {
  return number(session, `SELECT count(*) AS n FROM ${engine.quote.name(name)}`);
}

async function number(session: Session, sql: string): Promise<number> {
  return Number((await session.query<{ n: string }>(sql)).rows[0]!.n);
}

/** Keeps a print of every row, and which of them are old, young or held; a minute and an hour spare rows that become old meanwhile. */
async function remember(purging: Purging): Promise<void> {
  const { engine, session, purge, claim } = purging;
  const age = purge.since;
  const limit = `now() - interval '${Number(claim.keepDays)} days'`;
  const held = claim.hold === undefined ? 'false' : `(${claim.hold}) IS TRUE`;
  const values = (purge.masked ?? []).map((name, i) => `${engine.quote.identifier(name)}::text AS m${i}, `);
  await session.query(
    `CREATE TEMPORARY TABLE dbd_rows AS SELECT ${printOf(purging)} AS print, ${keyOf(purging)} AS place, ${values.join('')}${age} < ${limit} - interval '1 minute' AS old, (${age} > ${limit} + interval '1 hour') IS NOT FALSE AS young, ${held} AS held FROM ${engine.quote.name(purge.table)}`,
  );
}

/** One text per row over all columns. */
function printOf({ engine, purge, catalog }: Purging): string {
  const columns = findTable(catalog, purge.table)?.columns ?? [];
  return `md5(ROW(${columns.map(({ name }) => engine.quote.identifier(name)).join(', ')})::text)`;
}

/** One text per row over its key. */
function keyOf({ engine, purge, catalog }: Purging): string {
  const table = findTable(catalog, purge.table);
  const key = table ? primaryKey(table) : [];
  return `ROW(${key.map((name) => engine.quote.identifier(name)).join(', ')})::text`;
}

/** Runs a batch and rolls it back; rows that are not as they were. */
async function takeBack(purging: Purging): Promise<number> {
  const { session, engine, purge } = purging;
  await session.query('BEGIN');
  try {
    await session.query(purge.sql);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
  } finally {
    await session.query('ROLLBACK');
  }
  const changed = await number(
    session,
    `SELECT count(*) AS n FROM (SELECT print FROM dbd_rows EXCEPT ALL SELECT ${printOf(purging)} FROM ${engine.quote.name(purge.table)}) AS each`,
  );
  return changed + (purge.archive ? await count(purging, purge.archive) : 0);
}

async function repeat({
  session,
  purge,
}: Purging): Promise<Pick<PurgeRun, 'rows' | 'batches' | 'ms' | 'longestBatchMs' | 'failed'>> {
  const start = performance.now();
  let rows = 0;
  let batches = 0;
  let longestBatchMs = 0;
  for (; batches < mostBatches; batches++) {
    const began = performance.now();
    try {
      const { count: affected } = await session.query(purge.sql);
      longestBatchMs = Math.max(longestBatchMs, performance.now() - began);
      if (affected === 0) break;
      rows += affected;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return { rows, batches, ms: performance.now() - start, longestBatchMs, failed: error.message };
    }
  }
  return { rows, batches, ms: performance.now() - start, longestBatchMs };
}

/** Old rows of which some value that had to be replaced is still there: in a row that kept all of them, or in a column that no row lost. */
async function recognised(purging: Purging): Promise<number> {
  const { session, engine, purge } = purging;
  const masked = (purge.masked ?? []).map((name) => engine.quote.identifier(name));
  const kept = masked.map((name, i) => `(m${i} IS NOT NULL AND m${i} = ${name}::text)`);
  const had = masked.map((_, i) => `m${i} IS NOT NULL`);
  const whole = masked.map((_, i) => `(m${i} IS NULL OR ${kept[i]!})`).join(' AND ');
  const columns = masked.map(
    (_, i) =>
      `CASE WHEN bool_and(${kept[i]!}) FILTER (WHERE ${had[i]!}) THEN count(*) FILTER (WHERE ${had[i]!}) ELSE 0 END`,
  );
  return number(
    session,
    `SELECT greatest(count(*) FILTER (WHERE (${had.join(' OR ')}) AND ${whole}), ${columns.join(', ')}) AS n FROM dbd_rows JOIN (SELECT ${keyOf(purging)} AS place, ${masked.join(', ')} FROM ${engine.quote.name(purge.table)}) AS now USING (place) WHERE old AND NOT held`,
  );
}

/** Sets the rows at the end beside those at the beginning. */
async function compare(purging: Purging): Promise<Pick<PurgeRun, 'left' | 'held' | 'young' | 'archived'>> {
  const { session, engine, purge } = purging;
  const { quote } = engine;
  const now = `SELECT ${printOf(purging)} AS print FROM ${quote.name(purge.table)}`;
  const same = (which: string): Promise<number> =>
    number(
      session,
      `SELECT count(*) AS n FROM (SELECT print FROM dbd_rows WHERE ${which} INTERSECT ALL ${now}) AS each`,
    );
  const rows = await number(session, 'SELECT count(*) AS n FROM dbd_rows WHERE old AND held');
  const held = { rows, touched: rows - (await same('old AND held')) };
  const kept = await number(session, 'SELECT count(*) AS n FROM dbd_rows WHERE young');
  // A row that refers to a deleted one may change; it may not go.
  const stayed =
    purge.does === 'anonymise'
      ? await same('young')
      : await number(
          session,
          `SELECT count(*) AS n FROM dbd_rows JOIN (SELECT ${keyOf(purging)} AS place FROM ${quote.name(purge.table)}) AS now USING (place) WHERE young`,
        );
  const young = { rows: kept, touched: kept - stayed };
  const left = purge.does === 'anonymise' ? await recognised(purging) : await same('old AND NOT held');
  if (!purge.archive) return { left, held, young };
  const archive = `SELECT ${printOf(purging)} AS print FROM ${quote.name(purge.archive)}`;
  const table = findTable(purging.catalog, purge.table);
  const key = (table ? primaryKey(table) : []).map((name) => quote.identifier(name));
  return {
    left,
    held,
    young,
    archived: {
      rows: await count(purging, purge.archive),
      changed: await number(
        session,
        `SELECT count(*) AS n FROM (${archive} EXCEPT ALL SELECT print FROM dbd_rows) AS each`,
      ),
      doubled: await number(
        session,
        `SELECT count(*) AS n FROM ${quote.name(purge.archive)} JOIN ${quote.name(purge.table)} USING (${key.join(', ')})`,
      ),
    },
  };
}
