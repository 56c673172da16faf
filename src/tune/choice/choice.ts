/** The set of indexes to create and to drop that makes the whole workload cheapest by estimate, with a floor under every other set. */
import { step } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import type { Name } from '../../catalog/model.ts';
import type { Snapshot, WhatIf } from '../../engine/model.ts';
import type { Choice } from '../advice/model.ts';
import { countingWhatIf } from './calls.ts';
import { frontierOf } from './frontier.ts';
import type { ChooseOptions, Item, Present, Stop, WhatIfCalls } from './model.ts';
import { prepare, type Prepared } from './prepare.ts';
import type { Terms } from './program.ts';
import { statisticsOf } from './statistics.ts';
import { told } from './told.ts';
import { verified } from './verified.ts';

const usual = { calls: 20_000, seconds: 60, solverSeconds: 5, gap: 0.01 };
/** A query's estimated cost may grow to this multiple of today's. */
const usualSlower = 1.02;
/** Share of the whole cost that an index as large as all data must save: enough to break ties. */
const dataShare = 0.0001;

/**
 * Prices what is needed on the hollow twin, solves, prices the answer as it would be, and solves again until both agree. What was made on the twin is removed.
 * Throws what the signal was aborted with.
 */
export async function chooseIndexes(options: ChooseOptions): Promise<Choice> {
  const whatIf = countingWhatIf(options.whatIf);
  try {
    return await choose(options, whatIf);
  } finally {
    // A server that is gone has nothing left to remove.
    await whatIf.drop(whatIf.left()).catch(() => undefined);
  }
}

async function choose(options: ChooseOptions, whatIf: ReturnType<typeof countingWhatIf>): Promise<Choice> {
  const { emit = () => undefined, snapshot } = options;
  const stop = stopOf(options, () => whatIf.calls());
  const prepared = await step(
    emit,
    'price queries as they are',
    () => prepare(options, whatIf),
    ({ items, known }) =>
      `${plural(items.length, 'index', 'indexes')} to decide about, ${plural(known.length, 'plan')}`,
  );
  const dataBytes = bytesOf(snapshot);
  const before = prepared.known.reduce((sum, { unit }) => sum + unit.weight * unit.before.cost, 0);
  const terms = termsOf(options, prepared, (dataShare * before) / Math.max(1, dataBytes));
  const found = await step(
    emit,
    'choose indexes by estimated cost',
    () => verified(terms, prepared, stop),
    () => plural(whatIf.calls().priced, 'priced plan'),
  );
  const frontier = await frontierOf(terms, prepared, found.present, { dataBytes, stop });
  const { priced: calls } = whatIf.calls();
  const statistics = await withOnly(found.present, prepared, whatIf, (without) =>
    statisticsOf(options.statistics, {
      queries: options.work.queries,
      snapshot,
      whatIf,
      without,
      signal: options.signal,
    }),
  );
  return told(prepared, found, {
    before,
    frontier,
    statistics: statistics.chosen,
    leftOut: statistics.leftOut,
    calls,
  });
}

/** Takes away the candidates that were not chosen, and says which indexes are to be switched off. */
async function withOnly<T>(
  present: Present,
  { items }: Prepared,
  whatIf: WhatIf,
  next: (without: readonly Name[]) => Promise<T>,
): Promise<T> {
  const absent = items.filter(({ at }) => !present.has(at));
  const names = (kind: Item['kind']): readonly Name[] =>
    absent.filter((item) => item.kind === kind).map(({ name }) => name);
  await whatIf.drop(names('create'));
  return next(names('drop'));
}

function termsOf(
  { budgets, slower = usualSlower }: ChooseOptions,
  { items, writes }: Prepared,
  byteMs: number,
): Terms {
  return {
    items,
    slower,
    byteMs,
    ...(budgets.bytes === undefined ? {} : { bytes: budgets.bytes }),
    ...(budgets.writes === undefined ? {} : { writes: budgets.writes * writes.today }),
  };
}

function stopOf({ limits = {}, signal }: ChooseOptions, calls: () => WhatIfCalls): Stop {
  const { calls: most, seconds, solverSeconds, gap } = { ...usual, ...limits };
  const started = performance.now();
  return {
    gap,
    solverSeconds,
    over() {
      signal.throwIfAborted();
      if (calls().priced >= most) return `${most} plans were priced`;
      if (performance.now() - started > seconds * 1000) return `${seconds} s were over`;
      return undefined;
    },
  };
}

/** Bytes of all tables. */
function bytesOf({ relations, source }: Snapshot): number {
  return relations
    .filter(({ kind }) => kind === 'table' || kind === 'materialized')
    .reduce((sum, { pages }) => sum + Math.max(0, pages) * source.blockSize, 0);
}
