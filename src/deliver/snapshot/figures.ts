/** Figures of a snapshot, per table, index and statement, as its readers want them. */
import { keyOf } from '../../catalog/identity.ts';
import type { Name } from '../../catalog/model.ts';
import type { CapturedStatement, Snapshot } from '../../engine/model.ts';

const dayMs = 86_400_000;

export interface TableFigures extends Name {
  readonly kind: string;
  /** Undefined when never analysed. */
  readonly rows?: number;
  readonly bytes: number;
  readonly toastBytes: number;
  /** Rows a day, from counted inserts and deletes; undefined when it is not known since when they are counted. */
  readonly rowsPerDay?: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  /** Share of the updates that touched no index. */
  readonly hot?: number;
  readonly dead: number;
  readonly sequentialScans: number;
  readonly indexScans: number;
}

export interface IndexUse extends Name {
  readonly table: Name;
  readonly method: string;
  readonly bytes: number;
  readonly level?: number;
  readonly levelBasis?: 'measured' | 'derived';
  /** Undefined when nobody counted. */
  readonly scans?: number;
  readonly serves?: string;
}

/** Days over which the server counted; undefined when it does not say since when. */
export function countedDays(snapshot: Snapshot, since = snapshot.activity.since): number | undefined {
  if (since === undefined) return undefined;
  const days = (Date.parse(snapshot.takenAt) - Date.parse(since)) / dayMs;
  return days > 0 ? days : undefined;
}

/** Bytes of a relation: measured, or else its pages at the last ANALYZE. */
export function bytesOf(snapshot: Snapshot, one: Snapshot['relations'][number]): number {
  return one.bytes ?? Math.max(0, one.pages) * snapshot.source.blockSize;
}

/** Tables and materialised views, largest first. */
export function tableFigures(snapshot: Snapshot): readonly TableFigures[] {
  const activity = new Map(snapshot.activity.tables.map((one) => [keyOf(one), one]));
  const days = countedDays(snapshot);
  return snapshot.relations
    .filter(({ kind }) => kind !== 'index' && kind !== 'partitioned index')
    .map((one): TableFigures => {
      const counted = activity.get(keyOf(one));
      return {
        schema: one.schema,
        name: one.name,
        kind: one.kind,
        ...(one.rows >= 0 ? { rows: Math.round(one.rows) } : {}),
        bytes: bytesOf(snapshot, one),
        toastBytes: one.toastBytes ?? 0,
        ...(counted && days !== undefined ? { rowsPerDay: (counted.inserted - counted.deleted) / days } : {}),
        inserted: counted?.inserted ?? 0,
        updated: counted?.updated ?? 0,
        deleted: counted?.deleted ?? 0,
        ...(counted && counted.updated > 0 ? { hot: counted.hotUpdated / counted.updated } : {}),
        dead: counted?.dead ?? 0,
        sequentialScans: counted?.sequentialScans ?? 0,
        indexScans: counted?.indexScans ?? 0,
      };
    })
    .toSorted((a, b) => b.bytes + b.toastBytes - a.bytes - a.toastBytes);
}

/** Indexes, largest first. */
export function indexUses(snapshot: Snapshot): readonly IndexUse[] {
  const scans = new Map(snapshot.activity.indexes.map((one) => [keyOf(one), one.scans]));
  const declared = new Map(
    [...snapshot.catalog.tables, ...snapshot.catalog.views].flatMap((of) =>
      of.indexes.map((index) => [keyOf(index), { index, of }] as const),
    ),
  );
  return snapshot.relations
    .flatMap((one): readonly IndexUse[] => {
      const known = declared.get(keyOf(one));
      const table = one.table ?? known?.of;
      if ((one.kind !== 'index' && one.kind !== 'partitioned index') || !table) return [];
      const count = scans.get(keyOf(one));
      const serves = known?.index.constraint ?? (known?.index.unique ? 'unique' : undefined);
      return [
        {
          schema: one.schema,
          name: one.name,
          table: { schema: table.schema, name: table.name },
          method: one.index?.method ?? known?.index.method ?? '',
          bytes: bytesOf(snapshot, one),
          ...(one.index?.level === undefined ? {} : { level: one.index.level }),
          ...(one.index?.levelBasis ? { levelBasis: one.index.levelBasis } : {}),
          ...(count === undefined ? {} : { scans: count }),
          ...(serves === undefined ? {} : { serves }),
        },
      ];
    })
    .toSorted((a, b) => b.bytes - a.bytes);
}

/** Whether real values are known for every parameter of a statement. */
export function parametersKnown({ sql, samples }: CapturedStatement): boolean {
  return samples.length > 0 || !/\$\d/.test(sql);
}

/** Share of the counted calls whose parameters are known; undefined without calls. */
export function knownShare(snapshot: Snapshot): number | undefined {
  const { statements, counted } = snapshot.workload;
  const all = Math.max(
    counted?.calls ?? 0,
    statements.reduce((sum, { calls }) => sum + calls, 0),
  );
  const known = statements.filter(parametersKnown).reduce((sum, { calls }) => sum + calls, 0);
  return all > 0 ? known / all : undefined;
}
