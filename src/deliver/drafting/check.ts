/** The engine's word on a proposed block: read as any task is, its SQL looked at, its change planned and carried out on the bare structure. */
import { applyChange } from '../../apply/apply.ts';
import { DbdError, SqlError } from '../../base/error.ts';
import { hideSecrets } from '../../base/secret.ts';
import type { Change } from '../../change/model.ts';
import { readTask, type Task } from '../../task/task.ts';
import { fenced } from '../../tracker/fenced.ts';
import { checkTaskSql } from '../check-task.ts';
import { planTask, type PlanOptions } from '../wanted.ts';
import { unmarkedGuesses } from './guesses.ts';
import type { Checked } from './model.ts';

/** Largest block that is looked at, characters. */
const largest = 200_000;

/** The text of a task with a block at its end. */
export function withBlock(prose: string, block: string): string {
  return `${prose.trimEnd()}\n\n${fenced(block.trimEnd(), 'yaml')}\n`;
}

/** Checks one proposal; nothing of it stays. Rejects only when the sandbox itself fails or the work is stopped. */
export async function checkBlock(
  prose: string,
  block: string,
  options: Omit<PlanOptions, 'task'>,
): Promise<Checked> {
  const refused = (error: string): Checked => ({ error: hideSecrets(error).slice(0, 4_000), guesses: [] });
  if (block.length > largest) return refused(`The block has more than ${largest} characters.`);
  if (!/^\s*(?:#[^\n]*\n\s*)*dbd:\s*1\s*(?:\n|$)/.test(block))
    return refused('The block must be YAML whose first key is `dbd: 1`, without a fence around it.');
  try {
    const task: Task = readTask({ text: withBlock(prose, block), name: 'the block' });
    if (task.level === 0) return refused('The block asks for nothing: no entity, relation, rule or SQL.');
    const guesses = unmarkedGuesses(block, prose);
    checkTaskSql(options.engine, task);
    const { change } = await planTask({ ...options, task });
    const [question] = change.questions;
    if (question) return refused(`${question.text} For example: ${question.answer}`);
    const wrong = await unprepared(task, change, options);
    return wrong === undefined ? { task, guesses } : refused(wrong);
  } catch (error) {
    options.signal.throwIfAborted();
    if (!(error instanceof DbdError) || /^(?:internal|sandbox|connect)\./.test(error.code)) throw error;
    const marked = error instanceof SqlError && error.marked ? `\n${error.marked}` : '';
    return refused(`${error.code}: ${error.message}${marked}${error.hint ? `\nNext: ${error.hint}` : ''}`);
  }
}

/** Carries the change out once more and lets the server prepare the task's own queries; the first that it refuses, as a sentence. */
async function unprepared(
  { requirements }: Task,
  change: Change,
  { engine, sandbox, current, signal }: Omit<PlanOptions, 'task'>,
): Promise<string | undefined> {
  const queries = requirements.access.flatMap(({ id, sql, transaction = [] }) =>
    [...(sql === undefined ? [] : [sql]), ...transaction].map((text) => ({
      id,
      sql: engine.grammar.parameters(text).sql,
    })),
  );
  if (queries.length === 0) return undefined;
  const trial = await sandbox.createDatabase({ from: current });
  try {
    const session = await engine.connect(trial.ownerUrl, { application: 'dbd draft' });
    try {
      await applyChange({ engine, session, change, direction: 'up', emit: () => undefined, signal });
    } finally {
      await session.close();
    }
    const described = await engine.describe.statements(
      trial.ownerUrl,
      queries.map(({ sql }) => sql),
    );
    return described.flatMap((one, at) =>
      'refused' in one ? [`access.${queries[at]!.id}: ${one.refused}`] : [],
    )[0];
  } finally {
    await sandbox.dropDatabase(trial);
  }
}
