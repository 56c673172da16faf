/** Everything that rules ask about, looked up once. */
import { keyOf } from '../../../catalog/identity.ts';
import { habitsOf } from '../../../catalog/naming.ts';
import type { Name, Table } from '../../../catalog/model.ts';
import type { Engine } from '../../../engine/model.ts';
import type { ColumnStatistics } from '../../../engine/snapshot/model.ts';
import { noMismatches, noStandards } from '../../check.ts';
import type { Standards } from '../../model.ts';
import { healthLimits } from '../limits.ts';
import type { HealthFacts, HealthLimits, HealthSubject, IndexUse } from '../model.ts';

const dayMs = 86_400_000;

/** The subject of all rules. */
export function healthSubject(
  engine: Engine,
  facts: HealthFacts,
  standards: Standards = noStandards,
  limits: HealthLimits = healthLimits,
): HealthSubject {
  const { snapshot, server, nodes } = facts;
  const { catalog } = snapshot;
  const aside = new Set(standards.ignore);
  const own = ({ schema }: Name): boolean => !aside.has(schema);
  const tables = catalog.tables.filter(own);
  const relations = new Map(snapshot.relations.map((one) => [keyOf(one), one]));
  const activities = new Map(snapshot.activity.tables.map((one) => [keyOf(one), one]));
  const uses = new Map(snapshot.activity.indexes.map((one) => [keyOf(one), one]));
  const statistics = statisticsOf(snapshot.columns);
  const elsewhere = nodes.map((node) => ({
    ...node,
    byIndex: new Map(node.indexes.map((one) => [keyOf(one), one])),
  }));
  const now = Date.parse(server?.at || snapshot.takenAt);
  const daysSince = (since: string | undefined): number | undefined =>
    since === undefined || since === '' ? undefined : Math.max(0, (now - Date.parse(since)) / dayMs);
  const days = daysSince(snapshot.activity.since ?? server?.countedSince);
  const rows = (name: Name): number => {
    const counted = relations.get(keyOf(name))?.rows ?? -1;
    return counted >= 0 ? counted : (activities.get(keyOf(name))?.live ?? 0);
  };
  return {
    ...facts,
    structure: {
      catalog,
      tables: tables.filter((table) => !table.partitionOf && !engine.seed.isHistory(table)),
      views: catalog.views.filter(own),
      routines: catalog.routines.filter(own),
      quote: engine.quote,
      types: engine.types,
      habits: habitsOf(catalog),
      standards,
      mismatched: noMismatches,
      declared: [],
    },
    tables: tables.filter(({ kind }) => kind === 'table'),
    quote: engine.quote,
    sql: engine.health.sql,
    layout: engine.health.layout,
    limits,
    now,
    ...(days === undefined ? {} : { days }),
    rows,
    bytes: (name) => {
      const found = relations.get(keyOf(name));
      return found?.bytes ?? Math.max(0, found?.pages ?? 0) * snapshot.source.blockSize;
    },
    toast: (name) => relations.get(keyOf(name))?.toastBytes ?? 0,
    activity: (name) => activities.get(keyOf(name)),
    statistics: (table, column) => statistics.get(keyOf(table))?.find((one) => one.column === column),
    laid: (table: Table) => ({
      catalog,
      table,
      rows: rows(table),
      statistics: statistics.get(keyOf(table)) ?? [],
    }),
    uses: (index): IndexUse => {
      const here = uses.get(keyOf(index));
      const there = elsewhere.map(({ byIndex }) => byIndex.get(keyOf(index)));
      const all = [days, ...elsewhere.map(({ since }) => daysSince(since))];
      const scanned = [here, ...there].flatMap((one) =>
        one?.lastScan === undefined ? [] : Date.parse(one.lastScan),
      );
      return {
        scans: (here?.scans ?? 0) + there.reduce((sum, one) => sum + (one?.scans ?? 0), 0),
        ...(scanned.length === 0 ? {} : { lastScan: Math.max(...scanned) }),
        ...(all.includes(undefined) ? {} : { days: Math.min(...(all as number[])) }),
        nodes: all.length,
      };
    },
  };
}

/** Statistics of a table alone come before those with its children. */
function statisticsOf(
  columns: readonly ColumnStatistics[],
): ReadonlyMap<string, readonly ColumnStatistics[]> {
  const found = new Map<string, ColumnStatistics[]>();
  for (const one of columns) {
    const key = keyOf({ schema: one.schema, name: one.relation });
    const list = found.get(key);
    if (list) list.push(one);
    else found.set(key, [one]);
  }
  for (const list of found.values()) list.sort((a, b) => Number(a.inherited) - Number(b.inherited));
  return found;
}
