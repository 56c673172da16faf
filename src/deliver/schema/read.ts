/** A structure with what is known of its sizes, from wherever it is. */
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import { readSnapshot } from '../../snapshot/file.ts';
import { sourceLimits } from '../../twin/current.ts';
import { measuredVolumes } from '../../twin/measured.ts';
import { withCurrent, type WithCurrent } from '../current/with-current.ts';

/** Rows and bytes of a table, as far as they are known. */
export interface Size {
  readonly rows?: number;
  readonly bytes?: number;
}

/** What is looked at. */
export interface Structure {
  readonly catalog: Catalog;
  /** By `schema.name`; a partitioned table has the sum of its partitions. */
  readonly sizes: ReadonlyMap<string, Size>;
  /** Where it was read; never with a password. */
  readonly source: string;
  readonly limits: readonly string[];
}

/** Reads a server and a snapshot as they are; everything else is loaded into a sandbox. Throws `connect.*`, `file.*`, `snapshot.*`, `sql.*`. */
export async function readStructure(options: WithCurrent): Promise<Structure> {
  const { engine, config, signal } = options;
  const { current } = config;
  if (current.kind === 'url') return fromServer(engine, current.url, signal);
  if (current.kind === 'snapshot') return fromSnapshot(current.path);
  return withCurrent(options, async ({ catalog, source, limits }) => ({
    catalog,
    sizes: new Map(),
    source,
    limits: [...limits, 'A structure of files has no sizes.'],
  }));
}

async function fromServer(engine: Engine, url: string, signal: AbortSignal): Promise<Structure> {
  const session = await engine.connect(url, sourceLimits);
  const stop = (): void => void session.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const catalog = await engine.inspect(session);
    const found = await engine.stats.sizes(session);
    const sizes = new Map<string, Size>();
    for (const { name, kind, rows, bytes } of found)
      if (kind === 'table') sizes.set(keyOf(name), { ...(rows >= 0 ? { rows } : {}), bytes });
    const { host, pathname } = new URL(url);
    return {
      catalog,
      sizes: withPartitions(catalog, sizes),
      source: `${host}${pathname}, ${engine.title} ${catalog.version}, read only`,
      limits: ["Rows are the server's estimates."],
    };
  } finally {
    signal.removeEventListener('abort', stop);
    await session.close();
  }
}

async function fromSnapshot(path: string): Promise<Structure> {
  const snapshot = await readSnapshot(path);
  const sizes = new Map<string, Size>();
  const rows = new Map(measuredVolumes(snapshot).map((one) => [keyOf(one.table), one.rows]));
  for (const one of snapshot.relations)
    if (one.kind === 'table' || one.kind === 'materialized')
      sizes.set(keyOf(one), {
        ...(rows.has(keyOf(one)) ? { rows: rows.get(keyOf(one))! } : one.rows >= 0 ? { rows: one.rows } : {}),
        ...(one.bytes === undefined ? {} : { bytes: one.bytes + (one.toastBytes ?? 0) }),
      });
  const { source, takenAt, catalog } = snapshot;
  return {
    catalog,
    sizes: withPartitions(catalog, sizes),
    source: `snapshot of ${source.database}, ${takenAt.slice(0, 10)}`,
    limits: [`Sizes are of ${takenAt.slice(0, 10)}.`],
  };
}

/** Partitioned tables get the sum of what hangs below them. */
function withPartitions(catalog: Catalog, sizes: ReadonlyMap<string, Size>): ReadonlyMap<string, Size> {
  // What the server says of a partitioned table is the sum already, and older.
  const parents = new Set(catalog.tables.filter(({ kind }) => kind === 'partitioned').map(keyOf));
  const whole = new Map([...sizes].filter(([key]) => !parents.has(key)));
  for (const table of catalog.tables.filter(({ kind }) => kind !== 'partitioned')) {
    const own = sizes.get(keyOf(table));
    let parent = table.partitionOf;
    while (own && parent) {
      const above = parent;
      const sum = whole.get(keyOf(above)) ?? {};
      whole.set(keyOf(above), {
        rows: (sum.rows ?? 0) + (own.rows ?? 0),
        bytes: (sum.bytes ?? 0) + (own.bytes ?? 0),
      });
      parent = catalog.tables.find((one) => keyOf(one) === keyOf(above))?.partitionOf;
    }
  }
  return whole;
}
