import { SqlError } from '../../../base/error.ts';
import type { Judged, JudgedColumn, JudgeOptions, Reading, Refusal, Session } from '../../../engine/model.ts';
import { follow, told } from './closure.ts';
import { masking } from './masking.ts';
import { rewritten } from './resolve.ts';
import { enter, leave, resolving } from './settings.ts';
import { refusedText } from './statement.ts';
import { name, nodesIn, flag } from './tree/fields.ts';
import { UnreadTree, type TreeNode } from './tree/model.ts';
import { unknownSteps, unknownTypes } from './unknown.ts';
import { usesOf } from './uses.ts';

/** Major versions whose trees and functions are known. */
const known = { from: 14, to: 18 } as const;

/** Milliseconds that a single step on the server may take when nobody else has set a limit. */
const stepMs = 10_000;

/** Judges in a read-only transaction of its own, which is rolled back. */
export const judge: Reading['judge'] = async (session, sql, options = {}) => {
  const refused = await refusedBefore(session, sql);
  if (refused) return { allowed: false, refusals: [refused] };
  await session.query('BEGIN TRANSACTION READ ONLY');
  try {
    await session.query(`SET LOCAL statement_timeout = ${stepMs}`);
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
  const before = await enter(session);
  const refusals: Refusal[] = [];
  try {
    if (!before.standardStrings) return { allowed: false, refusals: [oddStrings] };
    const unknown = await unknownTypes(session, sql);
    if (unknown.length > 0) return { allowed: false, refusals: unknown };
    const tree = await resolving(session, before, () => rewritten(session, sql, before.utf8));
    const closure = await follow(session, usesOf(tree, {}));
    const masked = await masking(session, tree, closure, options.masked ?? []);
    refusals.push(
      ...(await told(session, [...closure.found, ...masked.found])),
      ...(await unknownSteps(session, closure.functions)),
    );
    if (refusals.length > 0) return { allowed: false, refusals };
    return {
      allowed: true,
      columns: columnsOf(tree, masked.outputs),
      relations: await named(session, closure.relations),
    };
  } catch (error) {
    return { allowed: false, refusals: [...refusals, refusalOf(error)] };
  } finally {
    await leave(session, before);
  }
}

const oddStrings: Refusal = {
  what: 'the session',
  because:
    'standard_conforming_strings is off, so the server reads literals in another way than the parser that looked first.',
};

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
