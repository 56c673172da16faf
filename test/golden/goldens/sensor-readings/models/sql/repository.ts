// Access patterns. Each statement stays prepared in its session under its name.
// Written by dbd from the catalog and the task; a later run overwrites it.

import { run, type Db, type Statement } from './connect.js';
import { insertReading, type NewReading, type Reading } from './records.js';
import { decode, encode, type Json } from './values.js';

export type { Json };

export interface LastHourOfSensorParameters {
  readonly sensorId: number;
}

export interface LastHourOfSensorRow {
  readonly recorded_at: Date;
  readonly value: string;
}

const lastHourOfSensorStatement: Statement = {
  name: 'lastHourOfSensor_0d7a16b5',
  text: 'SELECT recorded_at, value FROM readings WHERE sensor_id = $1 AND recorded_at > now() - interval \'1 hour\' ORDER BY recorded_at DESC',
  columns: { recorded_at: 'instant', value: 'decimal' },
};

/** Q1: The last hour of a sensor */
export async function lastHourOfSensor(db: Db, parameters: LastHourOfSensorParameters): Promise<LastHourOfSensorRow[]> {
  return decoded<LastHourOfSensorRow>(lastHourOfSensorStatement, (await run(db, lastHourOfSensorStatement, [encode('integer', parameters.sensorId)])).rows);
}

export interface HourlyMeansOfSensorsWeekParameters {
  readonly sensorId: number;
}

export interface HourlyMeansOfSensorsWeekRow {
  readonly hour: Date;
  readonly mean: string | null;
  readonly least: string;
  readonly most: string;
}

const hourlyMeansOfSensorsWeekStatement: Statement = {
  name: 'hourlyMeansOfSensorsWeek_9e3da35e',
  text: 'SELECT hour, total / readings AS mean, least, most FROM readings_hourly WHERE sensor_id = $1 AND hour >= now() - interval \'7 days\' ORDER BY hour',
  columns: { hour: 'instant', mean: 'decimal', least: 'decimal', most: 'decimal' },
};

/** Q2: Hourly means of a sensor's week */
export async function hourlyMeansOfSensorsWeek(db: Db, parameters: HourlyMeansOfSensorsWeekParameters): Promise<HourlyMeansOfSensorsWeekRow[]> {
  return decoded<HourlyMeansOfSensorsWeekRow>(hourlyMeansOfSensorsWeekStatement, (await run(db, hourlyMeansOfSensorsWeekStatement, [encode('integer', parameters.sensorId)])).rows);
}

/** Q3: A sensor reports */
export function sensorReports(db: Db, row: NewReading): Promise<Reading> {
  return insertReading(db, row);
}

function decoded<R>(statement: Statement, rows: readonly Readonly<Record<string, unknown>>[]): R[] {
  return rows.map((row) => Object.fromEntries(Object.entries(statement.columns).map(([name, kind]) => [name, decode(kind, row[name])])) as R);
}
