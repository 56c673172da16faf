/** A load for a twin that starts without tables: each table that was made and filled is read and written from then on. */
import { formatMs } from '../../base/units.ts';
import type { Emit } from '../../base/event.ts';
import type { Name } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { LoadResult, RunningLoad } from '../../workload/model.ts';
import { runLoad, startLoad } from '../../workload/run.ts';
import { assumedWorkload, loadDefaults } from '../load.ts';
import { prepareQueries } from '../../workload/prepare.ts';
import type { UnderLoad } from '../model.ts';
import { stallsOf, statementStallsOf, newFailures, type Span } from '../stalls.ts';

/** Load without the command before each new table joins, milliseconds. */
const baselineMs = 700;
/** Longest load; a longer command is waited for, but queried no more. */
const longestMs = 300_000;

interface Part {
  readonly baseline: LoadResult;
  readonly running: RunningLoad;
}

/** Loads that join one after the other; they all end in `finish`. */
export class GrowingLoad {
  readonly #engine: Engine;
  readonly #url: string;
  readonly #seed: number;
  readonly #parts: Part[] = [];

  constructor(engine: Engine, url: string, seed: number) {
    this.#engine = engine;
    this.#url = url;
    this.#seed = seed;
  }

  /** Measures the tables' queries alone, then keeps them running. */
  async join(tables: readonly Name[]): Promise<void> {
    const engine = this.#engine;
    const session = await engine.connect(this.#url, { application: 'dbd load' });
    const prepared = await (async () => {
      const catalog = await engine.inspect(session);
      return prepareQueries(engine, session, catalog, assumedWorkload(engine, catalog, tables).queries, {
        seed: this.#seed,
        sets: 200,
      });
    })().finally(() => session.close());
    if (prepared.queries.length === 0) return;
    const { timeoutMs } = loadDefaults;
    const load = {
      url: this.#url,
      queries: prepared.queries,
      at: 'average' as const,
      timeoutMs,
      connections: 8,
    };
    const baseline = await runLoad(engine, { ...load, seed: this.#seed, durationMs: baselineMs });
    this.#parts.push({
      baseline,
      running: await startLoad(engine, { ...load, seed: this.#seed + 1, durationMs: longestMs }),
    });
  }

  /** Ends all loads and tells who waited; undefined when no table ever joined. */
  async finish(spans: () => readonly Span[], to: number, emit: Emit): Promise<UnderLoad | undefined> {
    const parts = await Promise.all(
      this.#parts.map(async ({ baseline, running }) => ({
        baseline,
        during: await running.finish(),
        startedAt: running.startedAt,
      })),
    );
    this.#parts.length = 0;
    if (parts.length === 0) return undefined;
    const seen = parts.map((part) => ({ ...part, action: { from: part.startedAt, to }, spans: spans() }));
    const stalls = seen.flatMap(stallsOf).toSorted((a, b) => b.ms - a.ms);
    const worst = stalls[0];
    if (worst) emit({ kind: 'note', text: `longest stall: ${worst.query} ${formatMs(worst.ms)}` });
    const joined = (pick: (part: (typeof parts)[number]) => LoadResult): LoadResult => ({
      durationMs: Math.max(...parts.map((part) => pick(part).durationMs)),
      queries: parts.flatMap((part) => pick(part).queries),
    });
    const [baseline, during] = [joined((part) => part.baseline), joined((part) => part.during)];
    return {
      baseline,
      during,
      stalls,
      statementStalls: seen.flatMap(statementStallsOf),
      timedOut: during.queries.reduce((sum, query) => sum + query.timedOut, 0),
      failed: newFailures(baseline, during),
      waits: [],
      holders: [],
      readerMs: 0,
      readerTables: [],
      assumed: true,
      excluded: [],
      raised: [],
    };
  }
}
