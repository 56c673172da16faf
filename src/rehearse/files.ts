/** Runs SQL files as psql does with ON_ERROR_STOP: each statement by itself unless the file opens a transaction. */
import type { StatementRun } from '../apply/model.ts';
import { observed, observedOutside, type Observed, type StatementFacts } from '../apply/observe.ts';
import { fail, SqlError } from '../base/error.ts';
import type { Statement } from '../engine/model.ts';
import type { Doing } from './doing.ts';

export interface SqlFile {
  readonly path: string;
  readonly sql: string;
}

/** `invalid_transaction_termination`: a procedure or DO block that commits by itself. */
const commitsItself = '2D000';

/** Runs the files in order; throws `SqlError` of the first statement that is refused or fails, its message led by the file's path. */
export async function runFiles(doing: Doing, files: readonly SqlFile[]): Promise<void> {
  await doing.engine.grammar.ready();
  let transaction = 0;
  for (const file of files) {
    let open = false;
    let buffered: StatementRun[] = [];
    const flush = (): void => {
      for (const run of buffered) doing.onStatement(run);
      buffered = [];
    };
    try {
      for (const statement of splitFile(doing, file)) {
        // A cancel that met no running statement must still end the file.
        if (doing.signal.aborted) fail('interrupted', `${file.path} was stopped between two statements.`);
        const word = transactionWord(statement);
        if (word === 'begin') {
          transaction += open ? 0 : 1;
          open = true;
        } else if (!open) transaction += 1;
        const outside = !open && doing.engine.grammar.outsideTransaction(statement);
        const facts: StatementFacts = {
          sql: statement.sql,
          origin: file.path,
          session: 1,
          attempts: 1,
          sampled: outside,
          ...(outside ? {} : { transaction }),
        };
        if (word !== undefined) await doing.session.run(statement.sql);
        else {
          const { run, error } =
            open || outside ? await plain(doing, facts, outside) : await alone(doing, facts);
          buffered.push(run);
          if (error !== undefined) throw error;
        }
        if (word === 'end') open = false;
        if (!open) flush();
      }
      // psql leaves a transaction that the file never ended to be rolled back.
      if (open) await doing.session.run('ROLLBACK');
    } catch (error) {
      if (open) await doing.session.run('ROLLBACK').catch(() => undefined);
      throw placed(error, file);
    } finally {
      flush();
    }
    await doing.afterPhase(file.path);
  }
}

// Comments before a statement belong to the file, not to what is shown as the statement.
const leadingComments = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/;

function splitFile({ engine }: Doing, file: SqlFile): readonly Statement[] {
  const statements = engine.grammar
    .split(file.sql)
    .map((statement) => ({ ...statement, sql: statement.sql.replace(leadingComments, '') }));
  for (const statement of statements) {
    const reason = engine.grammar.refusal(statement);
    if (reason === undefined) continue;
    throw new SqlError('sql.refused', reason, statement.sql, { sqlstate: '42501' });
  }
  return statements;
}

function plain(doing: Doing, facts: StatementFacts, outside: boolean): Promise<Observed> {
  const work = (): Promise<{ readonly count: number }> => doing.session.query(facts.sql);
  return (outside ? observedOutside : observed)(doing.session, doing.watcher, doing.since, facts, work);
}

/** A statement of its own transaction: ours stands around it while it is watched, so that its locks can be read before the commit. */
async function alone(doing: Doing, facts: StatementFacts): Promise<Observed> {
  const { session, watcher } = doing;
  if (!watcher) return plain(doing, facts, false);
  const mark = await watcher.before(session.pid);
  await session.run('BEGIN');
  const seen = await plain(doing, facts, false);
  if (seen.error instanceof SqlError && seen.error.fields.sqlstate === commitsItself) {
    await session.run('ROLLBACK');
    return plain(doing, { ...facts, sampled: true }, true);
  }
  try {
    // A deferred constraint fails here.
    await session.run(seen.error === undefined ? 'COMMIT' : 'ROLLBACK');
  } catch (error) {
    return {
      run: {
        ...seen.run,
        error: {
          message: error instanceof Error ? error.message : String(error),
          sqlstate: error instanceof SqlError ? error.fields.sqlstate : '',
          ...(error instanceof SqlError && error.fields.detail ? { detail: error.fields.detail } : {}),
        },
      },
      error,
    };
  }
  const late = (await watcher.rewritten(mark)).filter((table) => !seen.run.rewrites.includes(table));
  return late.length === 0
    ? seen
    : { ...seen, run: { ...seen.run, rewrites: [...seen.run.rewrites, ...late] } };
}

/** Whether a statement opens or ends a transaction; savepoints do neither. */
function transactionWord(statement: Statement): 'begin' | 'end' | undefined {
  if (statement.kind !== 'TransactionStmt') return undefined;
  const text = statement.sql
    .replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .trim()
    .toLowerCase();
  if (/^(begin|start)\b/.test(text)) return 'begin';
  if (/^rollback(\s+(work|transaction))?\s+to\b/.test(text) || /\band\s+chain\b/.test(text)) return undefined;
  return /^(commit|end|abort|rollback|prepare)\b/.test(text) ? 'end' : undefined;
}

function placed(error: unknown, file: SqlFile): unknown {
  if (!(error instanceof SqlError)) return error;
  return new SqlError(error.code, `${file.path}: ${error.message}`, error.statement, error.fields, {
    cause: error,
    details: { origin: file.path },
    ...(error.hint ? { hint: error.hint } : {}),
  });
}
