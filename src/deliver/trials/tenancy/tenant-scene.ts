/** What the trials of tenants share: attempts, the two tenants, and sessions that work for one of them. */
import { DbdError, SqlError } from '../../../base/error.ts';
import type { DesignedTenancy } from '../../../design/model.ts';
import type { TenantRows } from '../../../design/tenancy/scripts.ts';
import { tenantSetting } from '../../../design/tenancy/who.ts';
import type { Session } from '../../../engine/model.ts';
import type { Stage } from '../../deliverables/model.ts';

/** One attempt and how it ended. */
export interface TenantCheck {
  readonly attempt: string;
  readonly expected: string;
  readonly observed: string;
  readonly ok: boolean;
  /** It could not be tried, so it shows nothing. */
  readonly open?: true;
}

/** A check whose end is compared with what was expected. */
export function tenantCheck(attempt: string, expected: string, observed: string): TenantCheck {
  return { attempt, expected, observed, ok: observed === expected };
}

/** A check that could not be made. */
export function untried(attempt: string, expected: string, why: string): TenantCheck {
  return { attempt, expected, observed: why, ok: true, open: true };
}

/** Checks of one part of a trial; what ends it, a server's refusal foremost, leaves one open check with the statement and the server's message. */
export async function attempted(
  { signal }: Stage,
  attempt: string,
  work: () => Promise<readonly TenantCheck[]>,
): Promise<readonly TenantCheck[]> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DbdError)) throw error;
    const statement = error instanceof SqlError ? clipped(error.statement) : '';
    return [
      untried(
        attempt,
        'tried',
        `could not be tried: ${error.message}${statement === '' ? '' : ` (at ${statement})`}`,
      ),
    ];
  }
}

const mostOfStatement = 80;

/** The beginning of a statement on one line. */
function clipped(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  return line.length <= mostOfStatement ? line : `${line.slice(0, mostOfStatement)}…`;
}

export interface Tenants {
  /** The tenant that acts, and the one that must not be reached, as text. */
  readonly own: string;
  readonly other: string;
}

/** Two tenants on a filled database, and the sessions that look at it. */
export interface Scene {
  readonly stage: Stage;
  readonly tenancy: DesignedTenancy;
  readonly admin: Session;
  readonly session: Session;
  readonly tenants: Tenants;
  readonly parts: readonly TenantRows[];
}

/** Makes a session work for a tenant, or for none. */
export async function become(session: Session, tenant: string | undefined): Promise<void> {
  await session.query(
    tenant === undefined ? `RESET ${tenantSetting}` : `SELECT set_config('${tenantSetting}', $1, false)`,
    tenant === undefined ? [] : [tenant],
  );
}

/** One number that a query gives. */
export async function count(session: Session, sql: string, values: readonly unknown[] = []): Promise<number> {
  return Number((await session.query<{ n: string }>(sql, values)).rows[0]!.n);
}

/** How a statement ends, in a transaction that is rolled back: `refused` for want of a right, `n rows`, or what the server says. */
export async function ending(
  session: Session,
  sql: string,
  values: readonly unknown[] = [],
  before?: string,
): Promise<string> {
  await session.query('BEGIN');
  try {
    if (before !== undefined) await session.query(before);
    const { count: rows } = await session.query(sql, values);
    return `${rows} rows`;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return error.fields.sqlstate === '42501' ? 'refused' : error.message;
  } finally {
    await session.query('ROLLBACK');
  }
}

/** How a statement ends on each of several tables; `runs` or `refused` when it is the same on all. */
export async function endings(
  session: Session,
  tables: readonly string[],
  statement: (table: string) => string,
): Promise<string> {
  const ends = new Set<string>();
  for (const table of tables) {
    const end = await ending(session, statement(table));
    ends.add(/^\d+ rows$/.test(end) ? 'runs' : end);
  }
  return [...ends].join('; ');
}
