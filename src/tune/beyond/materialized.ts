/** Reports that are worked out anew on each call although their rows hardly change: kept as materialised views, tried on a filled twin. */
import { SqlError } from '../../base/error.ts';
import { formatMs } from '../../base/units.ts';
import { keyOf } from '../../catalog/identity.ts';
import { findTable } from '../../catalog/find.ts';
import type { Engine, Session } from '../../engine/model.ts';
import { fact } from '../../report/build.ts';
import { momentOf } from '../../snapshot/workload/workload.ts';
import type { WorkQuery } from '../advice/model.ts';
import type { Beyond, BeyondOptions } from './model.ts';

/** A call that takes less is not worth a copy of its answer, milliseconds. */
const leastMs = 50;
/** Share of the time saved that refreshing may take. */
const refreshShare = 0.1;
/** Runs of each side. */
const runs = 7;
/** Longest time of a statement, milliseconds. */
const statementMs = 30_000;
const dayMs = 86_400_000;
/** Reports looked at. */
const most = 5;

/** Advice on reports without changing values; each was built on the filled twin, or says that there is none. */
export async function materializedAdvice(options: BeyondOptions): Promise<readonly Beyond[]> {
  const { work, filled, engine, signal } = options;
  const reports = work.queries.filter((query) => isReport(options, query)).slice(0, most);
  if (reports.length === 0) return [];
  if (!filled) return reports.map((query) => told(options, query));
  const { sandbox, database } = filled;
  const copy = await sandbox.createDatabase({ from: database });
  const session = await engine.connect(copy.ownerUrl, {
    application: 'dbd tune',
    statementTimeoutMs: statementMs,
  });
  const found: Beyond[] = [];
  try {
    for (const query of reports) {
      signal.throwIfAborted();
      const tried = await triedOn(engine, session, query).catch((error: unknown) => {
        if (!(error instanceof SqlError)) throw error;
        return { why: error.message };
      });
      const advice = 'why' in tried ? told(options, query, tried.why) : advised(options, query, tried);
      if (advice) found.push(advice);
    }
  } finally {
    await session.close();
    await sandbox.dropDatabase(copy).catch(() => undefined);
  }
  return found;
}

/** It groups or counts, takes long, has one set of values only, and no clock in it. */
function isReport({ engine, snapshot, after }: BeyondOptions, query: WorkQuery): boolean {
  const { kind, sql, sets, meanMs, name, original } = query;
  if (kind !== 'read' || (after?.get(name) ?? meanMs ?? 0) < leastMs || sets.length !== 1) return false;
  if (engine.capturedSql.freeze(original ?? sql, momentOf(snapshot)).replaced.length > 0) return false;
  return engine.grammar.shape(sql).group.length > 0 || /\b(?:count|sum|avg|min|max)\s*\(/i.test(sql);
}

interface Tried {
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly refreshMs: number;
  readonly same: boolean;
  readonly sql: string;
}

async function triedOn(engine: Engine, session: Session, query: WorkQuery): Promise<Tried> {
  const name = engine.quote.identifier(`${query.name.slice(0, 50)}_report`);
  const sql = `CREATE MATERIALIZED VIEW ${name} AS\n${engine.probe.inline(query.sql, query.sets[0]!.values).replace(/[;\s]+$/, '')}`;
  const { values } = query.sets[0]!;
  await session.query(sql);
  const [before, after]: [number[], number[]] = [[], []];
  const timed = async (
    list: number[],
    text: string,
    with_: readonly unknown[],
  ): Promise<readonly unknown[]> => {
    const begin = performance.now();
    const { rows } = await session.query(text, with_);
    list.push(performance.now() - begin);
    return rows;
  };
  let same = true;
  for (let run = 0; run < runs; run += 1) {
    const one = await timed(before, query.sql, values);
    const other = await timed(after, `SELECT * FROM ${name}`, []);
    same &&= sorted(one) === sorted(other);
  }
  const begin = performance.now();
  await session.query(`REFRESH MATERIALIZED VIEW ${name}`);
  const refreshMs = performance.now() - begin;
  return { beforeMs: median(before), afterMs: median(after), refreshMs, same, sql: `${sql};` };
}

function sorted(rows: readonly unknown[]): string {
  return JSON.stringify(
    rows.map((row) => JSON.stringify(row)).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
}

/** Refreshing may take a tenth of what is saved; nothing is advised where that leaves answers older than a day, or nothing is saved. */
function advised(options: BeyondOptions, query: WorkQuery, tried: Tried): Beyond | undefined {
  const { beforeMs, afterMs, refreshMs, same, sql } = tried;
  const savedPerDay = query.callsPerDay * (beforeMs - afterMs);
  const everyMs = (refreshMs * dayMs) / Math.max(1e-9, savedPerDay * refreshShare);
  if (!same || savedPerDay <= 0 || everyMs > dayMs) return undefined;
  return {
    ...common(options, query),
    says: `Keep the answer of ${query.name} as a materialised view, refreshed every ${formatMs(Math.max(1000, everyMs))} or more seldom.`,
    figures: [
      fact('a call', `${formatMs(beforeMs)} → ${formatMs(afterMs)}`, 'measured', 'good'),
      fact('a refresh', formatMs(refreshMs), 'measured'),
      fact('calls per day', String(Math.round(query.callsPerDay)), query.callsBasis),
      ...writesOf(options, query),
    ],
    sql,
    tried: {
      done: true,
      says: `Built on the filled twin: ${runs} runs of each in turns, and the same rows each time.`,
    },
  };
}

function told(options: BeyondOptions, query: WorkQuery, why = 'no filled twin was made'): Beyond {
  return {
    ...common(options, query),
    says: `Consider a materialised view for ${query.name}: each call works the same answer out anew.`,
    figures: [
      fact('a call', formatMs(query.meanMs ?? 0), 'measured'),
      fact('calls per day', String(Math.round(query.callsPerDay)), query.callsBasis),
      ...writesOf(options, query),
    ],
    tried: { done: false, says: `Not tried: ${why}.` },
  };
}

function common(
  { work }: BeyondOptions,
  { name }: WorkQuery,
): Pick<Beyond, 'kind' | 'advised' | 'subject' | 'mind'> {
  return {
    kind: 'materialized-view',
    advised: true,
    subject: name,
    mind: [
      'Answers are as old as the last refresh; whoever reads them has to agree to that.',
      'REFRESH locks readers out; with CONCURRENTLY, which needs a unique index on the view, it does not.',
      ...(work.unsupported.length > 0 ? ['Statements that could not be read may use the same tables.'] : []),
    ],
  };
}

function writesOf({ work, snapshot }: BeyondOptions, { tables }: WorkQuery): Beyond['figures'] {
  const keys = new Set(
    tables.flatMap((name) => {
      const table = findTable(snapshot.catalog, name);
      return table ? [keyOf(table)] : [];
    }),
  );
  const own = work.writes.filter(({ table }) => keys.has(keyOf(table)));
  const rows = own.reduce((sum, { inserted, updated, deleted }) => sum + inserted + updated + deleted, 0);
  return [fact('rows written to its tables per day', String(Math.round(rows)), own[0]?.basis ?? 'derived')];
}
