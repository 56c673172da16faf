/** Statements as a server counts and logs them, made ready to run again. */

import type { Catalog } from '../../catalog/model.ts';

/** How an engine reads captured statements; the functions over texts need `grammar.ready()`. */
export interface CapturedSql {
  /** Makes a counted text one that can be prepared, or tells why it never can be. */
  runnable(sql: string): Runnable | { readonly reason: string };
  /** Writes the schema before each table that is named without one and is not in the default schema, as a search path finds it. */
  qualified(sql: string, path: readonly string[], catalog: Catalog): string;
  /** Whether a name, as a statement writes it, is one of the server's own relations. */
  isSystem(table: string): boolean;
  /** Schemas of a setting's text: `"$user", public`. */
  pathOf(setting: string, role: string | undefined): readonly string[];
  /** Where each parameter of a runnable text stands, from `$1` on. */
  places(sql: string): readonly ParameterPlace[];
  /** Puts the moment in the place of the clock's functions; types, volatility and cost stay as far as they can. */
  freeze(sql: string, moment: Moment): FrozenSql;
  /** A parameter's text with `now`, `today` … replaced where its type reads them so; others come back as they are. */
  freezeValue(value: string, type: string, moment: Moment): string;
  /** The text with `$n` in the place of its constants, numbered after those it has; undefined where it does not parse. */
  normalized(sql: string): string | undefined;
  /** Equal for texts that differ in constants, parameters, blanks, comments and case only. */
  key(sql: string): string;
  /** Equal for texts with the same parse tree but for constants; undefined where the text does not parse. */
  fingerprint(sql: string): string | undefined;
  /** Statements of a text that a client sent at once. */
  pieces(sql: string): readonly string[];
  /** Values of `$1`, `$2` … of a counted text in one logged call of it; undefined where the texts do not fit each other. */
  valuesOf(counted: string, logged: LoggedCall): readonly (string | null)[] | undefined;
  /** Calls in a server's log, in order, read as a stream; throws `file.missing` and `file.unreadable`. */
  readLog(path: string, options: LogOptions): AsyncIterable<LoggedCall | LogFault>;
}

export interface Runnable {
  readonly sql: string;
  /** Number of the counted text's parameter that each parameter is, from 1. */
  readonly takes: readonly number[];
  /** Numbers (of the runnable text) of parameters that became arrays: the server had folded a list into one. */
  readonly lists: readonly number[];
  /** Unit that a bare number of a parameter means: `interval '7' day`. */
  readonly units: Readonly<Record<number, string>>;
}

/** What a parameter meets. */
export interface ParameterPlace {
  readonly kind: 'column' | 'limit' | 'offset' | 'other';
  /** Tables as the text writes them, one of which has the column; the first when several have. */
  readonly tables?: readonly string[];
  /** Name of the column, or its position from 1 in an INSERT without names. */
  readonly column?: string | number;
  readonly operator?: 'equal' | 'in' | 'range' | 'like' | 'contains' | 'other' | 'set';
  /** Lower or upper end of a range. */
  readonly end?: 'lower' | 'upper';
}

/** A time that stands still. */
export interface Moment {
  /** ISO time. */
  readonly at: string;
  /** Name of the time zone in which days begin. */
  readonly zone: string;
}

export interface FrozenSql {
  readonly sql: string;
  /** Functions that were replaced, as written. */
  readonly replaced: readonly string[];
  /** Functions that follow the clock and were left, with the reason. */
  readonly left: readonly string[];
}

export interface LogOptions {
  /** Encoding of the database, as the server names it: `UTF8`, `LATIN1`. */
  readonly encoding: string;
  readonly signal: AbortSignal;
}

/** One call that a server wrote into its log. */
export interface LoggedCall {
  readonly kind: 'call';
  readonly sql: string;
  /** Values of `$1`, `$2` … that were sent beside the text. */
  readonly parameters: readonly (string | null)[];
  readonly ms?: number;
  /** Ids of the statement's counter that the line may name. */
  readonly ids: readonly string[];
  readonly database?: string;
}

/** An entry that holds a statement and could not be used. */
export interface LogFault {
  readonly kind: 'fault';
  readonly why: 'cut' | 'too long' | 'values cut';
}
