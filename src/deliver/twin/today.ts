/** Today's tables of a task's twin, at growing sizes. */
import { DbdError } from '../../base/error.ts';
import type { Emit } from '../../base/event.ts';
import { foreignKeysTo } from '../../catalog/find.ts';
import { keyOf, nameOf, sameName } from '../../catalog/identity.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import { fillTwin, type FillOptions } from '../../twin/fill/fill.ts';
import type { FillHint, FillResult, TableVolume } from '../../twin/model.ts';
import type { Known } from '../../twin/sampled/model.ts';
import type { SizedDatabase } from '../model.ts';

/** Shares of the rows at which growing tables are kept for the fit, smallest first; the last is the whole twin. */
export const portions = [0.25, 0.5, 1] as const;

export interface TodayOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Bare structure of today. */
  readonly current: SandboxDatabase;
  readonly catalog: Catalog;
  readonly volumes: readonly TableVolume[];
  readonly hints: readonly FillHint[];
  readonly seed: number;
  readonly until: Date;
  readonly generators?: Readonly<Record<string, string>>;
  /** What a snapshot knows of the rows. */
  readonly known?: Known;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export interface Today {
  /** All rows. */
  readonly base: SandboxDatabase;
  /** Smaller ones, where a table is too large for the twin: smallest first. */
  readonly smaller: readonly SizedDatabase[];
  readonly fills: readonly FillResult[];
}

/** Fills today's tables: as statistics tell them where these lead to rows, else by volumes, names and types. */
export async function fillToday(options: TodayOptions): Promise<Today> {
  const growing = growingOf(options);
  if (!options.known) return growOn(options, growing);
  const { known, ...rest } = options;
  const made: SizedDatabase[] = [];
  try {
    // Statistics describe whole tables, so that each size is a twin of its own; the whole one comes first, since it is the likeliest to fail.
    let whole: FillResult | undefined;
    for (const portion of growing.length === 0 ? [1] : portions.toReversed()) {
      const database = await options.sandbox.createDatabase({ from: options.current });
      made.unshift({ portion, database });
      const volumes = options.volumes.map((volume) =>
        growing.some((name) => sameName(name, volume.table)) ? atPortion(volume, portion) : volume,
      );
      const fill = await fillTwin({
        ...common(rest),
        database,
        known,
        volumes,
        tables: options.catalog.tables.map(nameOf),
      });
      whole ??= fill;
    }
    return { base: made.at(-1)!.database, smaller: made.slice(0, -1), fills: [whole!] };
  } catch (error) {
    await Promise.all(made.map(({ database }) => options.sandbox.dropDatabase(database)));
    if (!(error instanceof DbdError) || !isRefused(error)) throw error;
    const grown = await growOn(rest, growing);
    const limit = `Rows could not follow the statistics of the snapshot: ${error.message}`;
    return {
      ...grown,
      fills: grown.fills.map((fill, i) => (i === 0 ? { ...fill, limits: [limit, ...fill.limits] } : fill)),
    };
  }
}

/** Whether no rows were found that satisfy a constraint. */
export function isRefused({ code }: DbdError): boolean {
  return code === 'twin.fill' || code === 'sql.failed';
}

/** One database that grows and is copied on its way. */
async function growOn(options: Omit<TodayOptions, 'known'>, growing: readonly Name[]): Promise<Today> {
  const { sandbox, current, catalog, volumes } = options;
  const base = await sandbox.createDatabase({ from: current });
  const fills: FillResult[] = [];
  const smaller: SizedDatabase[] = [];
  const steady = catalog.tables.filter((table) => !growing.some((name) => sameName(name, table))).map(nameOf);
  const fill = (tables: readonly Name[], portion?: FillOptions['portion']): Promise<FillResult> =>
    fillTwin({ ...common(options), database: base, volumes, tables, ...(portion ? { portion } : {}) });
  if (steady.length > 0) fills.push(await fill(steady));
  let from = 0;
  for (const to of growing.length === 0 ? [] : portions) {
    fills.push(await fill(growing, { from, to }));
    if (to < 1) smaller.push({ portion: to, database: await sandbox.createDatabase({ from: base }) });
    from = to;
  }
  return { base, smaller, fills };
}

function common({
  engine,
  sandbox,
  catalog,
  hints,
  seed,
  until,
  generators,
  emit,
  signal,
}: Omit<TodayOptions, 'known'>): Omit<FillOptions, 'database' | 'volumes'> {
  return {
    engine,
    sandbox,
    catalog,
    hints,
    seed,
    until,
    ...(generators ? { generators } : {}),
    emit,
    signal,
  };
}

function atPortion(volume: TableVolume, portion: number): TableVolume {
  return portion === 1
    ? volume
    : {
        ...volume,
        rows: Math.min(volume.rows, Math.max(1, Math.floor(volume.rows * portion))),
        scale: volume.scale * portion,
      };
}

/** Tables that the twin holds in part, and all that refer to them, directly or not. */
function growingOf({ catalog, volumes }: TodayOptions): readonly Name[] {
  const shrunk = new Set(
    volumes
      .filter((volume) => volume.basis !== 'assumed' && volume.scale < 1)
      .map(({ table }) => keyOf(table)),
  );
  const found = catalog.tables.filter((table) => shrunk.has(keyOf(table)));
  for (const parent of found)
    for (const { from } of foreignKeysTo(catalog, parent)) if (!found.includes(from)) found.push(from);
  return found.map(nameOf);
}
