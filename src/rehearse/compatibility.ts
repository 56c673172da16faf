/** Do the running application's queries go on working in every phase, in sessions opened before the change? */
import { SqlError } from '../base/error.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { PreparedQuery } from '../workload/model.ts';
import type { CompatibilityRun } from './model.ts';

/** A query is accepted once it runs; how long it runs is measured elsewhere. */
const longEnoughMs = 1000;

const modes = ['simple', 'extended', 'prepared before'] as const;
type Mode = (typeof modes)[number];

/** Sessions of the application as it was before the change. */
export interface Application {
  /** Tries each query in each mode; nothing it writes stays. */
  tryAll(phase: string): Promise<readonly CompatibilityRun[]>;
  close(): Promise<void>;
}

/** Opens a session and prepares each query in it; queries that fail already, in a mode, are left out of that mode. */
export async function openApplication(
  engine: Engine,
  ownerUrl: string,
  queries: readonly PreparedQuery[],
): Promise<Application> {
  const session = await engine.connect(ownerUrl, {
    application: 'dbd application',
    statementTimeoutMs: longEnoughMs,
  });
  const working: { readonly query: PreparedQuery; readonly name: string; readonly mode: Mode }[] = [];
  try {
    for (const [i, query] of queries.entries()) {
      const name = `dbd_application_${i + 1}`;
      await engine.probe.prepare(session, name, query.sql);
      for (const mode of modes)
        if ((await attempt(engine, session, query, name, mode)) === undefined)
          working.push({ query, name, mode });
    }
  } catch (error) {
    await session.close();
    throw error;
  }
  return {
    async tryAll(phase) {
      const runs: CompatibilityRun[] = [];
      for (const { query, name, mode } of working) {
        const error = await attempt(engine, session, query, name, mode);
        runs.push({
          query: query.name,
          phase,
          mode,
          ok: error === undefined,
          ...(error === undefined ? {} : { error }),
        });
      }
      return runs;
    },
    close: () => session.close(),
  };
}

/** What the server said against it, or undefined when the query was accepted. */
async function attempt(
  engine: Engine,
  session: Session,
  query: PreparedQuery,
  name: string,
  mode: Mode,
): Promise<string | undefined> {
  const values = query.values[0] ?? [];
  await session.run('BEGIN');
  try {
    if (mode === 'simple') await session.run(engine.probe.inline(query.sql, values));
    else if (mode === 'extended') await session.query(query.sql, values);
    else await engine.probe.execute(session, name, values);
    return undefined;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return error.code === 'sql.timeout' ? undefined : `${error.message} (${error.fields.sqlstate})`;
  } finally {
    await session.run('ROLLBACK');
  }
}
