/** Which executed statements depend on rows that only production has: generated rows say nothing about their success there. */
import type { Grammar, Statement } from '../../engine/model.ts';
import type { StatementRun } from '../../rehearse/model.ts';
import { filledScans, statementsOf, type RowsOf } from '../report/findings.ts';

/** A statement, and why its success depends on the rows that are there. */
export interface Dependent {
  readonly run: StatementRun;
  readonly why: string;
}

/** Statements that read, check, convert or write rows of tables that `rowsOf` gives any; seen by what they did, and by their text where the server tells nothing. */
export function rowDependent(
  statements: readonly StatementRun[],
  rowsOf: RowsOf,
  grammar: Grammar,
): readonly Dependent[] {
  return statements.flatMap((run): readonly Dependent[] => {
    if (run.error) return [];
    const [statement] = statementsOf(run.sql, grammar);
    const why = statement ? reasonOf(run, statement, rowsOf, grammar) : undefined;
    return why === undefined ? [] : [{ run, why }];
  });
}

const rowKinds: Readonly<Record<string, string>> = {
  UpdateStmt: 'it computes new values from your rows',
  InsertStmt: 'it copies what your rows hold',
  DeleteStmt: 'whether rows may go depends on what refers to them',
  MergeStmt: 'it computes new values from your rows',
  CallStmt: 'what the procedure does with your rows is not known',
  CreateTableAsStmt: 'it computes values from your rows',
};

function reasonOf(
  run: StatementRun,
  statement: Statement,
  rowsOf: RowsOf,
  grammar: Grammar,
): string | undefined {
  const text = statement.sql.replaceAll(/--[^\n]*\n/g, ' ');
  const touched = grammar
    .touches(statement)
    .some((name) => rowsOf(`${name.schema || 'public'}.${name.name}`, run) > 0);
  const held = run.locks.filter((lock) => rowsOf(lock.relation, run) > 0);
  // A block that locked no filled table read none of its rows; one that commits let its locks go.
  if (statement.kind === 'DoStmt')
    return held.length > 0 || /\bCOMMIT\b/i.test(text)
      ? 'what the block does with your rows is not known'
      : undefined;
  if (statement.kind === 'AlterDomainStmt' && /\b(ADD|VALIDATE|SET\s+NOT\s+NULL)\b/i.test(text))
    return 'every value of the domain is checked';
  if (statement.kind === 'IndexStmt')
    return touched && /^\s*CREATE\s+UNIQUE\b/i.test(text) ? 'your rows may hold duplicates' : undefined;
  // Rows that are written out go into a new table whatever else the transaction holds.
  if (statement.kind === 'InsertStmt' && !touched && !/\bSELECT\b/i.test(withoutTexts(text)))
    return undefined;
  const rowKind = rowKinds[statement.kind];
  if (rowKind !== undefined) return touched || held.length > 0 ? rowKind : undefined;
  if (statement.kind === 'SelectStmt')
    return held.some((lock) => lock.mode !== 'ACCESS SHARE')
      ? 'what the function does with your rows is not known'
      : undefined;
  if (run.rewrites.some((name) => rowsOf(name, run) > 0)) return 'every row is written anew';
  if (filledScans(run, rowsOf, grammar).length > 0) return 'every row is checked';
  if (
    statement.kind === 'AlterTableStmt' &&
    /\bATTACH\s+PARTITION\b/i.test(text) &&
    (touched || held.length > 0)
  )
    return 'every row must belong to the partition';
  return undefined;
}

/** The statement without its quoted texts. */
function withoutTexts(sql: string): string {
  return sql.replaceAll(/\$(\w*)\$.*?\$\1\$|'(?:[^']|'')*'/gs, "''");
}
