import { DbdError, SqlError } from '../base/error.ts';
import { keyOf } from '../catalog/identity.ts';
import type { Catalog } from '../catalog/model.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import { makeInserts } from '../twin/fill/insert.ts';
import type { FillHint, TableVolume } from '../twin/model.ts';
import { timeQueries, writeCost, type Runnable, type Timing } from './measure.ts';
import type { Candidate } from './model.ts';

/** Rows of one batch when the cost of writing is measured, unless another number is given, and turns with and without the index. */
const usualBatchRows = 2000;
const batchPairs = 3;
/** Time that a statement gets unless another is given, milliseconds. */
const usualTimeoutMs = 20_000;
/** Sets of values a query is planned with to see whether it uses an index. */
const plannedSets = 3;

export interface BenchOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  readonly database: SandboxDatabase;
  readonly catalog: Catalog;
  readonly volumes: readonly TableVolume[];
  readonly hints?: readonly FillHint[];
  readonly seed: number;
  /** Time that a statement gets, milliseconds. */
  readonly timeoutMs?: number;
  /** Rows of one batch when the cost of writing is measured. */
  readonly batchRows?: number;
  readonly signal: AbortSignal;
}

/** What building an index took. */
export interface Built {
  readonly buildMs: number;
  readonly bytes: number;
}

/** Opens the two sessions of a bench: one that reads, one that writes with foreign keys and triggers at rest. */
export async function openBench(options: BenchOptions): Promise<Bench> {
  const { engine, sandbox, database } = options;
  const connect = (): Promise<Session> =>
    engine.connect(database.ownerUrl, {
      application: 'dbd tune',
      statementTimeoutMs: options.timeoutMs ?? usualTimeoutMs,
    });
  const rest = engine.fill.rest(sandbox.owner, database.name);
  const admin = await engine.connect(database.adminUrl, { application: 'dbd tune' });
  try {
    await admin.run(rest.on);
    const writer = await connect().finally(() => admin.run(rest.off));
    return new Bench(options, await connect(), writer);
  } finally {
    await admin.close();
  }
}

/** Builds, measures and drops indexes on a filled database. */
export class Bench {
  /** What could not be done, in sentences. */
  readonly limits: string[] = [];
  readonly #options: BenchOptions;
  readonly #reader: Session;
  readonly #writer: Session;
  readonly #batches = new Map<string, readonly string[] | undefined>();
  readonly #stop = (): void => void Promise.all([this.#reader.cancel(), this.#writer.cancel()]);

  constructor(options: BenchOptions, reader: Session, writer: Session) {
    this.#options = options;
    this.#reader = reader;
    this.#writer = writer;
    options.signal.addEventListener('abort', this.#stop);
  }

  async close(): Promise<void> {
    this.#options.signal.removeEventListener('abort', this.#stop);
    await Promise.all([this.#reader.close(), this.#writer.close()]);
  }

  /** Queries that the server can plan; the others are named in the limits. */
  async working(queries: readonly Runnable[]): Promise<readonly Runnable[]> {
    const working: Runnable[] = [];
    for (const query of queries) {
      try {
        await this.#options.engine.stats.explain(this.#reader, query.sql, query.values[0]!, false);
        working.push(query);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        this.limits.push(`${query.claim} could not be planned: ${error.message}`);
      }
    }
    return working;
  }

  time(queries: readonly Runnable[]): Promise<ReadonlyMap<string, Timing>> {
    return timeQueries(this.#reader, queries, this.#options.engine, this.#options.signal);
  }

  /** Times reading queries as if an index were not there; undefined when one of them writes or does not end. */
  async timeWithout(
    candidate: Candidate,
    queries: readonly Runnable[],
  ): Promise<ReadonlyMap<string, Timing> | undefined> {
    if (queries.some((query) => query.write)) return undefined;
    await this.#reader.run('BEGIN');
    try {
      await this.drop(candidate);
      return await this.time(queries);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return undefined;
    } finally {
      await this.#reader.run('ROLLBACK');
    }
  }

  /** Builds an index; undefined when the server refuses it. */
  async build(candidate: Candidate): Promise<Built | undefined> {
    const before = await this.#indexBytes();
    const begin = performance.now();
    try {
      await this.#reader.query(candidate.sql);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      this.limits.push(`${candidate.name} could not be built: ${error.message}`);
      return undefined;
    }
    const buildMs = performance.now() - begin;
    return { buildMs, bytes: (await this.#indexBytes()) - before };
  }

  /** Of all indexes: one of a partitioned table lies in many. */
  async #indexBytes(): Promise<number> {
    const sizes = await this.#options.engine.stats.sizes(this.#reader);
    return sizes.reduce((sum, size) => sum + (size.kind === 'index' ? size.bytes : 0), 0);
  }

  async drop(candidate: Candidate): Promise<void> {
    await this.#reader.query(`DROP INDEX ${this.#nameOf(candidate)}`);
  }

  /** Queries whose plan uses the index, for one of the first sets of values. */
  async users(candidate: Candidate, queries: readonly Runnable[]): Promise<readonly Runnable[]> {
    const users: Runnable[] = [];
    for (const query of queries) {
      for (const values of query.values.slice(0, plannedSets)) {
        const facts = await this.#options.engine.stats.explain(this.#reader, query.sql, values, false);
        if (!facts.indexes.includes(candidate.name)) continue;
        users.push(query);
        break;
      }
    }
    return users;
  }

  /** Extra milliseconds per inserted row; undefined when no rows could be made for the table. */
  async writeCost(candidate: Candidate): Promise<number | undefined> {
    const key = keyOf(candidate.table);
    if (!this.#batches.has(key)) this.#batches.set(key, await this.#batch(candidate));
    const batch = this.#batches.get(key);
    return batch && writeCost(this.#writer, this.#nameOf(candidate), batch, this.#batchRows, batchPairs);
  }

  /** Takes the dead rows of the batches away. */
  async tidy(): Promise<void> {
    const { engine, catalog } = this.#options;
    const written = catalog.tables.filter((table) => this.#batches.has(keyOf(table)));
    await engine.fill.settle(this.#reader, written);
  }

  async #batch(candidate: Candidate): Promise<readonly string[] | undefined> {
    const { engine, catalog, volumes, hints, seed } = this.#options;
    const session = this.#writer;
    try {
      const made = await makeInserts({
        engine,
        session,
        catalog,
        volumes,
        ...(hints ? { hints } : {}),
        seed,
        table: candidate.table,
        rows: this.#batchRows,
      });
      return made.batch;
    } catch (error) {
      if (!(error instanceof DbdError)) throw error;
      this.limits.push(`The cost of writing to ${keyOf(candidate.table)} was not measured: ${error.message}`);
      return undefined;
    }
  }

  get #batchRows(): number {
    return this.#options.batchRows ?? usualBatchRows;
  }

  #nameOf(candidate: Candidate): string {
    return this.#options.engine.quote.name({ schema: candidate.table.schema, name: candidate.name });
  }
}
