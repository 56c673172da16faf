/** The statement with values, as the workload of a snapshot has them: given, of real calls, or drawn. */
import { uncounted } from '../../snapshot/workload/uncounted.ts';
import { fail } from '../../base/error.ts';
import type { CapturedStatement, Engine, RestoredStructure, Session, Snapshot } from '../../engine/model.ts';
import type { CapturedQuery } from '../../snapshot/workload/model.ts';
import { snapshotQueries } from '../../snapshot/workload/workload.ts';
import { givenSet } from './given.ts';

/** Sets of values that are drawn: a value that every tenth row has is among so many. */
const sets = 20;

export interface SetsOptions {
  readonly engine: Engine;
  readonly snapshot: Snapshot;
  readonly session: Session;
  readonly leftOut: RestoredStructure['leftOut'];
  /** With `$n`. */
  readonly sql: string;
  /** Names of the parameters, from `$1` on. */
  readonly names: readonly string[];
  /** By name or number. */
  readonly given: Readonly<Record<string, string>>;
  readonly seed: number;
}

/** The query with its sets; `counted` is what the server counted of it. Throws `sql.*` when it cannot be planned. */
export async function setsOf(
  options: SetsOptions,
): Promise<{ readonly query: CapturedQuery; readonly counted?: CapturedStatement }> {
  const { engine, snapshot, session, leftOut, sql, names, given, seed } = options;
  const counted = countedOf(engine, snapshot, sql);
  const own = givenSet(names, given);
  const captured: CapturedStatement = {
    ...(counted ?? nothingCounted),
    sql,
    id: 'explained',
    cut: false,
    samples: own === undefined ? (counted?.sql === sql ? counted.samples : []) : [own],
  };
  const { queries, excluded } = await snapshotQueries({
    engine,
    session,
    snapshot: { ...snapshot, workload: { ...snapshot.workload, statements: [captured] } },
    leftOut,
    sets,
    seed,
  });
  const query = queries[0];
  if (query === undefined)
    return fail('sql.failed', `The statement cannot be planned: ${excluded[0]?.reason ?? 'unknown'}.`, {
      hint: 'Tables and columns must be those of the snapshot.',
    });
  return { query, ...(counted === undefined ? {} : { counted }) };
}

/** The same statement among those that the server counted, whatever its constants are. */
export function countedOf(
  { capturedSql }: Engine,
  { workload }: Snapshot,
  sql: string,
): CapturedStatement | undefined {
  const key = capturedSql.key(sql);
  return workload.statements.find((one) => !one.cut && capturedSql.key(one.sql) === key);
}

const nothingCounted: CapturedStatement = {
  id: 'explained',
  sql: '',
  calls: 1,
  totalMs: 0,
  meanMs: 0,
  minMs: 0,
  maxMs: 0,
  ...uncounted,
  samples: [],
};
