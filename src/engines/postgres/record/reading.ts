/** What the proxy reads in a statement's text before it sends it on. */
import { isUtf8 } from 'node:buffer';
import type { Name } from '../../../catalog/model.ts';
import type { Grammar, Statement } from '../../../engine/model.ts';

/** A text as far as it could be read. */
export interface Reading {
  readonly sql: string;
  /** Undefined when the text does not parse; then it is passed on as it is. */
  readonly statements: readonly Statement[] | undefined;
  /** Why the server must not see it. */
  readonly refusal: string | undefined;
}

/** Longest text that is parsed; trees take many times its size. */
const maxParsed = 1 << 20;
const maxCached = 500;

/** Statements that touch no table and end or begin nothing that could be seen from outside. */
const quietKinds: ReadonlySet<string> = new Set([
  'TransactionStmt',
  'VariableSetStmt',
  'VariableShowStmt',
  'DeallocateStmt',
  'PrepareStmt',
  'ListenStmt',
  'UnlistenStmt',
  'NotifyStmt',
]);

/** Statements that change nothing for anybody else. */
const readingKinds: ReadonlySet<string> = new Set([
  ...quietKinds,
  'SelectStmt',
  'ExplainStmt',
  'FetchStmt',
  'DeclareCursorStmt',
]);

/** Statements that give a table new storage without telling the log. */
const silentRewriters: ReadonlySet<string> = new Set([
  'TruncateStmt',
  'ClusterStmt',
  'RefreshMatViewStmt',
  'VacuumStmt',
  'DoStmt',
  'CallStmt',
  'SelectStmt',
  'RepackStmt',
]);

/** Nothing to watch. */
export const quiet = (kind: string | undefined): boolean => kind !== undefined && quietKinds.has(kind);

/** May have changed structure or rows. */
export const writing = (kind: string | undefined): boolean => kind === undefined || !readingKinds.has(kind);

/** New storage shows only when its transaction has committed. */
export const rewritesSilently = (kind: string | undefined): boolean =>
  kind === undefined || silentRewriters.has(kind);

/** Parses texts, remembering the last few hundred. */
export class Reader {
  readonly #grammar: Grammar;
  readonly #cache = new Map<string, Reading>();

  constructor(grammar: Grammar) {
    this.#grammar = grammar;
  }

  /** `plain` is false when the session reads quotes or letters otherwise than the parser does. */
  read(bytes: Buffer, plain: boolean): Reading {
    const readable = isUtf8(bytes);
    const sql = bytes.toString(readable ? 'utf8' : 'latin1');
    if (!plain || !readable || bytes.length > maxParsed)
      return { sql, statements: undefined, refusal: undefined };
    const known = this.#cache.get(sql);
    if (known) return known;
    const reading = this.#parse(sql);
    if (this.#cache.size >= maxCached) this.#cache.clear();
    this.#cache.set(sql, reading);
    return reading;
  }

  outside(statements: readonly Statement[] | undefined): boolean {
    return statements?.some((statement) => this.#grammar.outsideTransaction(statement)) ?? false;
  }

  touches(statement: Statement): readonly Name[] {
    return this.#grammar.touches(statement);
  }

  #parse(sql: string): Reading {
    let statements: readonly Statement[];
    try {
      statements = this.#grammar.split(sql);
    } catch {
      // The server gives the client its own words about it.
      return { sql, statements: undefined, refusal: undefined };
    }
    const refusals = statements.flatMap((statement) => this.#grammar.refusal(statement) ?? []);
    return { sql, statements, refusal: refusals[0] };
  }
}

/** How a simple query is carried out. */
export type Way =
  /** As it came; `watched` when there is something to see, `sampled` when its transaction ends with it. */
  | { readonly kind: 'raw'; readonly watched: boolean; readonly sampled: boolean }
  /** Statement by statement in one implicit transaction, ended afterwards. */
  | { readonly kind: 'stepwise'; readonly statements: readonly Statement[] };

export interface Circumstances {
  /** It holds a statement that runs outside transactions only. */
  readonly outside: boolean;
  /** The session is idle (`I`), in a transaction (`T`) or in a failed one (`E`). */
  readonly status: string;
  /** The server makes an implicit transaction block of a pipeline. */
  readonly blocks: boolean;
}

/** Statements that ask whether they are in a transaction block. */
const needBlock: ReadonlySet<string> = new Set([
  'LockStmt',
  'VariableSetStmt',
  'DeclareCursorStmt',
  'DoStmt',
]);

/** Statements whose answers another protocol would word differently, or that end their transaction themselves. */
const onlySimple: ReadonlySet<string> = new Set(['FetchStmt', 'CallStmt']);

/** Chooses the way of a simple query. */
export function wayOf({ statements, sql }: Reading, { outside, status, blocks }: Circumstances): Way {
  if (status === 'E' || statements?.length === 0) return { kind: 'raw', watched: false, sampled: false };
  const inside = status === 'T';
  const raw: Way = { kind: 'raw', watched: true, sampled: !inside };
  if (!statements || outside) return raw;
  const has = (kinds: ReadonlySet<string>): boolean => statements.some(({ kind }) => kinds.has(kind));
  if (statements.length === 1) {
    if (quiet(statements[0]!.kind)) return { kind: 'raw', watched: false, sampled: false };
    if (inside) return raw;
  } else if (has(new Set(['CopyStmt'])) || (!inside && !blocks && has(needBlock))) return raw;
  if (has(onlySimple)) return raw;
  // A simple query has no parameters: $1 is an error there, which another way would word differently.
  const trees = /\$\d/.test(sql) ? JSON.stringify(statements.map(({ tree }) => tree)) : '';
  return trees.includes('"ParamRef"') ? raw : { kind: 'stepwise', statements };
}
