/** A file of plain SQL as a change of one phase. */
import { fail } from '../base/error.ts';
import type { Change, Step } from '../change/model.ts';
import type { Engine, Statement } from '../engine/model.ts';

/** Longest wait for a lock that a plain file asks for, milliseconds; a target's budget may be lower. */
const lockTimeoutMs = 2000;

/**
 * The statements of a file: all in one transaction, or in those that the file itself begins and commits; what the server refuses in
 * transactions stands alone. Throws `runner.files` for a file that rolls back or leaves a transaction open, and `sql.refused`.
 */
export function plainChange(engine: Engine, id: string, sql: string): Change {
  let transaction = 1;
  let own = false;
  const steps: Step[] = [];
  for (const statement of engine.grammar.split(sql)) {
    const why = engine.grammar.refusal(statement);
    if (why !== undefined) fail('sql.refused', why);
    const word = boundaryOf(engine, statement);
    if (word === 'begin') {
      if (own) fail('runner.files', 'A second transaction begins before the first is committed.');
      own = true;
      transaction += 1;
    } else if (word === 'commit') {
      own = false;
      transaction += 1;
    } else if (word === 'rollback')
      fail('runner.files', 'The file rolls its own transaction back, so nothing of it would stay.');
    else {
      const outside = engine.grammar.outsideTransaction(statement);
      if (outside && own)
        fail('runner.files', 'A statement that runs outside transactions stands between BEGIN and COMMIT.', {
          hint: 'Take it out of the transaction.',
        });
      if (outside) transaction += 1;
      steps.push({
        id: `s${steps.length + 1}`,
        sql: statement.sql.trim(),
        transaction: outside ? 'none' : transaction,
        claims: [],
        reason: '',
        lockTimeoutMs,
      });
      if (outside) transaction += 1;
    }
  }
  if (own) fail('runner.files', 'The file begins a transaction that it does not commit.');
  return { id, title: id, phases: [{ name: 'expand', number: 1, steps }], questions: [] };
}

function boundaryOf(engine: Engine, statement: Statement): 'begin' | 'commit' | 'rollback' | undefined {
  const words = engine.grammar
    .scan(statement.sql)
    .filter(({ kind }) => kind === 'word')
    .map(({ text }) => text.toLowerCase());
  if (statement.kind !== 'TransactionStmt') return undefined;
  if (words[0] === 'begin' || words[0] === 'start') return 'begin';
  if (words[0] === 'commit' || words[0] === 'end') return words[1] === 'prepared' ? 'rollback' : 'commit';
  if (words[0] === 'savepoint' || words[0] === 'release' || words.includes('to')) return undefined;
  return 'rollback';
}
