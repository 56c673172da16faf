/** The workload on a hollow twin: prepared, priced, and the best set of indexes for it. */
import { DbdError } from '../../base/error.ts';
import { step } from '../../base/event.ts';
import { formatCount } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Session, Snapshot, WhatIf } from '../../engine/model.ts';
import type { Budgets, Choice, Work } from '../../tune/advice/model.ts';
import { indexCandidates } from '../../tune/candidates/index-candidates.ts';
import { dropCandidates } from '../../tune/candidates/drop-candidates.ts';
import { statisticsCandidates } from '../../tune/candidates/statistics-candidates.ts';
import { chooseIndexes } from '../../tune/choice/choice.ts';
import type { FileWorkload } from '../../tune/work/sources.ts';
import { workOf } from '../../tune/work/work.ts';
import type { HollowTwin } from '../../twin/hollow/hollow.ts';
import type { Known, SourceOptions } from './source.ts';

export interface ChoosingOptions extends SourceOptions {
  readonly budgets: Budgets;
  /** Longest time of choosing, milliseconds. */
  readonly timeLimitMs: number;
  /** Snapshots of replicas, under the names they are known by. */
  readonly replicas: readonly { readonly name: string; readonly snapshot: Snapshot }[];
  /** How many replicas there are, where somebody said so. */
  readonly replicaCount?: number;
}

export interface Chosen {
  readonly work: Work;
  readonly choice: Choice;
  readonly told: readonly string[];
}

/** Prices the workload on the hollow twin and chooses; the twin is left as it was. */
export async function chosen(
  options: ChoosingOptions,
  { snapshot, patterns }: Known,
  hollow: HollowTwin,
  files: FileWorkload | undefined,
): Promise<Chosen> {
  const { engine, seed, budgets, timeLimitMs, emit, signal } = options;
  const sessions: Session[] = [];
  const open = async (url: string, readOnly: boolean): Promise<Session> => {
    const session = await engine.connect(url, { application: 'dbd tune', readOnly });
    sessions.push(session);
    return session;
  };
  const stop = (): void => {
    for (const session of sessions) void session.cancel().catch(() => undefined);
  };
  signal.addEventListener('abort', stop, { once: true });
  let whatIf: WhatIf | undefined;
  try {
    const session = await open(hollow.url, true);
    const given = files ?? patterns;
    const work = await step(
      emit,
      'prepare the workload',
      () =>
        workOf({
          engine,
          session,
          snapshot,
          leftOut: hollow.leftOut,
          seed,
          ...(given ? { captured: given.captured, targets: given.targets } : {}),
          ...(files ? { unreadable: files.unreadable } : {}),
        }),
      ({ queries, unsupported }) =>
        `${plural(queries.length, 'query', 'queries')}, ${formatCount(unsupported.length)} unsupported`,
    );
    const { candidates, told } = await step(
      emit,
      'think of indexes',
      async () => indexCandidates({ engine, snapshot, work: work.queries }),
      (found) => plural(found.candidates.length, 'candidate'),
    );
    whatIf = await engine.hollow.whatIf(await open(hollow.database.adminUrl, false), snapshot);
    const drops = dropCandidates({
      engine,
      primary: snapshot,
      replicas: options.replicas,
      ...(options.replicaCount === undefined ? {} : { replicaCount: options.replicaCount }),
      candidates,
      used: await usedIndexes(whatIf, snapshot, work),
    });
    const statistics = statisticsCandidates({ engine, snapshot, work: work.queries });
    const all = await chooseIndexes({
      work,
      candidates,
      drops: drops.candidates,
      statistics: statistics.candidates,
      budgets,
      whatIf,
      snapshot,
      engine,
      limits: { seconds: timeLimitMs / 1000 },
      emit,
      signal,
    });
    const choice = withoutSmall(all);
    return { work, choice, told: [...told, ...drops.told, ...statistics.told] };
  } finally {
    signal.removeEventListener('abort', stop);
    await whatIf?.close().catch(() => undefined);
    await Promise.all(sessions.map((session) => session.close().catch(() => undefined)));
  }
}

/** Indexes, as `schema.name`, that today's plans use; a name that several schemas have counts for all of them. */
async function usedIndexes(
  whatIf: WhatIf,
  { catalog }: Snapshot,
  { queries }: Work,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const { sql, sets } of queries)
    for (const values of sets.length === 0 ? [undefined] : sets.map((set) => set.values)) {
      const plan = await (values ? whatIf.price(sql, values) : whatIf.generic(sql)).catch(
        (error: unknown) => {
          if (!(error instanceof DbdError)) throw error;
          return undefined;
        },
      );
      for (const name of plan?.indexes ?? []) names.add(name);
    }
  return new Set(
    [...catalog.tables, ...catalog.views].flatMap(({ indexes }) =>
      indexes.flatMap(({ schema, name }) => (names.has(name) ? [keyOf({ schema, name })] : [])),
    ),
  );
}

/** Share of the whole work that an index has to save to be worth its upkeep and its place in people's heads. */
const leastGain = 0.001;

/** The choice without indexes that hardly save anything, unless one that goes relies on them; they are told with their reason. */
function withoutSmall(choice: Choice): Choice {
  const needed = new Set(
    choice.drop.flatMap(({ by = [] }) => by.flatMap((one) => (one.kind === 'candidate' ? [one.id] : []))),
  );
  const gainOf = ({ gains }: Choice['create'][number]): number =>
    gains.reduce((sum, gain) => sum + gain.share, 0);
  const small = choice.create.filter((one) => gainOf(one) < leastGain && !needed.has(one.candidate.id));
  if (small.length === 0) return choice;
  return {
    ...choice,
    create: choice.create.filter((one) => !small.includes(one)),
    leftOut: [
      ...choice.leftOut,
      ...small.map((one) => ({
        candidate: one.candidate.id,
        because: `It would save ${(100 * gainOf(one)).toFixed(2)} % of the work: less than one more index is worth.`,
      })),
    ],
    limits: [
      ...choice.limits,
      `${plural(small.length, 'index', 'indexes')} of the choice would save less than ${100 * leastGain} % of the work each and ${small.length === 1 ? 'is' : 'are'} left out; estimates are those with ${small.length === 1 ? 'it' : 'them'}.`,
    ],
  };
}
