/** A source of many kinds of tables, its snapshot, and twins filled from it. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { ColumnStatistics, Session, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { filledDatabase, type FilledOptions } from '../../src/twin/sampled/sampled.ts';
import { testSandbox } from '../support/database.ts';

const source = readFileSync(new URL('./sampled.sql', import.meta.url), 'utf8');

/** A filled twin, and what a snapshot of it shows. */
export interface Twin {
  readonly database: SandboxDatabase;
  readonly seen: Snapshot;
}

/** Its tables that have rows, but for the partitioned one. */
export const tables: readonly string[] = [
  'buyers',
  'purchases',
  'purchase_lines',
  'line_checks',
  'groups',
  'memberships',
  'passports',
  'topics',
  'teams',
  'people',
  'stays',
  'addresses',
  'guarded',
];

/** Makes the source and takes its snapshot with all probes that filling uses. */
export async function sourceSnapshot(): Promise<Snapshot> {
  const sandbox = await testSandbox();
  const database = await sandbox.createDatabase();
  await within(database.ownerUrl, async (session) => {
    await session.query('SELECT setseed(0.5)');
    for (const statement of source.split(/;\n/)) if (statement.trim() !== '') await session.query(statement);
  });
  const taken = await capture(database);
  await sandbox.dropDatabase(database);
  return taken;
}

/** Runs work in a session of its own. */
export async function within<T>(url: string, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await postgres.connect(url);
  return work(session).finally(() => session.close());
}

/** The snapshot of a database of the tests. */
export function capture(database: SandboxDatabase): Promise<Snapshot> {
  return within(database.adminUrl, (session) =>
    postgres.capture.read(session, {
      probes: ['fan-out', 'pairs', 'offsets'],
      statementMs: 30_000,
      statements: 10,
      emit: () => undefined,
      signal: new AbortController().signal,
    }),
  );
}

/** Fills a twin; everything of its structure must be there. */
export async function fill(
  snapshot: Snapshot,
  more: Partial<Omit<FilledOptions, 'snapshot'>> = {},
): Promise<Twin> {
  const made = await filledDatabase({
    engine: postgres,
    sandbox: await testSandbox(),
    snapshot,
    seed: 7,
    emit: () => undefined,
    signal: new AbortController().signal,
    ...more,
  });
  expect(made.leftOut.filter(({ path }) => !path.startsWith('role '))).toEqual([]);
  return { database: made.database, seen: await capture(made.database) };
}

/** Rows of a table as its statistics tell. */
export function rowsOf(of: Snapshot, table: string): number {
  return of.relations.find((one) => one.name === table)!.rows;
}

/** Statistics of a column. */
export function statistics(of: Snapshot, table: string, column: string): ColumnStatistics {
  return of.columns.find((one) => one.relation === table && one.column === column)!;
}

/** The value of column `a` of a query's only row. */
export async function answer(database: SandboxDatabase, sql: string): Promise<unknown> {
  const { rows } = await within(database.adminUrl, (session) => session.query<{ a: unknown }>(sql));
  return rows[0]!.a;
}
