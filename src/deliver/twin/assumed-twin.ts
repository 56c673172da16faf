/** Rows for a structure nobody told volumes of: assumed, spread over the tables, children more than parents. */
import { foreignKeysFrom } from '../../catalog/find.ts';
import { fillKnown } from './fill-known.ts';
import { keyOf, sameName } from '../../catalog/identity.ts';
import type { Catalog, Name, Table } from '../../catalog/model.ts';
import type { Emit } from '../../base/event.ts';
import { formatCount } from '../../base/units.ts';
import type { Config } from '../../config/model.ts';
import type { Engine, Snapshot } from '../../engine/model.ts';
import { isBookkeeping } from '../../rehearse/wrapped/bookkeeping.ts';
import type { FilledTable } from '../../rehearse/wrapped/wrapped-rehearsal.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { Volume } from '../../task/model.ts';
import { knowledgeOf } from '../../twin/sampled/knowledge.ts';
import { measuredVolumes } from '../../twin/measured.ts';
import type { TableVolume } from '../../twin/model.ts';
import { planVolumes } from '../../twin/volumes.ts';

/** Children per parent, and generations after which it no longer grows. */
const childrenPerParent = 5;
const deepest = 2;
/** Share of the wanted rows below which the report says why there are so few. */
const fewer = 0.5;
/** Most rows of one table that is filled while a command runs: it waits for them. */
const mostBetween = 200_000;

/** What was filled. */
export interface AssumedFill {
  readonly volumes: readonly TableVolume[];
  readonly rows: number;
  readonly limits: readonly string[];
  /** The rows are those of a restored copy of production, which was taken then. */
  readonly restored?: { readonly taken: string };
  /** Day on which a snapshot measured the volumes, and the rows that it found in these tables; undefined where they are assumed. */
  readonly measured?: { readonly on: string; readonly rows: number };
}

interface AssumedOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  readonly rows: number;
  readonly seed: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Fills every table of the application; migration tools' own tables keep what they have. */
export async function fillAssumed(
  options: AssumedOptions & {
    readonly database: SandboxDatabase;
    readonly catalog: Catalog;
    readonly only?: readonly Name[];
    /** Its volumes are used, cut down to the wanted rows. */
    readonly snapshot?: Snapshot;
    readonly config?: Pick<Config, 'generators'>;
  },
): Promise<AssumedFill> {
  const { engine, sandbox, database, catalog, rows, seed, emit, signal } = options;
  const tables = (options.only ?? catalog.tables)
    .flatMap((name) => catalog.tables.find((table) => sameName(table, name)) ?? [])
    .filter((table) => !isBookkeeping(table) && !table.partitionOf && table.kind !== 'foreign');
  if (tables.length === 0) return { volumes: [], rows: 0, limits: [] };
  const measured = options.snapshot ? measuredVolumes(options.snapshot) : [];
  const volumes = planVolumes({
    catalog,
    rows,
    lifecycle: [],
    volumes: measured.length > 0 ? [] : assumedVolumes(catalog, tables, rows),
    measured,
    horizonDays: 0,
    tableOf: (of) => catalog.tables.find((table) => keyOf(table) === of),
  });
  const quiet: Emit = (event) => (event.kind === 'warning' ? emit(event) : undefined);
  const result = await fillKnown({
    engine,
    sandbox,
    database,
    catalog,
    volumes,
    seed,
    tables,
    ...(options.config?.generators ? { generators: options.config.generators } : {}),
    ...(options.snapshot
      ? {
          known: knowledgeOf(options.snapshot, options.config?.generators),
          until: new Date(options.snapshot.takenAt),
        }
      : {}),
    emit: quiet,
    signal,
  });
  const made = new Map(result.tables.map((table) => [keyOf(table.table), table.rows]));
  const held = result.tables.reduce((sum, table) => sum + table.rows, 0);
  return {
    volumes: volumes
      .filter((volume) => made.has(keyOf(volume.table)))
      .map((volume) => ({ ...volume, rows: made.get(keyOf(volume.table))! })),
    rows: held,
    ...(options.snapshot && measured.length > 0
      ? {
          measured: {
            on: options.snapshot.takenAt.slice(0, 10),
            rows: measured.reduce((sum, table) => sum + table.rows, 0),
          },
        }
      : {}),
    limits: [
      ...(held < rows * fewer && measured.length === 0
        ? [
            `The structure came with rows of its own, and tables that hold rows keep just these: ${formatCount(held)} rows on the twin instead of ${formatCount(rows)}.`,
          ]
        : []),
      ...result.limits,
    ],
  };
}

/** A filler for a running command: each call fills the tables that were committed since, and tells which got rows. */
export function fillerBetween(
  options: AssumedOptions,
): (database: SandboxDatabase) => Promise<readonly FilledTable[]> {
  const seen = new Set<string>();
  let left = options.rows;
  return async (database) => {
    const session = await options.engine.connect(database.ownerUrl, { application: 'dbd fill' });
    const catalog = await options.engine.inspect(session).finally(() => session.close());
    const fresh = catalog.tables.filter((table) => !seen.has(keyOf(table)) && !isBookkeeping(table));
    for (const table of fresh) seen.add(keyOf(table));
    const rows = Math.min(left, mostBetween * fresh.length);
    if (fresh.length === 0 || rows < 1) return [];
    const fill = await fillAssumed({ ...options, database, catalog, only: fresh, rows });
    left -= fill.rows;
    options.emit({
      kind: 'note',
      text: `filled ${fresh.map((table) => table.name).join(', ')}: ${formatCount(fill.rows)} rows`,
    });
    return fill.volumes
      .filter((volume) => volume.rows > 0)
      .map(({ table, rows: made }) => ({ table, rows: made }));
  };
}

/** Shares of the rows by generation: a child table holds five times what its parent does. */
function assumedVolumes(catalog: Catalog, tables: readonly Table[], rows: number): readonly Volume[] {
  const weight = new Map(
    tables.map((table) => [
      keyOf(table),
      childrenPerParent ** Math.min(deepest, generation(catalog, table, [])),
    ]),
  );
  const total = [...weight.values()].reduce((sum, value) => sum + value, 0);
  return tables.map((table, index): Volume => ({
    id: `V${index + 1}`,
    says: '',
    place: { line: 0, column: 0 },
    of: keyOf(table),
    skew: {},
    now: { kind: 'assumed', value: Math.max(1, Math.floor((rows * weight.get(keyOf(table))!) / total)) },
    perDay: { kind: 'assumed', value: 0 },
    horizonDays: { kind: 'assumed', value: 0 },
  }));
}

/** Foreign keys between a table and its farthest ancestor; circles end where they close. */
function generation(catalog: Catalog, table: Table, path: readonly Table[]): number {
  if (path.includes(table)) return 0;
  const parents = foreignKeysFrom(catalog, table).flatMap((link) => link.to ?? []);
  return Math.max(
    0,
    ...parents.map((parent) => (parent === table ? 0 : 1 + generation(catalog, parent, [...path, table]))),
  );
}
