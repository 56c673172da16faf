/** A migration on several sizes of the twin, where it holds statements whose time grows with a table. */
import { DbdError } from '../../base/error.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { StatementRun } from '../../rehearse/model.ts';
import type { Scales } from '../../rehearse/scales/model.ts';
import { rehearseScales, type RunOnce } from '../../rehearse/scales/scales.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import { measuredVolumes } from '../../twin/measured.ts';
import type { Production } from '../../twin/current.ts';
import { growsWithRows } from '../report/findings.ts';
import { fillAssumed, type AssumedFill } from '../twin/assumed-twin.ts';
import type { RehearseOptions } from './model.ts';

export interface ScaledOptions {
  readonly options: RehearseOptions;
  readonly sandbox: Sandbox;
  readonly empty: SandboxDatabase;
  readonly full: SandboxDatabase;
  readonly catalog: Catalog;
  readonly fill: AssumedFill;
  readonly statements: readonly StatementRun[];
  readonly production: Production | undefined;
  readonly run: RunOnce;
}

/** Undefined where no statement grows, or sizes were not asked for. */
export async function scaled(given: ScaledOptions): Promise<Scales | undefined> {
  const { options, sandbox, empty, full, catalog, fill, production } = given;
  const { engine, emit, signal } = options;
  const grows = growing(engine, fill);
  if (options.scalesMs <= 0 || fill.rows === 0 || !given.statements.some(grows)) return undefined;
  const there = rowsThere(options, production);
  try {
    return await rehearseScales({
      engine,
      sandbox,
      empty,
      full,
      rows: fill.rows,
      fill: async (copy, database, rows) =>
        void (await fillAssumed({
          ...options,
          sandbox: copy,
          database,
          catalog,
          rows,
          emit: () => undefined,
          ...(production ? { snapshot: production.snapshot } : {}),
        })),
      run: given.run,
      grows,
      rowsThere: (table) => there.get(table),
      boxMs: options.scalesMs,
      emit,
      signal,
    });
  } catch (error) {
    if (!(error instanceof DbdError) || signal.aborted) throw error;
    return {
      sizes: [],
      cacheBytes: 0,
      largestBytes: 0,
      runs: 0,
      statements: [],
      because: error.message,
    };
  }
}

function growing({ grammar }: Engine, fill: AssumedFill): (run: StatementRun) => boolean {
  const rows = new Map(fill.volumes.map((volume) => [keyOf(volume.table), volume.rows]));
  const rowsOf = (relation: string): number => rows.get(relation) ?? 0;
  // A concurrent build holds nobody up, and grows all the same.
  return (run) =>
    growsWithRows(run, rowsOf, grammar) ||
    (run.scans.length > 0 && run.locks.some((lock) => rowsOf(lock.relation) > 0));
}

/** Rows of production's tables: those that were told, before those of a snapshot. */
function rowsThere(
  { tableRows }: RehearseOptions,
  production: Production | undefined,
): ReadonlyMap<string, number> {
  return new Map([
    ...(production
      ? measuredVolumes(production.snapshot).map(({ table, rows }): [string, number] => [keyOf(table), rows])
      : []),
    ...tableRows,
  ]);
}
