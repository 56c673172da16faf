/** Answers tasks that cannot be run yet: prose, and blocks that ask in sentences only. */
import { blankCatalog } from '../../catalog/blank.ts';
import { DbdError, fail } from '../../base/error.ts';
import type { Report } from '../../report/model.ts';
import type { Task } from '../../task/model.ts';
import { askBack, askSentences } from './ask.ts';
import { fromHere } from '../files.ts';
import type { DeliverOptions } from '../model.ts';
import { draftSentences } from './sentences.ts';
import { withCurrent, type WithCurrent } from '../current/with-current.ts';

/** Questions and a draft for prose, made with the current structure where one is named; one that cannot be read is told and done without. */
export async function answerProse(task: Task, options: DeliverOptions, started: number): Promise<Report> {
  const { source, config, cwd } = options;
  const limits = source.limits ?? [];
  if (config.current.kind === 'none')
    return askBack(
      task,
      { ...source, limits: [...limits, unnamed] },
      { ...blankCatalog, engine: task.requirements.change.engine },
      started,
    );
  try {
    return await withCurrent(await looking(task, options), async (current) =>
      askBack(
        task,
        { ...source, limits: [...limits, ...current.limits.map((limit) => fromHere(limit, cwd))] },
        current.catalog,
        started,
      ),
    );
  } catch (error) {
    if (options.signal.aborted || !(error instanceof DbdError)) throw error;
    const limit = `The current structure could not be read, so the draft knows nothing of it: ${error.message}`;
    return askBack(task, { ...source, limits: [...limits, limit] }, undefined, started);
  }
}

/** A draft query for each sentence of a block that holds nothing else; throws `task.unknown-reference` when no structure is named. */
export async function answerSentences(task: Task, options: DeliverOptions, started: number): Promise<Report> {
  if (options.config.current.kind === 'none')
    fail(
      'task.unknown-reference',
      'The task asks for queries in sentences, and no structure is known that they could be about.',
      {
        hint: 'Name the structure with `current` in dbd.config.yaml or with --current, or add the entities.',
      },
    );
  const looked = await looking(task, options);
  return withCurrent(looked, async (current, sandbox) =>
    askSentences(
      task,
      options.source,
      await draftSentences(looked.engine, sandbox.server, current.database, current.catalog, task),
      started,
    ),
  );
}

/** What the report says where a draft was made as if there were nothing yet. */
const unnamed =
  'No current structure is named, so the draft creates what it refers to; `current` in dbd.config.yaml or --current names one.';

async function looking(task: Task, options: DeliverOptions): Promise<WithCurrent> {
  const { config, limitMs, emit, signal } = options;
  const engine = await options.engine(task.requirements.change.engine);
  return { engine, config, extensions: task.requirements.extensions, limitMs, emit, signal };
}
