/** The load a rehearsal runs beside: the given workload, or an assumed one. */
import { primaryKey } from '../catalog/find.ts';
import type { Catalog, Name, Table } from '../catalog/model.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { NamedQuery, Workload } from '../workload/model.ts';
import { prepareQueries, type Prepared } from '../workload/prepare.ts';
import type { LoadSettings } from './model.ts';

/** Figures of a rehearsal on two cores: long enough for a queue to form, short enough to wait for. */
export const loadDefaults: LoadSettings = {
  at: 'average',
  seed: 1,
  baselineMs: 2500,
  readerMs: 2500,
  idleMs: 0,
  standby: false,
  standbyDelayMs: 1000,
  timeoutMs: 5000,
  connections: 24,
};

/** Rate of the queries of an assumed load, per second and query. */
const assumedPerSecond = 20;

/** The load of a rehearsal: the given workload, or one read and one write by key per table when there is none. */
export async function loadFor(
  engine: Engine,
  session: Session,
  catalog: Catalog,
  workload: Workload | undefined,
  tables: readonly Name[],
  seed: number,
): Promise<{ readonly prepared: Prepared; readonly assumed: boolean }> {
  const given = workload !== undefined && workload.queries.length > 0;
  const queries = given ? workload.queries : assumedWorkload(engine, catalog, tables).queries;
  return {
    prepared: await prepareQueries(engine, session, catalog, queries, { seed, sets: 200 }),
    assumed: !given,
  };
}

/** A read and a write that changes nothing per table, by primary key; labelled as assumed. */
export function assumedWorkload(engine: Engine, catalog: Catalog, tables: readonly Name[]): Workload {
  const touched = catalog.tables.filter((table) =>
    tables.some((name) => name.schema === table.schema && name.name === table.name),
  );
  return {
    source: 'assumed: one read and one write by key per touched table',
    queries: touched.flatMap((table) => probesOf(engine, table)),
  };
}

function probesOf({ quote }: Engine, table: Table): readonly NamedQuery[] {
  const name = quote.name(table);
  const from = quote.full(table);
  const rate = { perSecond: assumedPerSecond, peakPerSecond: assumedPerSecond };
  const key = primaryKey(table);
  if (key.length === 0)
    return [{ name: `read ${name}`, sql: `SELECT * FROM ${from} LIMIT 1`, rate, params: {} }];

  const params = Object.fromEntries(
    key.map((column, i) => [
      `key${i + 1}`,
      { kind: 'column' as const, table: `${table.schema}.${table.name}`, column },
    ]),
  );
  const where = key.map((column, i) => `${quote.identifier(column)} = :key${i + 1}`).join(' AND ');
  const settable = table.columns.find(
    (column) => column.identity !== 'always' && column.generated === undefined,
  );
  const set = settable && `${quote.identifier(settable.name)} = ${quote.identifier(settable.name)}`;
  return [
    { name: `read ${name} by key`, sql: `SELECT * FROM ${from} WHERE ${where}`, rate, params },
    ...(set
      ? [{ name: `write ${name} by key`, sql: `UPDATE ${from} SET ${set} WHERE ${where}`, rate, params }]
      : []),
  ];
}
