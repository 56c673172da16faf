/** A foreign statement from the first connection to the last row: who reads, what it would call, its rows, and nothing left behind. */
import { setTimeout as pause } from 'node:timers/promises';
import { fail } from '../../../base/error.ts';
import type {
  Judged,
  JudgedColumn,
  ReadAnswer,
  ReadCaps,
  Reader,
  Reading,
  ReadRequest,
  Session,
} from '../../../engine/model.ts';
import { connect, driverOf } from '../connect.ts';
import { statementError } from '../sql-error.ts';
import { judgedInside, refusedBefore } from './judge.ts';
import { reader } from './role.ts';
import { draw, jsonValue, type Drawn, type DrawnColumn } from './wire.ts';

/** Milliseconds beyond the statement's own that everything together may take, and that a server gets to end what was cancelled. */
const beside = 5_000;
const ending = 1_000;
const lockMs = 1_000;

/**
 * Reads rows; throws `connect.*`, `sql.timeout`, `sql.failed` for what the server says while it runs, and `interrupted`. Nothing is left
 * behind: the connection is this call's own, its transaction is rolled back and its session's state discarded.
 */
export const read: Reading['read'] = async (url, request) => {
  const started = performance.now();
  const { signal, caps } = request;
  signal?.throwIfAborted();
  const session = await open(url, caps.timeMs);
  const over = new AbortController();
  const stop = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  const clock = globalThis.setTimeout(() => over.abort(), 2 * caps.timeMs + beside);
  const end = (): void => void endNow(session);
  stop.addEventListener('abort', end, { once: true });
  try {
    const found = await reader(session);
    if (found.refusals.length > 0) return refusedRole(found);
    const early = await refusedBefore(session, request.sql);
    if (early) return { allowed: false, refusals: [early], reader: found };
    const { judged, drawn } = await inTransaction(session, request, (secure) =>
      judgedRows(session, request, secure),
    );
    if (!judged.allowed) return { ...judged, reader: found };
    const again = drawn!.broken ? await judgeApart(url, request) : drawn!.again!;
    if (!same(judged, again)) return { ...changed, reader: found };
    return {
      allowed: true,
      columns: judged.columns.map(({ name, masked }, at) => ({
        name: drawn!.columns[at]?.name ?? name,
        masked,
      })),
      rows: drawn!.rows,
      ...(drawn!.cut === undefined ? {} : { cut: drawn!.cut }),
      reader: found,
      ms: performance.now() - started,
    };
  } catch (error) {
    if (signal?.aborted)
      fail('interrupted', 'Reading was stopped; the statement was cancelled.', { cause: error });
    if (over.signal.aborted)
      fail('sql.timeout', 'Reading took longer than its limit and was ended.', { cause: error });
    throw error;
  } finally {
    clearTimeout(clock);
    stop.removeEventListener('abort', end);
    await leave(session);
  }
};

interface Rows extends Drawn {
  /** What is judged once more when the rows are there. */
  readonly again?: Judged;
}

/**
 * The statement's relations and views stay locked from the judgement to the end of the transaction, so that none of them is replaced in
 * between. Functions have no such lock: rows are given only when a second judgement says the same.
 */
async function judgedRows(
  session: Session,
  request: ReadRequest,
  secure: () => Promise<void>,
): Promise<{ readonly judged: Judged; readonly drawn?: Rows }> {
  const judged = await judgedInside(session, request.sql, request);
  if (!judged.allowed) return { judged };
  // What resolving a statement switched on and stretched is as before while it runs.
  await secure();
  const drawn = await rowsOf(session, request, judged.columns);
  if (drawn.broken) return { judged, drawn };
  return { judged, drawn: { ...drawn, again: await judgedInside(session, request.sql, request) } };
}

async function rowsOf(
  session: Session,
  { sql, values = [], caps }: ReadRequest,
  columns: readonly JudgedColumn[],
): Promise<Drawn> {
  try {
    const drawn = await draw(session, {
      sql,
      values: values.map(textOf),
      rows: caps.rows,
      bytes: caps.bytes,
      shown: (value, column) =>
        // A column that was not judged is hidden.
        columns[column.position]?.masked === false
          ? jsonValue(value, column.oid)
          : value === null
            ? null
            : maskOf(column),
    });
    // A connection that broke in its first row may have described its columns only in part.
    if (drawn.columns.length !== columns.length && !(drawn.broken && drawn.rows.length === 0))
      fail('internal.bug', 'The columns that came are not those that were judged; no row is given.');
    return drawn;
  } catch (error) {
    throw statementError(error, sql, '');
  }
}

async function inTransaction<T>(
  session: Session,
  { caps }: ReadRequest,
  work: (secure: () => Promise<void>) => Promise<T>,
): Promise<T> {
  await session.query('BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY');
  try {
    // After a first statement a transaction cannot be made one that writes.
    const path = (await session.query<{ path: string }>(PATH)).rows[0]!.path;
    const secure = (): Promise<void> =>
      set(session, { ...settings, ...limits(session, caps), search_path: path });
    await secure();
    return await work(secure);
  } finally {
    await session.query('ROLLBACK').catch(() => undefined);
  }
}

/** The same judgement on a connection of its own, where the first one was given up. */
async function judgeApart(url: string, request: ReadRequest): Promise<Judged> {
  const session = await open(url, request.caps.timeMs);
  try {
    return await inTransaction(session, request, () => judgedInside(session, request.sql, request));
  } finally {
    await leave(session);
  }
}

function open(url: string, timeMs: number): Promise<Session> {
  return connect(url, {
    application: 'dbd query',
    names: 'database',
    readOnly: true,
    statementTimeoutMs: timeMs,
    lockTimeoutMs: Math.min(lockMs, timeMs),
  });
}

/** Where names are looked up: the server's own first, then what the role's path leads to, temporary objects last. */
const PATH = `
SELECT 'pg_catalog' || coalesce((
  SELECT pg_catalog.string_agg(', ' || pg_catalog.quote_ident(s.name), '' ORDER BY s.at)
  FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS s (name, at)
  WHERE s.name OPERATOR(pg_catalog.<>) 'pg_catalog'), '') || ', pg_temp' AS path`;

/** Texts are read as the grammar reads them, and values written so that they say the same everywhere. */
const settings: Readonly<Record<string, string>> = {
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
  row_security: 'on',
  client_min_messages: 'error',
  debug_print_parse: 'off',
  debug_print_rewritten: 'off',
  debug_print_plan: 'off',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
};

function limits({ serverVersion }: Session, { timeMs }: ReadCaps): Readonly<Record<string, string>> {
  return {
    statement_timeout: String(Math.ceil(timeMs)),
    lock_timeout: String(Math.ceil(Math.min(lockMs, timeMs))),
    idle_in_transaction_session_timeout: String(Math.ceil(timeMs + beside)),
    ...(serverVersion >= 170_000 ? { transaction_timeout: String(Math.ceil(2 * timeMs + beside)) } : {}),
  };
}

/** Settings of this transaction alone. */
async function set(session: Session, values: Readonly<Record<string, string>>): Promise<void> {
  const all = Object.entries(values);
  const list = all.map((_, at) => `pg_catalog.set_config($${2 * at + 1}, $${2 * at + 2}, true)`);
  await session.query(`SELECT ${list.join(', ')}`, all.flat());
}

/** Cancels what runs, and gives the connection up when that does not help. */
async function endNow(session: Session): Promise<void> {
  await session.cancel();
  await pause(ending, undefined, { ref: false });
  destroy(session);
}

function destroy(session: Session): void {
  (
    driverOf(session) as unknown as { connection: { stream: { destroy(): void } } }
  ).connection.stream.destroy();
}

/** Leaves nothing: no advisory lock, no listening, no temporary object; a server that does not answer loses the connection. */
async function leave(session: Session): Promise<void> {
  const timer = globalThis.setTimeout(() => destroy(session), ending);
  await session.query('DISCARD ALL').catch(() => undefined);
  await session.close();
  clearTimeout(timer);
}

function refusedRole(found: Reader): ReadAnswer {
  return {
    allowed: false,
    refusals: found.refusals.map((because) => ({ what: `role ${found.role}`, because })),
    reader: found,
  };
}

const changed = {
  allowed: false,
  refusals: [
    {
      what: 'statement',
      because: 'What it calls was changed while it ran, so its rows are not shown. Ask again.',
    },
  ],
} as const;

function same(first: Judged, second: Judged): boolean {
  return JSON.stringify(first) === JSON.stringify(second);
}

/** Kinds of values by the type's oid, so that a masked value still says what it is. */
const kinds: Readonly<Record<string, readonly number[]>> = {
  boolean: [16],
  number: [20, 21, 23, 700, 701, 1700],
  date: [1082],
  time: [1083, 1114, 1184, 1266],
  text: [18, 19, 25, 1042, 1043],
  JSON: [114, 3802],
  UUID: [2950],
  bytes: [17],
};

function maskOf({ oid }: DrawnColumn): string {
  const kind = Object.entries(kinds).find(([, oids]) => oids.includes(oid))?.[0] ?? 'value';
  return `[masked ${kind}]`;
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}
