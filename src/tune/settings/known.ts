/** Production's values and figures, as rules read them. */
import { keyOf } from '../../catalog/identity.ts';
import type { Name } from '../../catalog/model.ts';
import type {
  CapturedStatement,
  RelationFigures,
  SettingFact,
  Snapshot,
  TableActivity,
} from '../../engine/model.ts';
import type { WorkQuery } from '../advice/model.ts';

const byteUnits: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
};
const timeUnits: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const dayMs = 86_400_000;

/** The value that holds for everybody; undefined when the snapshot does not tell. */
export function settingOf({ settings }: Snapshot, name: string): SettingFact | undefined {
  const all = settings.filter((one) => one.name === name && one.role === undefined);
  return all.find(({ from }) => from === 'database') ?? all[0];
}

/** Bytes of a value such as `128MB`; undefined when it is none. */
export function bytesOf(value: string | undefined): number | undefined {
  return scaled(value, byteUnits);
}

/** Milliseconds of a value such as `5min`; 0 for none. */
export function msOf(value: string | undefined): number | undefined {
  return value === '0' ? 0 : scaled(value, timeUnits);
}

function scaled(value: string | undefined, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(value ?? '');
  const unit = match && units[match[2]!];
  return unit ? Number(match[1]) * unit : undefined;
}

/** Bytes as a server's configuration has them: whole, in the largest unit that keeps three figures. */
export function shownBytes(bytes: number): string {
  const [unit, size] = bytes >= 8 * 1024 ** 3 ? ['GB', 1024 ** 3] : ['MB', 1024 ** 2];
  return `${Math.max(1, Math.round(bytes / (size as number)))}${unit}`;
}

/** Days over which the activity was counted; undefined when the server does not say since when. */
export function countedDays({ activity, takenAt }: Snapshot): number | undefined {
  const days = activity.since === undefined ? 0 : (Date.parse(takenAt) - Date.parse(activity.since)) / dayMs;
  return days > 0 ? days : undefined;
}

/** Seconds over which statements were counted. */
export function countedSeconds({ workload, takenAt }: Snapshot): number | undefined {
  const ms = workload.since === undefined ? 0 : Date.parse(takenAt) - Date.parse(workload.since);
  return ms > 0 ? ms / 1000 : undefined;
}

/** A table with what was counted of it. */
export interface TableFigures {
  readonly table: Name;
  readonly rows: number;
  readonly bytes: number;
  readonly activity?: TableActivity;
  /** Storage parameters of its own, by name. */
  readonly options: Readonly<Record<string, string>>;
}

/** Ordinary tables and partitions, largest first. */
export function tablesOf({ relations, activity, catalog, source }: Snapshot): readonly TableFigures[] {
  const counted = new Map(activity.tables.map((one) => [keyOf(one), one]));
  const known = new Map(catalog.tables.map((table) => [keyOf(table), table]));
  return relations
    .filter(({ kind, rows }) => kind === 'table' && rows >= 0)
    .map((relation) => {
      const own = counted.get(keyOf(relation));
      return {
        table: { schema: relation.schema, name: relation.name },
        rows: relation.rows,
        bytes: sizeOf(relation, source.blockSize),
        ...(own ? { activity: own } : {}),
        options: Object.fromEntries(
          (known.get(keyOf(relation))?.options ?? []).map((option) => option.split('=') as [string, string]),
        ),
      };
    })
    .toSorted((a, b) => b.bytes - a.bytes);
}

/** Bytes of all tables and indexes. */
export function databaseBytes({ relations, source }: Snapshot): number {
  return relations.reduce((sum, one) => sum + sizeOf(one, source.blockSize) + (one.toastBytes ?? 0), 0);
}

function sizeOf({ bytes, pages }: RelationFigures, blockSize: number): number {
  return bytes ?? pages * blockSize;
}

/** What production counted of a query of the workload: its text tells, as it was counted. */
export function statementOf(
  { workload }: Snapshot,
  { name, sql, original }: WorkQuery,
): CapturedStatement | undefined {
  return workload.statements.find((one) => one.sql === (original ?? sql) || one.id === name);
}
