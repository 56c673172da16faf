import { SqlError } from '../../../base/error.ts';
import type { Judged, JudgedColumn, JudgeOptions, Reading, Refusal, Session } from '../../../engine/model.ts';
import { follow, told } from './closure.ts';
import { masking } from './masking.ts';
import { rewritten } from './resolve.ts';
import { refusedText } from './statement.ts';
import { name, nodesIn, flag } from './tree/fields.ts';
import { UnreadTree, type TreeNode } from './tree/model.ts';
import { unknownReach } from './unknown.ts';
import { usesOf } from './uses.ts';

/** Major versions whose trees and functions are known. */
const known = { from: 14, to: 18 } as const;

/** Milliseconds that any single step on the server may take. */
const stepMs = 10_000;

/** Judges in a read-only transaction of its own, which is rolled back. */
export const judge: Reading['judge'] = async (session, sql, options = {}) => {
  const refused = await refusedBefore(session, sql);
  if (refused) return { allowed: false, refusals: [refused] };
  await session.query('BEGIN TRANSACTION READ ONLY');
  try {
    return await judgedInside(session, sql, options);
  } finally {
    await session.query('ROLLBACK').catch(() => undefined);
  }
};

/** Why a text never reaches the server. */
export async function refusedBefore(session: Session, sql: string): Promise<Refusal | undefined> {
  const major = Math.floor(session.serverVersion / 10_000);
  if (major < known.from || major > known.to)
    return {
      what: 'the server',
      because: `It is PostgreSQL ${major}; statements are judged for ${known.from} to ${known.to}, and what another version would call is not known.`,
    };
  return refusedText(sql);
}

/**
 * Judges within the transaction that will run the statement, so that nothing changes in between: the tables stay locked against change until its end.
 * Leaves the settings of the session as they were. The text must have passed {@link refusedBefore}.
 */
export async function judgedInside(
  session: Session,
  sql: string,
  options: JudgeOptions = {},
): Promise<Judged> {
  const settings = await prepare(session);
  const refusals: Refusal[] = [];
  try {
    const before = await unknownReach(session, sql);
    if (before.length > 0) return { allowed: false, refusals: before };
    const tree = await withPath(session, settings.path, () => rewritten(session, sql, settings.utf8));
    const closure = await follow(session, usesOf(tree, {}));
    const masked = await masking(session, tree, closure, options.masked ?? []);
    refusals.push(...(await told(session, [...closure.found, ...masked.found])));
    if (refusals.length > 0) return { allowed: false, refusals };
    return {
      allowed: true,
      columns: columnsOf(tree, masked.outputs),
      relations: await named(session, closure.relations),
    };
  } catch (error) {
    return { allowed: false, refusals: [...refusals, refusalOf(error)] };
  } finally {
    await session
      .query("SELECT pg_catalog.set_config('search_path', $1, true)", [settings.path])
      .catch(() => undefined);
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof UnreadTree)
    return {
      what: 'the statement',
      because: `What the server made of it is not known to dbd: ${error.message}.`,
    };
  if (error instanceof RangeError)
    return { what: 'the statement', because: 'It is nested too deeply to be followed.' };
  if (error instanceof SqlError)
    return { what: 'the statement', because: `The server refuses it: ${error.message.replace(/\.$/, '')}.` };
  throw error;
}

/** Settings for the server's answer, and our own look-ups kept away from the schemas of others. */
async function prepare(session: Session): Promise<{ readonly path: string; readonly utf8: boolean }> {
  // Utility statements: no operator or function of another schema can stand in between.
  const { rows } = await session.query<{ search_path: string }>('SHOW search_path');
  const path = rows[0]!.search_path;
  for (const [setting, value] of [
    ['search_path', 'pg_catalog, pg_temp'],
    ['standard_conforming_strings', 'on'],
    ['statement_timeout', String(stepMs)],
    ['client_min_messages', 'log'],
    ['debug_pretty_print', 'off'],
    ['debug_print_parse', 'off'],
    ['debug_print_plan', 'off'],
    ['debug_print_rewritten', 'off'],
  ])
    await session.query(`SET LOCAL ${setting} = ${value}`);
  const encoding = await session.query<{ server_encoding: string }>('SHOW server_encoding');
  return { path, utf8: encoding.rows[0]!.server_encoding === 'UTF8' };
}

/** The statement is resolved on the path it will run with; the server's tree is asked for at this one place. */
async function withPath<T>(session: Session, path: string, work: () => Promise<T>): Promise<T> {
  await session.query("SELECT pg_catalog.set_config('search_path', $1, true)", [path]);
  await session.query('SET LOCAL debug_print_rewritten = on');
  const result = await work();
  await session.query('SET LOCAL debug_print_rewritten = off');
  await session.query('SET LOCAL search_path = pg_catalog, pg_temp');
  return result;
}

function columnsOf(tree: TreeNode, masked: readonly boolean[]): readonly JudgedColumn[] {
  return nodesIn(tree.fields.get('targetList'))
    .filter((entry) => !flag(entry, 'resjunk'))
    .map((entry, at) => ({ name: name(entry, 'resname'), masked: masked[at] ?? true }));
}

async function named(session: Session, oids: ReadonlySet<number>): Promise<readonly string[]> {
  const { rows } = await session.query<{ name: string }>(
    `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY ($1::oid[]) ORDER BY 1`,
    [`{${[...oids].join(',')}}`],
  );
  return rows.map((row) => row.name);
}
