/** What has run on a target and what waits, read without a trace. */
import type { Holder } from '../engine/model.ts';
import { readChanges } from './folder.ts';
import type { Problem, Situation } from './model.ts';
import type { RunnerOptions } from './options.ts';
import { openPlace } from './place.ts';
import { problemsOf } from './problems.ts';
import { situationOf } from './state.ts';

export interface Status {
  readonly server: string;
  readonly situation: Situation;
  readonly problems: readonly Problem[];
  /** Runner that is at work now. */
  readonly holder?: Holder;
  readonly said: readonly string[];
}

/** Reads history and folder; works on a standby and through a pooler too. */
export async function statusOf(options: Omit<RunnerOptions, 'waitMs'>): Promise<Status> {
  const { engine, target } = options;
  const stored = await readChanges(engine, options.changes);
  const place = await openPlace({ engine, target, looks: true });
  try {
    const situation = await situationOf(engine, place.session, target.schema, stored);
    const holder = await engine.history.holder(place.session, target.schema);
    return {
      server: place.facts.server,
      situation,
      problems: problemsOf(situation, false),
      ...(holder ? { holder } : {}),
      said: situation.installed ? [] : [`No run has been here yet: there is no schema \`${target.schema}\`.`],
    };
  } finally {
    await place.close();
  }
}
