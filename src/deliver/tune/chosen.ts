/** The workload on a hollow twin: prepared, priced, and the best set of indexes for it. */
import { step } from '../../base/event.ts';
import { formatCount } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import type { Session, WhatIf } from '../../engine/model.ts';
import type { Budgets, Choice, Work } from '../../tune/advice/model.ts';
import { indexCandidates } from '../../tune/candidates/index-candidates.ts';
import { chooseIndexes } from '../../tune/choice/choice.ts';
import type { FileWorkload } from '../../tune/work/sources.ts';
import { workOf } from '../../tune/work/work.ts';
import type { HollowTwin } from '../../twin/hollow/hollow.ts';
import type { Known, SourceOptions } from './source.ts';

export interface ChoosingOptions extends SourceOptions {
  readonly budgets: Budgets;
  /** Longest time of choosing, milliseconds. */
  readonly timeLimitMs: number;
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
    const choice = await chooseIndexes({
      work,
      candidates,
      drops: [],
      statistics: [],
      budgets,
      whatIf,
      snapshot,
      access: engine.access,
      limits: { seconds: timeLimitMs / 1000 },
      emit,
      signal,
    });
    return { work, choice, told };
  } finally {
    signal.removeEventListener('abort', stop);
    await whatIf?.close().catch(() => undefined);
    await Promise.all(sessions.map((session) => session.close().catch(() => undefined)));
  }
}
