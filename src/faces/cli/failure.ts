import { codes, exitCodes } from '../../base/codes.ts';
import { DbdError, SqlError } from '../../base/error.ts';
import { hideSecrets } from '../../base/secret.ts';
import { clean } from '../../render/clean.ts';
import { errorEnvelope } from '../../render/json.ts';
import { style } from '../../render/terminal/style.ts';
import type { Look } from './host.ts';

/** An error as the face shows it, on stdout for `--json`, else on stderr. */
export interface Failure {
  readonly exit: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  /** The server's own words and the statement with its position marked. */
  readonly detail: string;
  readonly stack: string;
}

/** Sorts what was thrown: ours keeps its code, everything else is a bug of ours. */
export function failureOf(error: unknown): Failure {
  const stack = hideSecrets(stackOf(error));
  if (!(error instanceof DbdError)) {
    const text = error instanceof Error ? error.message || error.name : String(error);
    return {
      exit: exitCodes.bug,
      code: 'internal.bug',
      message: hideSecrets(`dbd met an error it did not expect: ${text}`),
      hint: 'Please report the command and this text; `--debug` shows where it happened.',
      detail: '',
      stack,
    };
  }
  return {
    exit: exitCodes[codes[error.code].exit],
    code: error.code,
    message: hideSecrets(error.message),
    hint: error.hint === undefined ? undefined : hideSecrets(error.hint),
    detail: error instanceof SqlError ? hideSecrets(serverWords(error)) : '',
    stack,
  };
}

/** The lines for a person, most important last line first: what failed, the server's words, what to type next. */
export function renderFailure(failure: Failure, look: Look, debug: boolean): string {
  const paint = style(look);
  const lines = [
    `${paint.bad(paint.glyph.no)} ${paint.strong(clean(failure.message))} ${paint.faint(`[${failure.code}]`)}`,
  ];
  if (failure.detail)
    lines.push(
      ...clean(failure.detail)
        .split('\n')
        .map((line) => `  ${paint.faint(paint.glyph.bar)} ${line}`),
    );
  if (debug) lines.push(paint.faint(clean(failure.stack)));
  if (failure.hint) lines.push(`  ${paint.accent(paint.glyph.arrow)} ${clean(failure.hint)}`);
  lines.push(paint.faint(`  dbd help ${failure.code} explains this.`));
  return `${lines.join('\n')}\n`;
}

/** The object that `--json` prints. */
export function failureJson(command: string, failure: Failure): string {
  return `${JSON.stringify(errorEnvelope(command, failure), null, 2)}\n`;
}

function serverWords(error: SqlError): string {
  const { detail, serverHint, sqlstate } = error.fields;
  return [
    error.marked,
    detail ? `Detail: ${detail}` : '',
    serverHint ? `Hint: ${serverHint}` : '',
    sqlstate ? `SQLSTATE ${sqlstate}` : '',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
