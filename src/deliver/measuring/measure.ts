/** Indexes chosen and access patterns measured for a task's own queries. */
import type { Emit } from '../../base/event.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Engine } from '../../engine/model.ts';
import type { SupportIndex } from '../../design/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { Task } from '../../task/model.ts';
import { measureAccess, type Pattern } from '../../tune/access.ts';
import type { AccessResult, TuneResult } from '../../tune/model.ts';
import { tuneIndexes } from '../../tune/tune.ts';
import type { FillHint, TableVolume } from '../../twin/model.ts';
import { prepareQueries } from '../../workload/prepare.ts';
import type { Planned, SizedDatabase } from '../model.ts';
import { rateOf, sourcesOf } from './named-query.ts';
import { tableOf } from '../trials/observe.ts';
import { servingClaims, tryAlone, tunedParts } from './tuned-parts.ts';

/** Parameter sets per query while indexes are chosen. */
const tuningSets = 12;
/** Rows of a batch of writes with `--quick`. */
const quickBatchRows = 400;

interface Common {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  readonly task: Task;
  readonly planned: Planned;
  readonly volumes: readonly TableVolume[];
  readonly hints: readonly FillHint[];
  readonly quick: boolean;
  readonly seed: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Time that one call gets in a quick run, milliseconds. */
const quickTimeoutMs = 3_000;

/** Builds and measures candidate indexes; the database is left as it was. */
export async function tuneTask(
  options: Common & { readonly database: SandboxDatabase },
): Promise<TuneResult> {
  const { engine, sandbox, database, task, planned, volumes, hints, quick, seed, emit, signal } = options;
  const parts = task.requirements.access.flatMap((access) => tunedParts(engine, access));
  const session = await engine.connect(database.ownerUrl, { application: 'dbd tune' });
  const { prepared, alone } = await prepareQueries(
    engine,
    session,
    planned.after,
    parts.map((part) => part.query),
    { seed, sets: tuningSets },
  )
    .then(async (made) => ({ prepared: made, alone: await tryAlone(session, made.queries, parts) }))
    .finally(() => session.close());
  const result = await tuneIndexes({
    engine,
    sandbox,
    database,
    catalog: planned.after,
    volumes,
    hints,
    seed,
    signal,
    emit: (event) => (event.kind === 'note' || event.kind === 'warning' ? emit(event) : undefined),
    timeLimitMs: quick ? 1_500 : 12_000,
    ...(quick ? { timeoutMs: quickTimeoutMs, batchRows: quickBatchRows } : {}),
    queries: alone.queries.map(({ name, values }) => {
      const { sql, rate, p95 } = parts.find((part) => part.query.name === name)!.query;
      return { claim: name, sql, rate, values, ...(p95 === undefined ? {} : { p95 }) };
    }),
  });
  return {
    ...servingClaims(result, parts),
    limits: [
      ...result.limits,
      ...alone.limits,
      ...prepared.excluded.map((query) => `${query.name} could not be run: ${query.reason}`),
    ],
  };
}

/** Access patterns that are statements, transactions or inserts, as they are run on a twin. */
export function patternsOf(task: Task, planned: Planned): readonly Pattern[] {
  return task.requirements.access.flatMap((access): readonly Pattern[] => {
    const common = {
      claim: access.id,
      rate: rateOf(access),
      ...(access.p95 === undefined ? {} : { p95: access.p95 }),
    };
    if (access.sql !== undefined) return [{ ...common, sql: access.sql, params: sourcesOf(access) }];
    if (access.transaction !== undefined)
      return [{ ...common, transaction: access.transaction, params: sourcesOf(access) }];
    const table =
      access.insert === undefined ? undefined : tableOf(planned.after, planned.design, access.insert);
    return table ? [{ ...common, insert: { schema: table.schema, name: table.name } }] : [];
  });
}

/** Runs every access pattern at its declared rate on growing twins. */
export function measureQueries(
  options: Common & { readonly sizes: readonly SizedDatabase[] },
): Promise<readonly AccessResult[]> {
  const { task, planned, quick, emit, ...rest } = options;
  const patterns = patternsOf(task, planned);
  return measureAccess({
    ...rest,
    catalog: planned.after,
    patterns,
    emit: (event) => (event.kind === 'note' || event.kind === 'warning' ? emit(event) : undefined),
    durationMs: quick ? 500 : 4_000,
    ...(quick ? { timeoutMs: quickTimeoutMs } : {}),
  });
}

/** Supporting indexes whose work a chosen index does. */
export function replacedBy({ kept }: TuneResult, supports: readonly SupportIndex[]): readonly SupportIndex[] {
  return supports.filter((support) =>
    kept.some(
      (index) =>
        index.predicate === undefined &&
        sameName(index.table, support.table) &&
        support.columns.every((column, position) => index.columns[position] === column),
    ),
  );
}

/** Builds the chosen indexes on databases that do not have them yet, and lets the planner see them. */
export async function buildIndexes(
  engine: Engine,
  databases: readonly SandboxDatabase[],
  statements: readonly string[],
): Promise<void> {
  if (statements.length === 0) return;
  await Promise.all(
    databases.map(async (database) => {
      const session = await engine.connect(database.ownerUrl, { application: 'dbd indexes' });
      try {
        for (const sql of statements) await session.query(sql);
      } finally {
        await session.close();
      }
    }),
  );
}
