/** The fixture's queries as a workload whose figures per call were read off its production. */
import type { CapturedStatement, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { CapturedQuery } from '../../src/snapshot/workload/model.ts';
import { rolledBack } from '../../src/twin/fidelity/rolled-back.ts';
import { productionQueries, type Production } from '../support/production.ts';

/** Runs each query once and again on the source and keeps what the second call did; queries that the source refuses are left out. */
export async function workloadOf(source: Production): Promise<readonly CapturedQuery[]> {
  await postgres.grammar.ready();
  const session = await postgres.connect(source.database.ownerUrl, { statementTimeoutMs: 30_000 });
  try {
    const found: CapturedQuery[] = [];
    for (const { name, sql } of productionQueries(session.serverVersion)) {
      const kind = postgres.grammar.shape(sql).kind === 'read' ? 'read' : 'write';
      const run = () => rolledBack(session, kind, () => postgres.stats.replay(session, sql, []));
      try {
        await run();
        const { rows, hit, read, tempRead, tempWritten, walBytes, ms } = await run();
        const times = { totalMs: ms, meanMs: ms, minMs: ms, maxMs: ms, deviationMs: 0 };
        const pages = { hit, read, dirtied: 0, written: 0, tempRead, tempWritten, walBytes };
        const captured: CapturedStatement = {
          id: name,
          sql,
          calls: 1,
          rows,
          cut: false,
          samples: [],
          ...times,
          ...pages,
        };
        found.push({
          name,
          sql,
          kind,
          tables: [],
          values: [[]],
          types: [],
          told: [],
          basis: 'known',
          rate: { perSecond: 1, peakPerSecond: 1 },
          captured,
        });
      } catch {
        // A query that this server refuses is none of its workload.
      }
    }
    return found;
  } finally {
    await session.close();
  }
}

/** A snapshot with every probe. */
export async function probedSnapshot({ database }: Production): Promise<Snapshot> {
  const session = await postgres.connect(database.adminUrl);
  try {
    return await postgres.capture.read(session, {
      probes: ['fan-out', 'pairs', 'offsets', 'prefixes', 'ends'],
      statementMs: 60_000,
      statements: 100,
      emit: () => undefined,
      signal: new AbortController().signal,
    });
  } finally {
    await session.close();
  }
}
