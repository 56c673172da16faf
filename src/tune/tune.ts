import type { Emit } from '../base/event.ts';
import { keyOf } from '../catalog/identity.ts';
import { openBench, type Bench, type BenchOptions, type Built } from './bench.ts';
import { candidates } from './candidates.ts';
import { choose, nextOf, type Choice, type Gain } from './choose.ts';
import { paired, runnable, type Runnable, type Timing } from './measure.ts';
import type { Candidate, QueryTuning, TriedIndex, TuneQuery, TuneResult } from './model.ts';

/** `database` is filled and has the change applied; indexes are built in it and dropped again. */
export interface TuneOptions extends BenchOptions {
  readonly queries: readonly TuneQuery[];
  /** Rows written per day by `schema.name`; the volumes' growth when left out. */
  readonly writesPerDay?: ReadonlyMap<string, number>;
  readonly emit: Emit;
  /** Milliseconds after which no further candidate is tried. */
  readonly timeLimitMs: number;
}

interface Tried extends Built {
  readonly candidate: Candidate;
  readonly writeMsPerRow?: number;
  readonly after: Timings;
  readonly choice: Choice;
}

type Timings = ReadonlyMap<string, Timing>;

interface Work {
  readonly options: TuneOptions;
  readonly bench: Bench;
  readonly queries: readonly Runnable[];
}

/** Builds and measures candidates one by one, then together, best first; the database is left with the indexes it had. */
export async function tuneIndexes(options: TuneOptions): Promise<TuneResult> {
  const { engine, catalog } = options;
  await engine.grammar.ready();
  const bench = await openBench(options);
  try {
    const queries = await bench.working(runnable(options.queries, engine));
    const work: Work = { options, bench, queries };
    const known = new Set(queries.map((query) => query.claim));
    const before = await bench.time(queries);
    const found = candidates(
      options.queries.filter((query) => known.has(query.claim)),
      catalog,
      engine,
    );
    const { tried, unused } = await tryAll(work, found, before);
    const { kept, dropped, after } = await combine(
      work,
      tried.filter((one) => one.choice.keep),
      before,
    );
    for (const index of kept) await bench.drop(index);
    await bench.tidy();
    return {
      kept,
      rejected: [
        ...dropped,
        ...tried.filter((one) => !one.choice.keep).map((one) => describe(one)),
        ...unused,
      ],
      queries: queries.map((query) => tuningOf(before.get(query.claim)!, after.get(query.claim)!)),
      limits: bench.limits,
    };
  } finally {
    await bench.close();
  }
}

/** Each candidate alone, against no candidate at all. */
async function tryAll(
  work: Work,
  found: readonly Candidate[],
  before: Timings,
): Promise<{ readonly tried: readonly Tried[]; readonly unused: readonly TriedIndex[] }> {
  const { options, bench, queries } = work;
  const tried: Tried[] = [];
  const unused: TriedIndex[] = [];
  const begin = performance.now();
  for (const [i, candidate] of found.entries()) {
    options.signal.throwIfAborted();
    if (performance.now() - begin > options.timeLimitMs) {
      bench.limits.push(
        `Time was up before ${found
          .slice(i)
          .map((one) => one.name)
          .join(', ')} could be tried.`,
      );
      break;
    }
    const built = await bench.build(candidate);
    if (!built) continue;
    const users = await bench.users(candidate, queries);
    if (users.length === 0) {
      unused.push({ ...candidate, ...built, because: 'The planner uses it for no query.' });
    } else {
      const one = await weigh(work, candidate, built, users, before);
      tried.push(one);
      options.emit({ kind: 'note', text: `${candidate.name}: ${one.choice.because}` });
    }
    await bench.drop(candidate);
  }
  return { tried, unused };
}

async function weigh(
  work: Work,
  candidate: Candidate,
  built: Built,
  users: readonly Runnable[],
  before: Timings,
): Promise<Tried> {
  const after = await work.bench.time(users);
  const first = choiceOf(work, candidate, built.bytes, 0, before, after);
  // What reading alone rejects need not be written to.
  const cost =
    first.keep && writesOf(work, candidate) > 0 ? await work.bench.writeCost(candidate) : undefined;
  const choice = cost === undefined ? first : choiceOf(work, candidate, built.bytes, cost, before, after);
  return { candidate, ...built, ...(cost === undefined ? {} : { writeMsPerRow: cost }), after, choice };
}

/** Builds the good ones, each time the best beside those built before, until none pays any more; at last drops what no plan uses. */
async function combine(
  work: Work,
  good: readonly Tried[],
  before: Timings,
): Promise<{
  readonly kept: readonly TriedIndex[];
  readonly dropped: readonly TriedIndex[];
  readonly after: Timings;
}> {
  const { bench, queries, options } = work;
  const kept: Tried[] = [];
  const dropped: TriedIndex[] = [];
  let now = before;
  const waiting = [...good];
  while (waiting.length > 0) {
    const one = nextOf(waiting);
    waiting.splice(waiting.indexOf(one), 1);
    options.signal.throwIfAborted();
    const overlaps = [...one.after.keys()].some((claim) => now.get(claim) !== before.get(claim));
    const alone = overlaps
      ? choiceOf(work, one.candidate, one.bytes, one.writeMsPerRow ?? 0, now, one.after)
      : one.choice;
    if (!alone.keep) {
      dropped.push(besideOthers(one, alone, kept));
      continue;
    }
    const built = await bench.build(one.candidate);
    if (!built) continue;
    const after = overlaps ? await bench.time(await bench.users(one.candidate, queries)) : one.after;
    const choice = overlaps
      ? choiceOf(work, one.candidate, built.bytes, one.writeMsPerRow ?? 0, now, after)
      : one.choice;
    if (choice.keep) {
      kept.push({ ...one, ...built, after, choice });
      now = new Map([...now, ...after]);
    } else {
      dropped.push(besideOthers(one, choice, kept));
      await bench.drop(one.candidate);
    }
  }
  const used: Tried[] = [];
  for (const [i, one] of kept.entries()) {
    const users = await bench.users(one.candidate, queries);
    const because = await needless(work, one, users, i < kept.length - 1 ? now : undefined);
    if (because === undefined) {
      used.push({ ...one, candidate: { ...one.candidate, serves: users.map((user) => user.claim) } });
      continue;
    }
    dropped.push({ ...describe(one), because });
    await bench.drop(one.candidate);
  }
  return { kept: used.map(describe), dropped, after: used.length > 0 ? await bench.time(queries) : before };
}

function choiceOf(
  work: Work,
  candidate: Candidate,
  bytes: number,
  writeMsPerRow: number,
  before: Timings,
  after: Timings,
): Choice {
  const growth = growthOf(work, candidate);
  const gains = [...after].map(([claim, timing]): Gain => {
    const query = work.options.queries.find((one) => one.claim === claim)!;
    const target = query.p95;
    return {
      claim,
      ...paired(before.get(claim)!, timing),
      ...buffersOf(before.get(claim)!, timing),
      perSecond: query.rate.perSecond,
      ...(target === undefined ? {} : { target }),
      growth,
    };
  });
  return choose({ gains, bytes, writeMsPerRow, writesPerDay: writesOf(work, candidate), growth });
}

/** Buffers where both were read. */
function buffersOf(
  before: Timing,
  after: Timing,
): { readonly buffers?: { readonly before: number; readonly after: number } } {
  const known = Number.isFinite(before.buffers) && Number.isFinite(after.buffers);
  return known ? { buffers: { before: before.buffers, after: after.buffers } } : {};
}

function writesOf({ options }: Work, candidate: Candidate): number {
  const key = keyOf(candidate.table);
  return (
    options.writesPerDay?.get(key) ??
    options.volumes.find((volume) => keyOf(volume.table) === key)?.perDay ??
    0
  );
}

function growthOf({ options }: Work, candidate: Candidate): number {
  const volume = options.volumes.find((one) => keyOf(one.table) === keyOf(candidate.table));
  return volume && volume.rows > 0 ? Math.max(1, volume.horizon / volume.rows) : 1;
}

function besideOthers(one: Tried, choice: Choice, kept: readonly Tried[]): TriedIndex {
  const beside = kept.map((index) => index.candidate.name).join(', ');
  return { ...describe({ ...one, choice }), because: `Not worth it beside ${beside}. ${choice.because}` };
}

/** Why a kept index can go after all: no plan uses it, or others that came later do its work as well (looked at when `now` is given). */
async function needless(
  work: Work,
  one: Tried,
  users: readonly Runnable[],
  now: Timings | undefined,
): Promise<string | undefined> {
  const { bench } = work;
  if (users.length === 0) return 'No query uses it any more beside the other indexes.';
  const without = now && (await bench.timeWithout(one.candidate, users));
  if (!without) return undefined;
  const choice = choiceOf(
    work,
    one.candidate,
    one.bytes,
    one.writeMsPerRow ?? 0,
    without,
    new Map(users.map((user) => [user.claim, now.get(user.claim)!])),
  );
  return choice.keep ? undefined : `The other indexes do its work as well. ${choice.because}`;
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
