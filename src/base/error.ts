import { codes, exitCodes, type Code } from './codes.ts';

/** What may be told beside the message of an error. */
export interface ErrorDetails {
  /** The next thing to type or do. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Facts that are safe to show; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** "We could not": one sentence naming the object, a code from the table, and a hint. */
export class DbdError extends Error {
  readonly code: Code;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, more: ErrorDetails = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'DbdError';
    this.code = code;
    this.hint = more.hint;
    this.details = more.details ?? {};
  }

  /** Exit code of the process when this error ends the command. */
  get exit(): number {
    return exitCodes[codes[this.code].exit];
  }
}

/** What a server said about a statement it rejected. */
export interface ServerFields {
  readonly sqlstate: string;
  readonly position?: number;
  readonly detail?: string;
  readonly serverHint?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

/** A statement the server rejected, with the server's own fields and the statement's text. */
export class SqlError extends DbdError {
  readonly fields: ServerFields;
  readonly statement: string;

  constructor(code: Code, message: string, statement: string, fields: ServerFields, more: ErrorDetails = {}) {
    super(code, message, more);
    this.name = 'SqlError';
    this.fields = fields;
    this.statement = statement;
  }

  /** The line of the statement the server points at, with a caret below the position; empty when it gave none. */
  get marked(): string {
    const { position } = this.fields;
    if (!position) return '';
    const before = this.statement.slice(0, position - 1);
    const lineStart = before.lastIndexOf('\n') + 1;
    const lineEnd = this.statement.indexOf('\n', lineStart);
    const line = this.statement.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
    return `${line}\n${' '.repeat(Math.max(0, position - 1 - lineStart))}^`;
  }
}

/** Throws a {@link DbdError}; the only way below the faces to say that something could not be done. */
export function fail(code: Code, message: string, more?: ErrorDetails): never {
  throw new DbdError(code, message, more);
}
