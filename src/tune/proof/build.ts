/** Builds and drops on the copy, by the online forms that production will get, and watches what is locked. */
import { applyChange } from '../../apply/apply.ts';
import type { StatementRun } from '../../apply/model.ts';
import { DbdError } from '../../base/error.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import { planChange } from '../../change/plan.ts';
import type { Engine, Session, Watcher } from '../../engine/model.ts';
import type { ProvenIndex } from './model.ts';

/** How long a lock is waited for on a copy that nobody else uses, milliseconds. */
const lockMs = 1000;

export interface Site {
  readonly engine: Engine;
  readonly catalog: Catalog;
  readonly session: Session;
  readonly watcher: Watcher;
  readonly signal: AbortSignal;
}

/** What carrying out one statement online took. */
export interface Carried {
  /** The statements that were run. */
  readonly online: readonly string[];
  readonly ms: number;
  /** Strongest lock that was seen on the table. */
  readonly lock: string;
  readonly blocks: ProvenIndex['blocks'];
}

/** Carries one statement out; a sentence tells why it could not be. */
export async function carryOut(site: Site, sql: string, table: Name): Promise<Carried | string> {
  const { engine, catalog, session, watcher, signal } = site;
  try {
    const change = planChange({
      engine,
      before: catalog,
      wishes: [{ sql, claims: [], reason: 'advised' }],
      id: 'proof',
      title: 'proof',
      lockTimeoutMs: lockMs,
      serverVersion: session.serverVersion,
    });
    const runs = await applyChange({
      engine,
      session,
      watcher,
      change,
      direction: 'up',
      emit: () => undefined,
      signal,
    });
    return {
      online: runs.map((run) => run.sql),
      ms: runs.reduce((sum, run) => sum + run.ms, 0),
      ...lockOf(site, runs, table),
    };
  } catch (error) {
    if (!(error instanceof DbdError) || error.code === 'interrupted') throw error;
    return error.message;
  }
}

const ways: readonly ProvenIndex['blocks'][] = ['nobody', 'schema changes', 'writes', 'reads and writes'];

/** As watched; a build that ended between two looks has what the table of measured statements says of it. */
function lockOf(
  { engine, catalog, session }: Site,
  runs: readonly StatementRun[],
  table: Name,
): Pick<Carried, 'lock' | 'blocks'> {
  const facts = engine.facts.together(
    runs.flatMap((run) =>
      engine.grammar
        .split(run.sql)
        .map((statement) => engine.facts.of(statement, { catalog, serverVersion: session.serverVersion })),
    ),
  );
  const seen = runs.flatMap((run) => run.locks).filter(({ relation }) => relation === keyOf(table));
  const known = facts.locks.filter(({ relation }) => keyOf(relation) === keyOf(table));
  const lock = seen[0]?.mode ?? known[0]?.mode;
  return {
    lock: seen[0]
      ? seen[0].mode
      : lock === undefined
        ? 'none was seen'
        : `${lock}, too short to be seen here`,
    blocks:
      lock === undefined ? (ways.find((way) => way === facts.blocks) ?? 'nobody') : blocksOf(engine, lock),
  };
}

/** Who waits for a lock. */
function blocksOf({ locking }: Engine, mode: string): ProvenIndex['blocks'] {
  if (locking.conflict(mode, 'ACCESS SHARE')) return 'reads and writes';
  if (locking.conflict(mode, 'ROW EXCLUSIVE')) return 'writes';
  return locking.conflict(mode, 'SHARE UPDATE EXCLUSIVE') ? 'schema changes' : 'nobody';
}
