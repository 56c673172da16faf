/** Do the application's queries run in every phase: those of today in sessions opened before the change, those of tomorrow as soon as they can? */
import { SqlError } from '../base/error.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { PreparedQuery, Workload } from '../workload/model.ts';
import { loadFor } from './load.ts';
import type { CompatibilityRun } from './model.ts';

/** A query is accepted once it runs; how long it runs is measured elsewhere. */
const longEnoughMs = 1000;

const modes = ['simple', 'extended', 'prepared before'] as const;
type Mode = (typeof modes)[number];

/** Sessions of the application as it was before the change, and of its new version. */
export interface Application {
  /** Tries each query in each mode; nothing it writes stays. */
  tryAll(phase: string): Promise<readonly CompatibilityRun[]>;
  close(): Promise<void>;
}

export interface ApplicationOptions {
  readonly engine: Engine;
  readonly ownerUrl: string;
  /** Address of the same database through a pooler. */
  readonly pooledUrl?: string;
  readonly queries: readonly PreparedQuery[];
  /** Queries of the new version; they need not run before the change. */
  readonly newer?: Workload;
  readonly seed: number;
}

/** Opens the sessions and prepares each query in them; queries of today that fail already, in a mode, are left out of that mode. */
export async function openApplication(options: ApplicationOptions): Promise<Application> {
  const { engine, ownerUrl, pooledUrl, queries, newer } = options;
  const opened: Application[] = [];
  const close = async (): Promise<void> => {
    for (const one of opened) await one.close();
  };
  try {
    opened.push(await today(engine, ownerUrl, queries, false));
    if (pooledUrl !== undefined && queries.length > 0)
      opened.push(await today(engine, pooledUrl, queries, true));
    if (newer) {
      opened.push(await tomorrow(options, newer, ownerUrl, false));
      if (pooledUrl !== undefined) opened.push(await tomorrow(options, newer, pooledUrl, true));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async tryAll(phase) {
      const runs: CompatibilityRun[] = [];
      for (const one of opened) runs.push(...(await one.tryAll(phase)));
      return runs;
    },
    close,
  };
}

async function today(
  engine: Engine,
  url: string,
  queries: readonly PreparedQuery[],
  pooled: boolean,
): Promise<Application> {
  const session = await connect(engine, url);
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
        runs.push(runOf(query, phase, pooled ? `pooled ${mode}` : mode, error));
      }
      return runs;
    },
    close: () => session.close(),
  };
}

/** Values are drawn anew in each phase until a query runs for the first time; no statement of it is older than the phase. */
async function tomorrow(
  { engine, seed }: ApplicationOptions,
  newer: Workload,
  url: string,
  pooled: boolean,
): Promise<Application> {
  const session = await connect(engine, url);
  const known = new Map<string, PreparedQuery>();
  return {
    async tryAll(phase) {
      const runs: CompatibilityRun[] = [];
      const missing = newer.queries.filter(({ name }) => !known.has(name));
      const reasons = new Map<string, string>();
      if (missing.length > 0) {
        const catalog = await engine.inspect(session);
        const { prepared } = await loadFor(
          engine,
          session,
          catalog,
          { ...newer, queries: missing },
          [],
          seed,
        );
        for (const query of prepared.queries) known.set(query.name, query);
        for (const { name, reason } of prepared.excluded) reasons.set(name, reason);
      }
      for (const { name } of newer.queries) {
        const query = known.get(name);
        for (const mode of ['simple', 'extended'] as const) {
          const error = query ? await attempt(engine, session, query, '', mode) : reasons.get(name);
          runs.push({
            ...runOf(
              { name },
              phase,
              pooled ? `pooled ${mode}` : mode,
              query ? error : (error ?? 'it does not run'),
            ),
            version: 'new',
          });
        }
      }
      return runs;
    },
    close: () => session.close(),
  };
}

function connect(engine: Engine, url: string): Promise<Session> {
  return engine.connect(url, { application: 'dbd application', statementTimeoutMs: longEnoughMs });
}

function runOf(
  { name }: Pick<PreparedQuery, 'name'>,
  phase: string,
  mode: CompatibilityRun['mode'],
  error: string | undefined,
): CompatibilityRun {
  return { query: name, phase, mode, ok: error === undefined, ...(error === undefined ? {} : { error }) };
}

/** Phases in which every query of today, and every one of tomorrow, ran in every mode: between them the new version can be rolled out and back. */
export function sharedPhases(runs: readonly CompatibilityRun[]): readonly string[] {
  const newer = runs.filter(({ version }) => version === 'new');
  if (newer.length === 0) return [];
  return [...new Set(newer.map(({ phase }) => phase))].filter((phase) =>
    runs.filter((run) => run.phase === phase).every((run) => run.ok),
  );
}

/**
 * Runs that should have gone well: queries of today in every phase; where a new version was given, those of today up to the last phase that both
 * share, and those of the new version from the first one on.
 */
export function brokenRuns(runs: readonly CompatibilityRun[]): readonly CompatibilityRun[] {
  const phases = [...new Set(runs.map(({ phase }) => phase))];
  const shared = sharedPhases(runs).map((phase) => phases.indexOf(phase));
  const first = shared[0] ?? phases.length - 1;
  const last = shared.at(-1) ?? phases.length - 1;
  return runs.filter((run) => {
    const at = phases.indexOf(run.phase);
    return !run.ok && (run.version === 'new' ? at >= first : at <= last);
  });
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
