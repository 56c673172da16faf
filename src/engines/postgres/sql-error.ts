import pg from 'pg';
import { DbdError, SqlError, type ServerFields } from '../../base/error.ts';
import type { Code } from '../../base/codes.ts';
import { withoutPassword } from './url.ts';

/** Turns what the driver threw for a statement into `SqlError`, or `connect.lost` when the connection is gone. */
export function statementError(error: unknown, statement: string, url: string): DbdError {
  if (error instanceof DbdError) return error;
  if (error instanceof pg.DatabaseError && error.code !== undefined && !endsConnection(error.code)) {
    const code = codeOf(error.code);
    return new SqlError(code, error.message, statement, fieldsOf(error), {
      ...hintOf(code, error),
      cause: error,
    });
  }
  const said = error instanceof Error ? error.message : String(error);
  return new DbdError('connect.lost', `The connection to ${withoutPassword(url)} ended: ${said}.`, {
    hint: 'Look into the server log; if the server is up again, run the command again.',
    cause: error,
  });
}

/** Turns what the driver threw while connecting into `connect.*`; the password is never part of it. */
export function connectError(error: unknown, url: string): DbdError {
  if (error instanceof DbdError) return error;
  const where = withoutPassword(url);
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? '';
    if (code.startsWith('28') || code === '3D000' || code === '42501') {
      return new DbdError('connect.denied', `${where} did not let us in: ${error.message}.`, {
        hint:
          code === '3D000'
            ? 'Check the name of the database after the last slash of the URL.'
            : 'Check user and password of the URL, and pg_hba.conf of the server.',
        cause: error,
        details: { sqlstate: code },
      });
    }
    return new DbdError('connect.refused', `${where} does not take connections now: ${error.message}.`, {
      hint:
        code === '53300'
          ? 'All connections of the server are in use; close some or raise max_connections.'
          : 'Wait until the server is up and run the command again.',
      cause: error,
      details: { sqlstate: code },
    });
  }
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined, message: String(error) };
  if (/password must be a string|no password/i.test(message)) {
    return new DbdError('connect.denied', `${where} asks for a password, and the URL has none.`, {
      hint: 'Put it into the URL or into PGPASSWORD.',
    });
  }
  const reason =
    code === 'ENOENT'
      ? 'no server listens there'
      : code === 'ECONNREFUSED'
        ? 'connection refused'
        : code === 'ENOTFOUND'
          ? 'the host is unknown'
          : message || code || 'no answer';
  return new DbdError('connect.refused', `No server answers at ${where}: ${reason}.`, {
    hint: 'Check host and port of the URL and that the server is running.',
    cause: error,
  });
}

/** SQLSTATEs after which the server closes the connection: administrator shutdown, crash of another session, dropped database. */
function endsConnection(sqlstate: string): boolean {
  return sqlstate.startsWith('08') || ['57P01', '57P02', '57P03', '57P04'].includes(sqlstate);
}

function codeOf(sqlstate: string): Code {
  return ['57014', '25P04'].includes(sqlstate)
    ? 'sql.timeout'
    : sqlstate === '42501'
      ? 'sql.refused'
      : 'sql.failed';
}

function hintOf(code: Code, error: pg.DatabaseError): { readonly hint?: string } {
  if (error.hint) return { hint: error.hint };
  if (code === 'sql.refused')
    return { hint: 'Foreign SQL runs as an unprivileged owner; leave out what only a superuser may do.' };
  return {};
}

function fieldsOf(error: pg.DatabaseError): ServerFields {
  const position = Number(error.position);
  return {
    sqlstate: error.code ?? '',
    ...(position > 0 ? { position } : {}),
    ...(error.detail ? { detail: error.detail } : {}),
    ...(error.hint ? { serverHint: error.hint } : {}),
    ...(error.schema ? { schema: error.schema } : {}),
    ...(error.table ? { table: error.table } : {}),
    ...(error.column ? { column: error.column } : {}),
    ...(error.constraint ? { constraint: error.constraint } : {}),
  };
}
