/** Runs a retention purge on a filled copy, batch by batch, and says what it did. */
import { SqlError } from '../../base/error.ts';
import type { Name, Table } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';

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
  /** Rows that are old enough and still there at the end. */
  readonly left: number;
  /** Why the server stopped it. */
  readonly failed?: string;
}

const mostBatches = 2000;

/**
 * Ages the oldest day's rows by one more day, since a twin ends where its rows may stay, then repeats one batch until it affects
 * no row (at most 2,000 batches); runs as the owner.
 */
export async function runPurge(
  engine: Engine,
  database: SandboxDatabase,
  purge: { readonly table: Name; readonly column: string; readonly sql: string },
  derived: readonly Table[],
  keepDays: number,
): Promise<PurgeRun> {
  const { table, sql: batch } = purge;
  const session = await engine.connect(database.ownerUrl, {
    application: 'dbd purge',
    statementTimeoutMs: 30_000,
  });
  const count = async (name: Name): Promise<number> =>
    Number(
      (await session.query<{ n: string }>(`SELECT count(*) AS n FROM ${engine.quote.name(name)}`)).rows[0]!.n,
    );
  const print = async (one: Table): Promise<string> =>
    (
      await engine.probe.fingerprint(
        session,
        one,
        one.columns.map((column) => column.name),
      )
    ).hash;
  try {
    const [name, column] = [engine.quote.name(table), engine.quote.identifier(purge.column)];
    const aged = await session.query(
      `UPDATE ${name} SET ${column} = ${column} - interval '1 day' WHERE ${column} < (SELECT min(${column}) + interval '1 day' FROM ${name})`,
    );
    const before = await count(table);
    const derivedBefore = await Promise.all(derived.map(count));
    const printsBefore = await Promise.all(derived.map(print));
    const start = performance.now();
    let rows = 0;
    let batches = 0;
    let failed: string | undefined;
    let longestBatchMs = 0;
    for (; batches < mostBatches; batches++) {
      const began = performance.now();
      let done: { readonly count: number };
      try {
        done = await session.query(batch);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        failed = error.message;
        break;
      }
      longestBatchMs = Math.max(longestBatchMs, performance.now() - began);
      if (done.count === 0) break;
      rows += done.count;
    }
    const ms = performance.now() - start;
    const derivedAfter = await Promise.all(derived.map(count));
    const printsAfter = await Promise.all(derived.map(print));
    const stayed = await session.query<{ n: string }>(
      `SELECT count(*) AS n FROM ${name} WHERE ${column} < now() - interval '1 minute' - interval '${Number(keepDays)} days'`,
    );
    return {
      aged: aged.count,
      rows,
      batches,
      ms,
      longestBatchMs,
      before,
      after: await count(table),
      derived: derived.map((name, i) => ({
        table: engine.quote.name(name),
        before: derivedBefore[i]!,
        after: derivedAfter[i]!,
        same: printsBefore[i] === printsAfter[i],
      })),
      left: Number(stayed.rows[0]!.n),
      ...(failed === undefined ? {} : { failed }),
    };
  } finally {
    await session.close();
  }
}
