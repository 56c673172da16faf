// Records: found by a specification, inserted, and loaded together with their children.
// Written by dbd from the catalog and the task; a later run overwrites it.

import { run, type Db } from './connect.js';
import { type Calibration, type NewCalibration, calibrationTable, type Reading, type NewReading, readingTable, type ReadingsHourly, type NewReadingsHourly, readingsHourlyTable, type ReadingsHourlyChange, type NewReadingsHourlyChange, readingsHourlyChangeTable, type ReadingsLoad, type NewReadingsLoad, readingsLoadTable, type ReadingsLoadError, type NewReadingsLoadError, readingsLoadErrorTable, type Sensor, type NewSensor, sensorTable, type TableOf } from './schema.js';
import { comparison, known, specify, type Page, type Specification } from './specification.js';
import { decode, encode } from './values.js';

export type { Calibration, NewCalibration, Reading, NewReading, ReadingsHourly, NewReadingsHourly, ReadingsHourlyChange, NewReadingsHourlyChange, ReadingsLoad, NewReadingsLoad, ReadingsLoadError, NewReadingsLoadError, Sensor, NewSensor };

/** Finds calibrations; all of them when nothing is asked. */
export function findCalibrations(db: Db, where?: Specification<Calibration>, page: Page<Calibration> = {}): Promise<Calibration[]> {
  return find<Calibration>(db, calibrationTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertCalibration(db: Db, row: NewCalibration): Promise<Calibration> {
  return insert<Calibration>(db, calibrationTable, row);
}

/** Finds readings; all of them when nothing is asked. */
export function findReadings(db: Db, where?: Specification<Reading>, page: Page<Reading> = {}): Promise<Reading[]> {
  return find<Reading>(db, readingTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertReading(db: Db, row: NewReading): Promise<Reading> {
  return insert<Reading>(db, readingTable, row);
}

/** Finds readingsHourlies; all of them when nothing is asked. */
export function findReadingsHourlies(db: Db, where?: Specification<ReadingsHourly>, page: Page<ReadingsHourly> = {}): Promise<ReadingsHourly[]> {
  return find<ReadingsHourly>(db, readingsHourlyTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertReadingsHourly(db: Db, row: NewReadingsHourly): Promise<ReadingsHourly> {
  return insert<ReadingsHourly>(db, readingsHourlyTable, row);
}

/** Finds readingsHourlyChanges; all of them when nothing is asked. */
export function findReadingsHourlyChanges(db: Db, where?: Specification<ReadingsHourlyChange>, page: Page<ReadingsHourlyChange> = {}): Promise<ReadingsHourlyChange[]> {
  return find<ReadingsHourlyChange>(db, readingsHourlyChangeTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertReadingsHourlyChange(db: Db, row: NewReadingsHourlyChange): Promise<ReadingsHourlyChange> {
  return insert<ReadingsHourlyChange>(db, readingsHourlyChangeTable, row);
}

/** Finds readingsLoads; all of them when nothing is asked. */
export function findReadingsLoads(db: Db, where?: Specification<ReadingsLoad>, page: Page<ReadingsLoad> = {}): Promise<ReadingsLoad[]> {
  return find<ReadingsLoad>(db, readingsLoadTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertReadingsLoad(db: Db, row: NewReadingsLoad): Promise<ReadingsLoad> {
  return insert<ReadingsLoad>(db, readingsLoadTable, row);
}

/** Finds readingsLoadErrors; all of them when nothing is asked. */
export function findReadingsLoadErrors(db: Db, where?: Specification<ReadingsLoadError>, page: Page<ReadingsLoadError> = {}): Promise<ReadingsLoadError[]> {
  return find<ReadingsLoadError>(db, readingsLoadErrorTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertReadingsLoadError(db: Db, row: NewReadingsLoadError): Promise<ReadingsLoadError> {
  return insert<ReadingsLoadError>(db, readingsLoadErrorTable, row);
}

/** Finds sensors; all of them when nothing is asked. */
export function findSensors(db: Db, where?: Specification<Sensor>, page: Page<Sensor> = {}): Promise<Sensor[]> {
  return find<Sensor>(db, sensorTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertSensor(db: Db, row: NewSensor): Promise<Sensor> {
  return insert<Sensor>(db, sensorTable, row);
}

/** sensors and the calibrations of each: two statements, however many there are. */
export async function sensorsWithCalibrations(
  db: Db,
  where?: Specification<Sensor>,
  page: Page<Sensor> = {},
): Promise<(Sensor & { readonly calibrations: Calibration[] })[]> {
  const parents = await findSensors(db, where, page);
  const child = specify<Calibration>();
  const children = parents.length === 0 ? [] : await findCalibrations(db, child.oneOf('sensorId', parents.map((parent) => parent.id).filter((key) => key !== null)));
  const byKey = new Map<string, Calibration[]>();
  for (const row of children) {
    const key = keyText([row.sensorId]);
    const found = byKey.get(key);
    if (found) found.push(row);
    else byKey.set(key, [row]);
  }
  return parents.map((parent) => ({ ...parent, calibrations: byKey.get(keyText([parent.id])) ?? [] }));
}

/** sensors and the readings of each: two statements, however many there are. */
export async function sensorsWithReadings(
  db: Db,
  where?: Specification<Sensor>,
  page: Page<Sensor> = {},
): Promise<(Sensor & { readonly readings: Reading[] })[]> {
  const parents = await findSensors(db, where, page);
  const child = specify<Reading>();
  const children = parents.length === 0 ? [] : await findReadings(db, child.oneOf('sensorId', parents.map((parent) => parent.id).filter((key) => key !== null)));
  const byKey = new Map<string, Reading[]>();
  for (const row of children) {
    const key = keyText([row.sensorId]);
    const found = byKey.get(key);
    if (found) found.push(row);
    else byKey.set(key, [row]);
  }
  return parents.map((parent) => ({ ...parent, readings: byKey.get(keyText([parent.id])) ?? [] }));
}

/** sensors and the readingsHourlies of each: two statements, however many there are. */
export async function sensorsWithReadingsHourlies(
  db: Db,
  where?: Specification<Sensor>,
  page: Page<Sensor> = {},
): Promise<(Sensor & { readonly readingsHourlies: ReadingsHourly[] })[]> {
  const parents = await findSensors(db, where, page);
  const child = specify<ReadingsHourly>();
  const children = parents.length === 0 ? [] : await findReadingsHourlies(db, child.oneOf('sensorId', parents.map((parent) => parent.id).filter((key) => key !== null)));
  const byKey = new Map<string, ReadingsHourly[]>();
  for (const row of children) {
    const key = keyText([row.sensorId]);
    const found = byKey.get(key);
    if (found) found.push(row);
    else byKey.set(key, [row]);
  }
  return parents.map((parent) => ({ ...parent, readingsHourlies: byKey.get(keyText([parent.id])) ?? [] }));
}

function keyText(values: readonly unknown[]): string {
  return JSON.stringify(values.map((value) => (value instanceof Date ? value.toISOString() : String(value))));
}

async function find<T extends object>(db: Db, table: TableOf, where: Specification<T> | undefined, page: Page<T>): Promise<T[]> {
  const values: (string | null)[] = [];
  const condition = where === undefined ? [] : [`WHERE ${conditionOf(table, where, values)}`];
  const order = (page.orderBy ?? []).map(([field, direction]) => `${known(table.columns, field).name} ${direction === 'desc' ? 'DESC' : 'ASC'}`);
  const text = [
    `SELECT ${columnList(table)} FROM ${table.table}`,
    ...condition,
    ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []),
    ...(page.limit === undefined ? [] : [`LIMIT $${values.push(String(Math.trunc(page.limit)))}`]),
  ].join(' ');
  return (await run(db, { text }, values)).rows.map((row) => decoded<T>(table, row));
}

async function insert<T extends object>(db: Db, table: TableOf, row: object): Promise<T> {
  const given = Object.entries(row).filter(([field, value]) => value !== undefined && known(table.columns, field).given);
  const names = given.map(([field]) => known(table.columns, field).name);
  const values = given.map(([field, value]) => encode(known(table.columns, field).kind, value));
  const list = names.length === 0 ? 'DEFAULT VALUES' : `(${names.join(', ')}) VALUES (${names.map((_, at) => `$${at + 1}`).join(', ')})`;
  const { rows } = await run(db, { text: `INSERT INTO ${table.table} ${list} RETURNING ${columnList(table)}` }, values);
  return decoded<T>(table, rows[0]!);
}

function columnList({ columns }: TableOf): string {
  return Object.values(columns).map(({ name }, at) => `${name} AS c${at}`).join(', ');
}

function decoded<T>({ columns }: TableOf, row: Readonly<Record<string, unknown>>): T {
  return Object.fromEntries(Object.entries(columns).map(([field, { kind }], at) => [field, decode(kind, row[`c${at}`])])) as T;
}

function conditionOf<T>(table: TableOf, where: Specification<T>, values: (string | null)[]): string {
  if (where.kind === 'not') return `NOT (${conditionOf(table, where.of, values)})`;
  if (where.kind === 'all' || where.kind === 'any') {
    const parts = where.of.map((part) => `(${conditionOf(table, part, values)})`);
    return parts.length === 0 ? (where.kind === 'all' ? 'true' : 'false') : parts.join(where.kind === 'all' ? ' AND ' : ' OR ');
  }
  const { name, kind } = known(table.columns, where.field);
  const bound = (as: string, value: unknown): string => `$${values.push(encode(as, value))}`;
  switch (where.operator) {
    case 'null':
      return `${name} IS NULL`;
    case 'in':
      return `${name} = ANY (${bound(`${kind}[]`, where.value)})`;
    case 'like':
      return `${name} LIKE ${bound(kind, where.value)}`;
    default:
      return `${name} ${comparison(where.operator)} ${bound(kind, where.value)}`;
  }
}
