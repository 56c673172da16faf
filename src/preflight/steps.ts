import { changeFiles, readChange } from '../change/files.ts';
import type { Change, ChangeFile } from '../change/model.ts';
import { DbdError } from '../base/error.ts';
import type { Batch, Engine } from '../engine/model.ts';
import type { PlannedStep } from './model.ts';

/** Steps of a change: its own where the files are as they were written, else each statement of the files. Throws `SqlError` of what is no SQL. */
export function stepsOf(
  files: readonly ChangeFile[],
  { grammar, quote }: Pick<Engine, 'grammar' | 'quote'>,
): readonly PlannedStep[] {
  const change = written(files);
  if (change)
    return change.phases.flatMap((phase) =>
      phase.steps.map(({ id, sql, probe, batch, lockTimeoutMs }) => ({
        id,
        origin: `${phase.number} ${phase.name}`,
        sql,
        lockTimeoutMs,
        ...(probe === undefined ? {} : { probe }),
        ...(batch && batch.statement === undefined ? { work: workOf(batch, quote) } : {}),
      })),
    );
  const up = files.filter(({ path }) => !/(?:^|\/)down\//.test(path));
  let number = 0;
  return up.flatMap(({ path, sql }) =>
    grammar.split(sql).map((statement) => ({
      id: String((number += 1)),
      origin: path,
      sql: statement.sql.trim(),
      lockTimeoutMs: 0,
    })),
  );
}

/** All batches of a backfill as one statement. */
function workOf({ table, set, where }: Batch, quote: Engine['quote']): string {
  return `UPDATE ${quote.full(table)} SET ${set}${where === '' ? '' : ` WHERE ${where}`}`;
}

/** The change of a folder of ours; undefined when somebody edited its files, since then only their text counts. */
function written(files: readonly ChangeFile[]): Change | undefined {
  const [first] = files.filter(({ path }) => /(?:^|\/)up\//.test(path));
  if (!first?.sql.startsWith('-- dbd: change ')) return undefined;
  try {
    const change = readChange(files);
    const again = new Map(changeFiles(change).map(({ path, sql }) => [path, sql]));
    return files.every(({ path, sql }) => again.get(path) === sql) ? change : undefined;
  } catch (error) {
    if (error instanceof DbdError) return undefined;
    throw error;
  }
}
