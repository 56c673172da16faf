/** What the trials of features share: sessions on a copy that may be written to, and answers that name who rejected. */
import { SqlError } from '../../../base/error.ts';
import type { Catalog, Name, Table } from '../../../catalog/model.ts';
import { findTable } from '../../../catalog/find.ts';
import type { Engine, Session } from '../../../engine/model.ts';
import type { SandboxDatabase } from '../../../sandbox/model.ts';
import type { FillHint } from '../../../twin/model.ts';
import type { FieldTest } from '../entity-tests.ts';

/** Longest time one statement of a trial may take, milliseconds. */
const limitMs = 15_000;

export interface FeatureTrial {
  readonly engine: Engine;
  /** A copy of the filled twin that may be written to. */
  readonly database: SandboxDatabase;
  readonly catalog: Catalog;
  readonly session: Session;
  readonly hints: readonly FillHint[];
  readonly seed: number;
}

/** A promise that was kept. */
export const kept = (text: string, shown?: string): FieldTest => ({
  result: 'kept',
  text,
  ...(shown === undefined ? {} : { shown }),
});
/** A promise that was broken. */
export const broken = (text: string): FieldTest => ({ result: 'broken', text });
/** What could not be shown, and why. */
export const open = (text: string): FieldTest => ({ result: 'open', text });

/** Opens another session of the owner. */
export function connect({ engine, database }: Pick<FeatureTrial, 'engine' | 'database'>): Promise<Session> {
  return engine.connect(database.ownerUrl, {
    application: 'dbd feature trials',
    statementTimeoutMs: limitMs,
  });
}

/** Opens sessions, and closes them when the work is done. */
export async function withSessions<T>(
  trial: FeatureTrial,
  count: number,
  work: (sessions: readonly Session[]) => Promise<T>,
): Promise<T> {
  const sessions: Session[] = [];
  try {
    for (let i = 0; i < count; i++) sessions.push(await connect(trial));
    return await work(sessions);
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

/** `ok`, or the constraint (else the message) of the error with which the server answered; other errors are thrown. */
export async function answer(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return error.fields.constraint ?? error.message;
  }
}

/** Runs inside a savepoint of the open transaction, which goes on whatever happens. */
export async function attempt(session: Session, work: () => Promise<unknown>): Promise<string> {
  await session.query('SAVEPOINT attempt');
  const said = await answer(work());
  await session.query('ROLLBACK TO SAVEPOINT attempt');
  return said;
}

/** Runs in a transaction that is rolled back. */
export async function rolledBack<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query('BEGIN');
  try {
    return await work();
  } finally {
    await session.query('ROLLBACK');
  }
}

/** The first value of the first row, as text. */
export async function valueOf(
  session: Session,
  sql: string,
  values: readonly unknown[] = [],
): Promise<string | undefined> {
  const { rows } = await session.query(sql, values);
  const value = rows[0] && Object.values(rows[0])[0];
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Columns that an insert may name. */
export function settable(table: Table): readonly string[] {
  return table.columns.filter((column) => !column.generated && !column.identity).map(({ name }) => name);
}

/** The table in the catalog after the change. */
export function tableIn({ catalog }: FeatureTrial, name: Name): Table | undefined {
  return findTable(catalog, name);
}
