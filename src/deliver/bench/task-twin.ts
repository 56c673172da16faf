/** A twin of a task: the change applied, filled, with the indexes that were chosen for it. */
import { fail } from '../../base/error.ts';
import { step } from '../../base/event.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Sandbox } from '../../sandbox/model.ts';
import type { Task } from '../../task/model.ts';
import type { LoadedCurrent } from '../../twin/current.ts';
import { buildIndexes, replacedBy, tuneTask } from '../measuring/measure.ts';
import { buildTwin, inspected, rowsOf } from '../twin/twin.ts';
import { planTask } from '../wanted.ts';
import type { BenchOptions } from './model.ts';

/** Designs the change, fills the twin and builds the indexes as `dbd task` does. */
export async function taskTwin(
  options: BenchOptions,
  task: Task,
  { database, catalog, production }: LoadedCurrent,
  sandbox: Sandbox,
): Promise<{
  readonly url: string;
  readonly catalog: Catalog;
  readonly rows: number;
  readonly limits: readonly string[];
}> {
  const { engine, emit, signal, limitMs } = options;
  const planned = await step(emit, 'design and plan the change', () =>
    planTask({ engine, sandbox, current: database, before: catalog, task, limitMs, emit, signal }),
  );
  const [question] = planned.change.questions;
  if (question)
    fail('task.refused', `The task has an open question: ${question.text}`, {
      hint: `Write into its block: ${question.answer}`,
    });
  const twin = await buildTwin({
    ...options,
    sandbox,
    current: database,
    before: catalog,
    planned,
    task,
    ...(production ? { snapshot: production.snapshot } : {}),
  });
  const whole = twin.sizes.at(-1)!.database;
  const common = { ...options, sandbox, task, planned, volumes: twin.volumes, hints: twin.hints };
  const tuned = await step(emit, 'choose indexes by measuring', () =>
    tuneTask({ ...common, database: whole }),
  );
  await buildIndexes(
    engine,
    [whole],
    [
      ...replacedBy(tuned, planned.design.supports).map(
        ({ table, name }) => `DROP INDEX ${engine.quote.name({ schema: table.schema, name })}`,
      ),
      ...tuned.kept.map(({ sql }) => sql),
    ],
  );
  return {
    url: whole.ownerUrl,
    catalog: await inspected(engine, whole),
    rows: rowsOf(twin.fills),
    limits: tuned.limits,
  };
}
