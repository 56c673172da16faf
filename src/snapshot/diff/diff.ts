/** What changed between two snapshots of a database. */
import { differences } from '../../catalog/difference.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Difference, Name } from '../../catalog/model.ts';
import type { RoleFact, SettingFact, Snapshot } from '../../engine/model.ts';
import { countersOf, type Counters } from './counters.ts';
import { statisticsMoved, type MovedStatistics } from './statistics.ts';
import { workloadChanges, type WorkloadChanges } from './workload.ts';

export interface SnapshotDiff {
  /** Days between the two. */
  readonly days: number;
  readonly counters: Counters;
  readonly structure: readonly Difference[];
  readonly sizes: readonly SizeChange[];
  readonly statistics: readonly MovedStatistics[];
  readonly indexes: IndexChanges;
  readonly workload: WorkloadChanges;
  readonly settings: readonly Changed[];
  readonly roles: readonly Changed[];
  /** What could not be compared, and why. */
  readonly limits: readonly string[];
}

export interface SizeChange extends Name {
  /** Undefined where never analysed or not there. */
  readonly rowsBefore?: number;
  readonly rowsAfter?: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

export interface IndexChanges {
  readonly added: readonly Name[];
  readonly gone: readonly Name[];
  /** There in both, serves no constraint, and nothing scanned it in the time between (or since the counters began again). */
  readonly unused: readonly (Name & { readonly bytes: number })[];
}

/** A fact by its name; absent on the side where it is not there. */
export interface Changed {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

/** Days between two snapshots below which what did not run means nothing: a minute. */
const shortest = 1 / 1440;

/** Compares two snapshots, the older one first. */
export function compareSnapshots(before: Snapshot, after: Snapshot): SnapshotDiff {
  const counters = countersOf(before, after);
  const days = (Date.parse(after.takenAt) - Date.parse(before.takenAt)) / 86_400_000;
  const indexes = indexChanges(before, after, counters.tables !== 'began again');
  const workload = workloadChanges(before, after, counters.workload);
  const tooShort = days < shortest;
  return {
    days,
    counters,
    structure: differences(before.catalog, after.catalog),
    sizes: sizeChanges(before, after),
    statistics: statisticsMoved(before, after),
    indexes: tooShort ? { ...indexes, unused: [] } : indexes,
    workload: tooShort ? { ...workload, gone: [] } : workload,
    settings: changed(before.settings, after.settings, settingName, ({ value }) => value),
    roles: changed(before.roles, after.roles, ({ name }) => name, roleWords),
    limits: limitsOf(before, after, counters),
  };
}

function sizeChanges(before: Snapshot, after: Snapshot): readonly SizeChange[] {
  const tables = (snapshot: Snapshot) =>
    new Map(
      snapshot.relations
        .filter(({ kind }) => !kind.endsWith('index'))
        .map((one) => [
          keyOf(one),
          {
            schema: one.schema,
            name: one.name,
            rows: one.rows < 0 ? undefined : Math.round(one.rows),
            bytes: (one.bytes ?? Math.max(0, one.pages) * snapshot.source.blockSize) + (one.toastBytes ?? 0),
          },
        ]),
    );
  const [was, is] = [tables(before), tables(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((key): SizeChange => {
      const [one, other] = [was.get(key), is.get(key)];
      const { schema, name } = (other ?? one)!;
      return {
        schema,
        name,
        ...(one?.rows === undefined ? {} : { rowsBefore: one.rows }),
        ...(other?.rows === undefined ? {} : { rowsAfter: other.rows }),
        bytesBefore: one?.bytes ?? 0,
        bytesAfter: other?.bytes ?? 0,
      };
    })
    .filter((one) => one.bytesBefore !== one.bytesAfter || one.rowsBefore !== one.rowsAfter)
    .toSorted((a, b) => Math.abs(b.bytesAfter - b.bytesBefore) - Math.abs(a.bytesAfter - a.bytesBefore));
}

function indexChanges(before: Snapshot, after: Snapshot, sameCounters: boolean): IndexChanges {
  const all = (snapshot: Snapshot) =>
    new Map(
      [...snapshot.catalog.tables, ...snapshot.catalog.views].flatMap(({ indexes }) =>
        indexes.map((index) => [keyOf(index), index] as const),
      ),
    );
  const [was, is] = [all(before), all(after)];
  const scansOf = (snapshot: Snapshot) =>
    new Map(snapshot.activity.indexes.map((one) => [keyOf(one), one.scans]));
  const [scansBefore, scansAfter] = [scansOf(before), scansOf(after)];
  const sizes = new Map(
    after.relations.map((one) => [keyOf(one), one.bytes ?? Math.max(0, one.pages) * after.source.blockSize]),
  );
  const name = ({ schema, name: own }: Name): Name => ({ schema, name: own });
  return {
    added: [...is].filter(([key]) => !was.has(key)).map(([, index]) => name(index)),
    gone: [...was].filter(([key]) => !is.has(key)).map(([, index]) => name(index)),
    unused: [...is]
      .filter(([key, index]) => {
        const scans = scansAfter.get(key);
        if (scans === undefined || index.unique || index.constraint !== undefined || !was.has(key))
          return false;
        return sameCounters ? scans === scansBefore.get(key) : scans === 0;
      })
      .map(([key, index]) => ({ ...name(index), bytes: sizes.get(key) ?? 0 }))
      .toSorted((a, b) => b.bytes - a.bytes),
  };
}

function settingName({ name, role }: SettingFact): string {
  return role === undefined ? name : `${name} of ${role}`;
}

function roleWords(role: RoleFact): string {
  const words = [
    role.superuser ? 'superuser' : '',
    role.login ? 'signs in' : '',
    role.bypassRowSecurity ? 'above row security' : '',
    role.inherit ? '' : 'does not inherit',
    role.memberOf.length > 0 ? `member of ${role.memberOf.toSorted().join(', ')}` : '',
  ].filter((word) => word !== '');
  return words.join(', ') || 'without rights of its own';
}

function changed<T>(
  before: readonly T[],
  after: readonly T[],
  name: (item: T) => string,
  says: (item: T) => string,
): readonly Changed[] {
  const [was, is] = [before, after].map(
    (items) => new Map(items.map((item) => [name(item), says(item)] as const)),
  );
  return [...new Set([...was!.keys(), ...is!.keys()])].toSorted().flatMap((key) => {
    const [one, other] = [was!.get(key), is!.get(key)];
    return one === other
      ? []
      : [
          {
            name: key,
            ...(one === undefined ? {} : { before: one }),
            ...(other === undefined ? {} : { after: other }),
          },
        ];
  });
}

function limitsOf(before: Snapshot, after: Snapshot, counters: Counters): readonly string[] {
  return [
    ...(before.source.database === after.source.database
      ? []
      : [`They are of different databases: ${before.source.database} and ${after.source.database}.`]),
    ...(before.source.role.name === after.source.role.name
      ? []
      : [
          `They were read by different roles, ${before.source.role.name} and ${after.source.role.name}, who may not see the same.`,
        ]),
    ...(counters.tables === 'began again'
      ? ['The counters of tables and indexes began again in between; scans are those since then.']
      : []),
    ...(counters.workload === 'began again'
      ? ['The counters of statements began again in between; calls and times are those since then.']
      : []),
    ...(counters.tables === 'unknown' || counters.workload === 'unknown'
      ? ['It is not known since when something was counted; rates are only told where they are known.']
      : []),
    ...(before.masked.length > 0 || after.masked.length > 0
      ? [
          'Made-up values differ from snapshot to snapshot; of masked columns only shares and numbers are compared.',
        ]
      : []),
  ];
}
