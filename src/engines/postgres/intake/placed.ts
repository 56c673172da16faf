import { DbdError, SqlError } from '../../../base/error.ts';
import { statementError } from '../sql-error.ts';
import { firstWord, lineAt } from './pieces.ts';

/** A text that is run: how messages call it, what it is, and where it is run. */
export interface Placed {
  readonly place: string;
  readonly text: string;
  readonly url: string;
  /** Extensions that could not be installed. */
  readonly missing: readonly string[];
}

/** A statement took longer than it may. */
export class Late extends Error {}

/** What went wrong, with place and line. */
export function failed(script: Placed, error: unknown, sql: string, offset: number): Error {
  const line = lineAt(script.text, offset + firstWord(sql));
  if (error instanceof Late)
    return new SqlError(
      'sql.timeout',
      `${script.place}, line ${line}: the statement ran longer than its limit.`,
      sql,
      { sqlstate: '57014' },
    );
  const known =
    error instanceof SqlError || error instanceof DbdError ? error : statementError(error, sql, script.url);
  if (known instanceof SqlError) return placed(script, known, sql, offset);
  return new DbdError(known.code, `${script.place}, line ${line}: ${known.message}`, {
    ...(known.hint ? { hint: known.hint } : {}),
    cause: known,
  });
}

/** An error of the server, with place and line. */
export function placed(script: Placed, error: SqlError, sql: string, offset: number): SqlError {
  const { position } = error.fields;
  const line = lineAt(script.text, offset + (position ? position - 1 : firstWord(sql)));
  const hint =
    script.missing.length > 0
      ? `The sandbox has no extension ${script.missing.join(', ')}; ${error.hint ?? 'the statement may need it.'}`
      : error.hint;
  const shown = excerpt(error.statement, position);
  return new SqlError(
    error.code,
    `${script.place}, line ${line}: ${error.message}`,
    shown.text,
    { ...error.fields, ...(shown.position ? { position: shown.position } : {}) },
    { ...(hint ? { hint } : {}), cause: error },
  );
}

/** A text too long to show becomes the lines around the position the server points at. */
function excerpt(
  text: string,
  position: number | undefined,
): { readonly text: string; readonly position?: number } {
  if (text.length <= 2000 || !position)
    return { text: text.slice(0, 2000), ...(position ? { position } : {}) };
  const from = text.lastIndexOf('\n', Math.max(0, position - 400)) + 1;
  return { text: text.slice(from, from + 1200), position: position - from };
}
