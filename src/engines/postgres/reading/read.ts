/** A foreign statement from the first connection to the last row: who reads, what it would call, its rows, and nothing left behind. */
import { fail } from '../../../base/error.ts';
import type { Judged, JudgedColumn, Reader, Reading, ReadRequest, Session } from '../../../engine/model.ts';
import { statementError } from '../sql-error.ts';
import { definitions } from './changes.ts';
import { judgedInside, refusedBefore } from './judge.ts';
import { reader } from './role.ts';
import { beside, endNow, inTransaction, leave, open } from './transaction.ts';
import { draw, jsonValue, type Drawn, type DrawnColumn } from './wire.ts';

/**
 * Reads rows; throws `connect.*`, `sql.timeout`, `sql.failed` for what the server says while it runs, and `interrupted`. Nothing is left
 * behind: the connection is this call's own, its transaction is rolled back and its session's state discarded.
 *
 * The relations and views of the statement stay locked from the judgement to the end, so that none of them is replaced in between. Functions,
 * operators and what they reach have no such lock: rows are given only when no definition has changed meanwhile.
 */
export const read: Reading['read'] = async (url, request) => {
  const started = performance.now();
  const { signal, caps } = request;
  if (signal?.aborted) fail('interrupted', 'Reading was stopped before it began.');
  const session = await open(url);
  const over = new AbortController();
  const stop = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  const clock = setTimeout(() => over.abort(), 2 * caps.timeMs + beside);
  const end = (): void => void endNow(session);
  stop.addEventListener('abort', end, { once: true });
  try {
    const { found, judged, drawn } = await inTransaction(session, caps, (secure) =>
      asReader(session, url, request, secure),
    );
    // A statement that was cancelled looks like one that the server refuses.
    stop.throwIfAborted();
    if (!judged.allowed) return { ...judged, reader: found };
    const after = drawn!.after ?? (await definitionsApart(url, request));
    if (after !== drawn!.before) return { ...changed, reader: found };
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

interface Asked {
  readonly found: Reader;
  readonly judged: Judged;
  readonly drawn?: Rows;
}

interface Rows extends Drawn {
  /** Definitions before the judgement, and after the last row unless the connection was given up. */
  readonly before: string;
  readonly after?: string;
}

async function asReader(
  session: Session,
  url: string,
  request: ReadRequest,
  secure: () => Promise<void>,
): Promise<Asked> {
  const found = await reader(session);
  if (found.refusals.length > 0) return { found, judged: refusedRole(found) };
  const early = await refusedBefore(session, request.sql);
  if (early) return { found, judged: { allowed: false, refusals: [early] } };
  const before = await definitions(session);
  const judged = await judgedInside(session, request.sql, request);
  if (!judged.allowed) return { found, judged };
  // What resolving a statement switched on and stretched is as before while it runs.
  await secure();
  const drawn = await rowsOf(session, url, request, judged.columns);
  return {
    found,
    judged,
    drawn: { ...drawn, before, ...(drawn.broken ? {} : { after: await definitions(session) }) },
  };
}

async function rowsOf(
  session: Session,
  url: string,
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
    throw statementError(error, sql, url);
  }
}

/** On a connection of its own, where the first one was given up. */
async function definitionsApart(url: string, { caps }: ReadRequest): Promise<string> {
  const session = await open(url);
  try {
    return await inTransaction(session, caps, () => definitions(session));
  } finally {
    await leave(session);
  }
}

function refusedRole({ role, refusals }: Reader): Judged {
  return {
    allowed: false,
    refusals: refusals.map((because) => ({ what: `role ${role}`, because })),
  };
}

const changed = {
  allowed: false,
  refusals: [
    {
      what: 'statement',
      because: 'Definitions in the database were changed while it ran, so its rows are not shown. Ask again.',
    },
  ],
} as const;

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
