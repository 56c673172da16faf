/** What the grammar can refuse about a task before any server starts. */
import { fail, SqlError } from '../base/error.ts';
import type { Engine } from '../engine/model.ts';
import type { Task } from '../task/model.ts';

/** Throws `sql.syntax` or `sql.refused` naming the claim whose SQL does not parse or reaches beyond the database; the grammar is ready. */
export function checkTaskSql(engine: Engine, task: Task): void {
  const { access, schema } = task.requirements;
  for (const { id, sql } of access) {
    if (sql === undefined) continue;
    const statements = about(id, () => checked(engine, engine.grammar.parameters(sql).sql));
    if (statements !== 1)
      fail('task.wrong-value', `\`access.${id}.sql\` must be one statement, not ${statements}.`, {
        hint: 'Give each statement an access pattern of its own.',
      });
  }
  for (const { id, transaction = [] } of access)
    for (const [at, sql] of transaction.entries()) {
      const { sql: text } = engine.grammar.parameters(sql);
      const statements = about(id, () => checked(engine, text));
      const ends = engine.grammar.split(text).some(({ kind }) => kind === 'TransactionStmt');
      if (statements !== 1 || ends)
        fail(
          'task.wrong-value',
          `\`access.${id}.transaction\` has ${ends ? 'a BEGIN or COMMIT' : `${statements} statements`} in place ${at + 1}.`,
          { hint: 'Give each statement a line of its own; the transaction is begun and ended around them.' },
        );
    }
  if (schema !== undefined) about('schema', () => checked(engine, schema));
}

function checked({ grammar }: Engine, sql: string): number {
  const statements = grammar.split(sql);
  for (const statement of statements) {
    const reason = grammar.refusal(statement);
    if (reason !== undefined)
      throw new SqlError(
        'sql.refused',
        reason,
        statement.sql,
        { sqlstate: '42501' },
        { hint: 'Remove the statement.' },
      );
  }
  return statements.length;
}

function about<T>(id: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new SqlError(error.code, `${id}: ${error.message}`, error.statement, error.fields, {
      cause: error,
      hint: error.hint ?? `Correct the SQL of ${id} in the task.`,
    });
  }
}
