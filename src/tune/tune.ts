import { DbdError, SqlError } from '../base/error.ts';
import type { Emit } from '../base/event.ts';
import { findTable } from '../catalog/find.ts';
import { keyOf } from '../catalog/identity.ts';
import type { Catalog } from '../catalog/model.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import { makeInserts } from '../twin/insert.ts';
import type { FillHint, TableVolume } from '../twin/model.ts';
import { candidates } from './candidates.ts';
import { choose, type Choice, type Gain } from './choose.ts';
import { runnable, timeQueries, writeCost, type Runnable, type Timing } from './measure.ts';
import type { Candidate, QueryTuning, TriedIndex, TuneQuery, TuneResult } from './model.ts';

/** Rows of one batch when the cost of writing is measured, and turns with and without. */
const batchRows = 2000;
const batchPairs = 4;
const runs = 9;
const queryBudgetMs = 1500;
const statementTimeoutMs = 20_000;

export interface TuneOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Filled, with the change applied; indexes are built in it and dropped again. */
  readonly database: SandboxDatabase;
  readonly catalog: Catalog;
  readonly queries: readonly TuneQuery[];
  readonly volumes: readonly TableVolume[];
  readonly hints?: readonly FillHint[];
  /** Rows written per day by `schema.name`; the volumes' growth when left out. */
  readonly writesPerDay?: ReadonlyMap<string, number>;
  readonly seed: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Milliseconds after which no further candidate is tried. */
  readonly timeLimitMs: number;
}

/** Candidates are built and measured one by one, then together, best first; the database is left with the indexes it had. */
export async function tuneIndexes(options: TuneOptions): Promise<TuneResult> {
  const { engine, database, sandbox } = options;
  await engine.grammar.ready();
  const owner = await engine.connect(database.ownerUrl, { application: 'dbd tune', statementTimeoutMs });
  const admin = await engine.connect(database.adminUrl, { application: 'dbd tune' });
  const rest = engine.fill.rest(sandbox.owner, database.name);
  const writer = await admin
    .run(rest.on)
    .then(() => engine.connect(database.ownerUrl, { application: 'dbd tune', statementTimeoutMs }))
    .finally(() => admin.run(rest.off).finally(() => admin.close()));
  const stop = (): void => void Promise.all([owner.cancel(), writer.cancel()]);
  options.signal.addEventListener('abort', stop);
  try {
    return await new Tuning(options, owner, writer).run();
  } finally {
    options.signal.removeEventListener('abort', stop);
    await Promise.all([owner.close(), writer.close()]);
  }
}

interface Tried {
  readonly candidate: Candidate;
  readonly buildMs: number;
  readonly bytes: number;
  readonly writeMsPerRow?: number;
  readonly after: ReadonlyMap<string, Timing>;
  readonly choice: Choice;
}

/** One run of the advisor; it holds the two sessions and what was measured so far. */
class Tuning {
  readonly #options: TuneOptions;
  readonly #owner: Session;
  readonly #writer: Session;
  readonly #limits: string[] = [];
  readonly #batches = new Map<string, readonly string[] | undefined>();
  #runnables: readonly Runnable[] = [];

  constructor(options: TuneOptions, owner: Session, writer: Session) {
    this.#options = options;
    this.#owner = owner;
    this.#writer = writer;
  }

  async run(): Promise<TuneResult> {
    const { engine, catalog, queries } = this.#options;
    this.#runnables = await this.#working(runnable(queries, engine));
    const working = new Set(this.#runnables.map((query) => query.claim));
    const before = await this.#time(this.#runnables);
    const found = candidates(
      queries.filter((query) => working.has(query.claim)),
      catalog,
      engine,
    );
    const { tried, rejected } = await this.#tryAll(found, before);
    const good = tried
      .filter((one) => one.choice.keep)
      .toSorted((a, b) => Number(b.choice.needed) - Number(a.choice.needed) || net(b) - net(a));
    rejected.push(...tried.filter((one) => !one.choice.keep).map((one) => describe(one)));
    const { kept, after, dropped } = await this.#combine(good, before);
    rejected.push(...dropped);
    for (const index of kept) await this.#drop(index);
    await engine.fill.settle(
      this.#owner,
      [...new Set(found.map((one) => keyOf(one.table)))].map(
        (key) => found.find((one) => keyOf(one.table) === key)!.table,
      ),
    );
    return {
      kept,
      rejected,
      queries: this.#runnables.map((query) => tuningOf(before.get(query.claim)!, after.get(query.claim)!)),
      limits: this.#limits,
    };
  }

  /** Queries that the server runs; the others are named in the limits. */
  async #working(queries: readonly Runnable[]): Promise<readonly Runnable[]> {
    const working: Runnable[] = [];
    for (const query of queries) {
      try {
        await this.#options.engine.stats.explain(this.#owner, query.sql, query.values[0]!, false);
        working.push(query);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        this.#limits.push(`${query.claim} could not be planned: ${error.message}`);
      }
    }
    return working;
  }

  #time(queries: readonly Runnable[]): Promise<ReadonlyMap<string, Timing>> {
    return timeQueries(this.#owner, queries, this.#options.engine, {
      runs,
      budgetMs: queryBudgetMs,
      signal: this.#options.signal,
    });
  }

  async #tryAll(
    found: readonly Candidate[],
    before: ReadonlyMap<string, Timing>,
  ): Promise<{ tried: Tried[]; rejected: TriedIndex[] }> {
    const tried: Tried[] = [];
    const rejected: TriedIndex[] = [];
    const begin = performance.now();
    for (const [i, candidate] of found.entries()) {
      if (performance.now() - begin > this.#options.timeLimitMs) {
        this.#limits.push(
          `Time was up before ${found
            .slice(i)
            .map((one) => one.name)
            .join(', ')} could be tried.`,
        );
        break;
      }
      this.#options.signal.throwIfAborted();
      const built = await this.#build(candidate);
      if (!built) continue;
      const users = await this.#users(candidate);
      if (users.length === 0) {
        rejected.push({ ...candidate, ...built, because: 'The planner uses it for no query.' });
      } else {
        const one = await this.#weigh(candidate, built, users, before);
        tried.push(one);
        this.#options.emit({ kind: 'note', text: `${candidate.name}: ${one.choice.because}` });
      }
      await this.#drop(candidate);
    }
    return { tried, rejected };
  }

  async #build(candidate: Candidate): Promise<{ buildMs: number; bytes: number } | undefined> {
    const begin = performance.now();
    try {
      await this.#owner.query(candidate.sql);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      this.#limits.push(`${candidate.name} could not be built: ${error.message}`);
      return undefined;
    }
    const buildMs = performance.now() - begin;
    const sizes = await this.#options.engine.stats.sizes(this.#owner);
    return {
      buildMs,
      bytes: sizes.find((size) => size.kind === 'index' && size.name.name === candidate.name)?.bytes ?? 0,
    };
  }

  async #drop(candidate: Candidate): Promise<void> {
    await this.#owner.query(`DROP INDEX ${this.#nameOf(candidate)}`);
  }

  #nameOf(candidate: Candidate): string {
    return this.#options.engine.quote.name({ schema: candidate.table.schema, name: candidate.name });
  }

  /** Queries whose plan uses the index, for one of the first sets of values. */
  async #users(candidate: Candidate): Promise<readonly Runnable[]> {
    const users: Runnable[] = [];
    for (const query of this.#runnables) {
      for (const values of query.values.slice(0, 3)) {
        const facts = await this.#options.engine.stats.explain(this.#owner, query.sql, values, false);
        if (!facts.indexes.includes(candidate.name)) continue;
        users.push(query);
        break;
      }
    }
    return users;
  }

  async #weigh(
    candidate: Candidate,
    built: { buildMs: number; bytes: number },
    users: readonly Runnable[],
    before: ReadonlyMap<string, Timing>,
  ): Promise<Tried> {
    const after = await this.#time(users);
    const writesPerDay = this.#writes(keyOf(candidate.table));
    const first = this.#choice(candidate, built.bytes, 0, users, before, after);
    // What reading alone rejects need not be written to.
    const cost = first.keep && writesPerDay > 0 ? await this.#cost(candidate) : undefined;
    const choice =
      cost === undefined ? first : this.#choice(candidate, built.bytes, cost, users, before, after);
    return { candidate, ...built, ...(cost === undefined ? {} : { writeMsPerRow: cost }), after, choice };
  }

  #choice(
    candidate: Candidate,
    bytes: number,
    writeMsPerRow: number,
    users: readonly Runnable[],
    before: ReadonlyMap<string, Timing>,
    after: ReadonlyMap<string, Timing>,
  ): Choice {
    const growth = this.#growth(keyOf(candidate.table));
    const gains = users.map((user): Gain => {
      const query = this.#options.queries.find((one) => one.claim === user.claim)!;
      const target = query.p95;
      return {
        claim: user.claim,
        beforeMs: before.get(user.claim)!.ms,
        afterMs: after.get(user.claim)!.ms,
        perSecond: query.rate.perSecond,
        ...(target === undefined ? {} : { target }),
        growth,
      };
    });
    return choose({
      gains,
      bytes,
      writeMsPerRow,
      writesPerDay: this.#writes(keyOf(candidate.table)),
      growth,
    });
  }

  async #cost(candidate: Candidate): Promise<number | undefined> {
    const key = keyOf(candidate.table);
    if (!this.#batches.has(key)) this.#batches.set(key, await this.#batch(candidate));
    const batch = this.#batches.get(key);
    return batch && writeCost(this.#writer, this.#nameOf(candidate), batch, batchRows, batchPairs);
  }

  async #batch(candidate: Candidate): Promise<readonly string[] | undefined> {
    const { engine, catalog, volumes, hints, seed } = this.#options;
    try {
      const made = await makeInserts({
        engine,
        session: this.#writer,
        catalog,
        volumes,
        ...(hints ? { hints } : {}),
        seed,
        table: candidate.table,
        rows: batchRows,
      });
      return made.batch;
    } catch (error) {
      if (!(error instanceof DbdError)) throw error;
      this.#limits.push(
        `The cost of writing to ${keyOf(candidate.table)} was not measured: ${error.message}`,
      );
      return undefined;
    }
  }

  /** Builds the good ones best first and measures each again beside those before it; what no longer pays is dropped. */
  async #combine(
    good: readonly Tried[],
    before: ReadonlyMap<string, Timing>,
  ): Promise<{ kept: TriedIndex[]; dropped: TriedIndex[]; after: ReadonlyMap<string, Timing> }> {
    const kept: TriedIndex[] = [];
    const dropped: TriedIndex[] = [];
    let now = before;
    for (const one of good) {
      this.#options.signal.throwIfAborted();
      const built = await this.#build(one.candidate);
      if (!built) continue;
      const overlaps = [...one.after.keys()].some((claim) => now.get(claim) !== before.get(claim));
      const users = overlaps
        ? await this.#users(one.candidate)
        : this.#runnables.filter((query) => one.after.has(query.claim));
      const after = overlaps ? await this.#time(users) : one.after;
      const choice = overlaps
        ? this.#choice(one.candidate, built.bytes, one.writeMsPerRow ?? 0, users, now, after)
        : one.choice;
      const because =
        overlaps && !choice.keep
          ? `Beside ${kept.map((index) => index.name).join(', ')} it is not worth it. ${choice.because}`
          : choice.because;
      if (choice.keep) {
        kept.push({ ...describe({ ...one, ...built, choice }), because });
        now = new Map([...now, ...after]);
      } else {
        dropped.push({ ...describe({ ...one, choice }), because });
        await this.#drop(one.candidate);
      }
    }
    return { kept, dropped, after: kept.length > 0 ? await this.#time(this.#runnables) : before };
  }

  #writes(key: string): number {
    return (
      this.#options.writesPerDay?.get(key) ??
      this.#options.volumes.find((volume) => keyOf(volume.table) === key)?.perDay ??
      0
    );
  }

  #growth(key: string): number {
    const table = findTable(this.#options.catalog, key);
    const volume = this.#options.volumes.find((one) => table && keyOf(one.table) === keyOf(table));
    return volume && volume.rows > 0 ? Math.max(1, volume.horizon / volume.rows) : 1;
  }
}

function net(tried: Tried): number {
  return tried.choice.savedPerDay - tried.choice.costPerDay;
}

function describe(tried: Tried): TriedIndex {
  return {
    ...tried.candidate,
    because: tried.choice.because,
    buildMs: tried.buildMs,
    bytes: tried.bytes,
    ...(tried.writeMsPerRow === undefined ? {} : { writeMsPerRow: tried.writeMsPerRow }),
    savedPerDay: tried.choice.savedPerDay,
    costPerDay: tried.choice.costPerDay,
  };
}

function tuningOf(before: Timing, after: Timing): QueryTuning {
  return {
    claim: before.claim,
    beforeMs: before.ms,
    afterMs: after.ms,
    buffersBefore: before.buffers,
    buffersAfter: after.buffers,
    planBefore: before.plan,
    planAfter: after.plan,
  };
}
