/** A cache tried beside a database: clients that read through it while rows are written. */
import { createClient } from '@redis/client';
import type { Catalog } from '../../../catalog/model.ts';
import type { Engine, Session } from '../../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../../sandbox/model.ts';
import { percentile } from '../../../workload/percentile.ts';
import { prepareQueries } from '../../../workload/prepare.ts';
import type { WorkQuery } from '../../advice/model.ts';
import { KeptAnswers, type CacheClient } from './kept.ts';
import type { CacheCandidate, CacheMeasured, WritePath } from './model.ts';
import { installedCache, startCache } from './server.ts';

export interface MeasureCacheOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Filled; it is copied and stays as it is. Nobody may be connected to it. */
  readonly database: SandboxDatabase;
  readonly catalog: Catalog;
  readonly candidate: CacheCandidate;
  readonly seed: number;
  /** Requests of one turn. */
  readonly requests?: number;
  readonly signal: AbortSignal;
}

const usualRequests = 2000;
/** Requests of a turn at least, and the longest time that a turn should take, milliseconds. */
const fewest = 200;
const turnMs = 3000;
const readers = 4;
/** Every so manieth answer from the cache is held against the database. */
const checkedEach = 10;
/** Longest time of a statement, milliseconds. */
const statementMs = 10_000;

/** Undefined where no Redis is installed, or where the query or its writes cannot run on this database, with the reason. */
export async function measureCache(
  options: MeasureCacheOptions,
): Promise<CacheMeasured | { readonly why: string }> {
  const binary = await installedCache();
  if (binary === undefined)
    return { why: 'no redis-server or valkey-server is installed here, so nothing was measured' };
  const server = await startCache(binary);
  if (!server) return { why: `${binary} did not start` };
  const client: CacheClient = createClient({ socket: { path: server.socket, reconnectStrategy: false } });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await tried(options, client);
  } finally {
    if (client.isOpen) client.destroy();
    await server.stop();
  }
}

async function tried(
  given: MeasureCacheOptions,
  client: CacheClient,
): Promise<CacheMeasured | { readonly why: string }> {
  const { candidate } = given;
  const requests = given.requests ?? (await affordable(given));
  const options = { ...given, requests };
  const turn = async (how: 'none' | 'kept' | 'never void'): Promise<Turn | { readonly why: string }> => {
    await client.flushAll();
    return onCopy(options, (place) => oneTurn(options, place, new KeptAnswers(client, candidate), how));
  };
  const control = await turn('never void');
  if ('why' in control) return control;
  const plain = await turn('none');
  if ('why' in plain) return plain;
  const kept = await turn('kept');
  if ('why' in kept) return kept;
  const info = await client.info('server');
  return {
    basis: 'measured',
    server: `Redis ${/redis_version:(\S+)/.exec(info)?.[1] ?? 'of unknown version'}`,
    requests: kept.ms.length,
    writes: kept.writes,
    hits: kept.hits / Math.max(1, kept.ms.length),
    checked: kept.checked,
    stale: kept.stale,
    wrongAtEnd: kept.wrong,
    wrongWithoutInvalidation: control.wrong,
    p95: { database: p95(plain.ms), cached: p95(kept.ms) },
  };
}

/** Requests that fit into a turn, by what a call takes here. */
async function affordable(options: MeasureCacheOptions): Promise<number> {
  const found = await onCopy({ ...options, requests: 5 }, async ({ readers: [session], sets }) => {
    const begin = performance.now();
    for (const values of sets) await session!.query(options.candidate.query.sql, values);
    return { ms: (performance.now() - begin) / sets.length };
  });
  if ('why' in found) return fewest;
  return Math.max(fewest, Math.min(usualRequests, Math.round((turnMs * 2) / Math.max(0.01, found.ms))));
}

function p95(ms: readonly number[]): number {
  return percentile(ms, 0.95)?.value ?? Number.NaN;
}

interface Turn {
  readonly ms: readonly number[];
  readonly hits: number;
  readonly checked: number;
  readonly stale: number;
  readonly writes: number;
  readonly wrong: number;
}

interface Place {
  readonly readers: readonly Session[];
  readonly writer: Session;
  readonly sets: readonly (readonly unknown[])[];
  readonly writes: readonly { readonly path: WritePath; readonly sets: readonly (readonly unknown[])[] }[];
}

/** Every turn begins with the same rows. */
async function onCopy<T>(
  { engine, sandbox, database, catalog, candidate, seed, requests = usualRequests }: MeasureCacheOptions,
  work: (place: Place) => Promise<T>,
): Promise<T | { readonly why: string }> {
  const copy = await sandbox.createDatabase({ from: database });
  const sessions: Session[] = [];
  const open = async (): Promise<Session> => {
    const session = await engine.connect(copy.ownerUrl, {
      application: 'dbd cache',
      statementTimeoutMs: statementMs,
    });
    sessions.push(session);
    return session;
  };
  try {
    const writer = await open();
    const named = (query: WorkQuery) => ({
      name: query.name,
      sql: query.sql,
      rate: { perSecond: 1, peakPerSecond: 1 },
      params: {},
    });
    const made = await prepareQueries(
      engine,
      writer,
      catalog,
      [candidate.query, ...candidate.writes.map(({ query }) => query)].map(named),
      { seed, sets: requests },
    );
    const setsOf = (name: string): readonly (readonly unknown[])[] =>
      made.queries.find((one) => one.name === name)?.values ?? [];
    const sets = setsOf(candidate.query.name);
    const reason = made.excluded.find(({ name }) => name === candidate.query.name)?.reason;
    if (reason !== undefined) return { why: `the query cannot be run here: ${reason}` };
    return await work({
      readers: await Promise.all(Array.from({ length: readers }, open)),
      writer,
      sets,
      writes: candidate.writes
        .map((path) => ({ path, sets: setsOf(path.query.name) }))
        .filter((one) => one.sets.length > 0),
    });
  } finally {
    await Promise.all(sessions.map((session) => session.close().catch(() => undefined)));
    await sandbox.dropDatabase(copy).catch(() => undefined);
  }
}

/** Readers share the requests; the writer writes as often between them as the workload does. */
async function oneTurn(
  { candidate, requests = usualRequests, signal }: MeasureCacheOptions,
  place: Place,
  answers: KeptAnswers,
  how: 'none' | 'kept' | 'never void',
): Promise<Turn> {
  const figures = { ms: [] as number[], hits: 0, checked: 0, stale: 0, writes: 0, wrong: 0 };
  let next = 0;
  const asking = (session: Session, values: readonly unknown[]) => async (): Promise<string> =>
    JSON.stringify((await session.query(candidate.query.sql, values)).rows);
  const reader = async (session: Session): Promise<void> => {
    for (let at = next++; at < requests; at = next++) {
      signal.throwIfAborted();
      const values = place.sets[at % place.sets.length]!;
      const ask = asking(session, values);
      const begin = performance.now();
      const got = how === 'none' ? { answer: await ask(), hit: false } : await answers.read(values, ask);
      figures.ms.push(performance.now() - begin);
      if (!got.hit) continue;
      figures.hits += 1;
      if (figures.hits % checkedEach !== 0) continue;
      figures.checked += 1;
      if ((await ask()) !== got.answer) figures.stale += 1;
    }
  };
  const writer = async (): Promise<void> => {
    const due = duesOf(candidate, place, requests);
    while (next < requests && due.length > 0) {
      const { at, path, values } = due[0]!;
      if (next < at) {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      due.shift();
      const done = await place.writer.query(path.query.sql, values).then(
        () => true,
        // A row that is there already, or a promise that made-up values break: nothing was written.
        () => false,
      );
      if (!done) continue;
      figures.writes += 1;
      if (how === 'kept') await answers.moved(path, values);
    }
  };
  await Promise.all([...place.readers.map(reader), writer()]);
  if (how !== 'none') figures.wrong = await wrongNow(place, answers, asking);
  return figures;
}

/** Kept answers that differ from the database's, one check per set of values, when nothing is written any more. */
async function wrongNow(
  { readers: [session], sets }: Place,
  answers: KeptAnswers,
  asking: (session: Session, values: readonly unknown[]) => () => Promise<string>,
): Promise<number> {
  let wrong = 0;
  const different = new Map(sets.map((values) => [answers.keyOf(values), values]));
  for (const values of different.values()) {
    const now = asking(session!, values);
    const got = await answers.read(values, now);
    if (got.hit && got.answer !== (await now())) wrong += 1;
  }
  return wrong;
}

interface Due {
  readonly at: number;
  readonly path: WritePath;
  readonly values: readonly unknown[];
}

/** Writes spread evenly among the requests, at least one of each path, and no more than there are requests. */
function duesOf({ query }: CacheCandidate, { writes }: Place, requests: number): Due[] {
  return writes
    .flatMap(({ path, sets }) => {
      const count = Math.min(
        requests,
        Math.max(1, Math.round((requests * path.query.callsPerDay) / Math.max(1, query.callsPerDay))),
      );
      return Array.from({ length: count }, (_, i) => ({
        at: Math.floor(((i + 0.5) * requests) / count),
        path,
        values: sets[i % sets.length]!,
      }));
    })
    .toSorted((a, b) => a.at - b.at);
}
