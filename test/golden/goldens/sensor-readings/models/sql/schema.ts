// The tables: what a row holds, and what their names are in SQL.
// Written by dbd from the catalog and the task; a later run overwrites it.

import type { Json } from './values.js';

/** A row of public.calibrations: The correction that was valid for a sensor, and when [class: internal; owner: plant-data] (IOT-4 E3) */
export interface Calibration {
  readonly id: bigint;
  readonly sensorId: number;
  readonly gain: string;
  readonly bias: string;
  /** From when (included) to when (excluded) the row is true; no end: until further notice */
  readonly valid: string;
}

/** What an insert gives; what is left out gets its default. */
export interface NewCalibration {
  readonly id?: bigint;
  readonly sensorId: number;
  readonly gain: string;
  readonly bias?: string;
  readonly valid?: string;
}

/** A row of public.readings: One value that a sensor reported [class: internal; owner: plant-data; retention: 90 days, then delete] (IOT-4 E1) */
export interface Reading {
  readonly sensorId: number;
  readonly recordedAt: Date;
  /** Unit: as of the sensor's kind */
  readonly value: string;
}

/** What an insert gives; what is left out gets its default. */
export interface NewReading {
  readonly sensorId: number;
  readonly recordedAt?: Date;
  readonly value: string;
}

/** A row of public.readings_hourly: Sum and count per sensor and hour, for reports [class: internal; owner: plant-data] (IOT-4 E2) */
export interface ReadingsHourly {
  readonly sensorId: number;
  readonly hour: Date;
  readonly readings: bigint;
  readonly total: string;
  readonly least: string;
  readonly most: string;
}

/** What an insert gives; what is left out gets its default. */
export interface NewReadingsHourly {
  readonly sensorId: number;
  readonly hour: Date;
  readonly readings: bigint;
  readonly total: string;
  readonly least: string;
  readonly most: string;
}

/** A row of public.readings_hourly_changes: Changes of readings that readings_hourly does not hold yet (IOT-4 E2) */
export interface ReadingsHourlyChange {
  readonly changeId: bigint;
  readonly sensorId: number;
  readonly hour: Date;
  readonly netRows: bigint;
  readonly rowsGone: boolean;
  readonly total: string | null;
  readonly least: string | null;
  readonly most: string | null;
}

/** What an insert gives; what is left out gets its default. */
export interface NewReadingsHourlyChange {
  readonly sensorId: number;
  readonly hour: Date;
  readonly netRows: bigint;
  readonly rowsGone: boolean;
  readonly total?: string | null;
  readonly least?: string | null;
  readonly most?: string | null;
}

/** A row of public.readings_load: Rows on their way into readings: all text, so that COPY takes what comes (IOT-4 F1) */
export interface ReadingsLoad {
  readonly loadId: bigint;
  readonly sensorId: string | null;
  readonly recordedAt: string | null;
  readonly value: string | null;
}

/** What an insert gives; what is left out gets its default. */
export interface NewReadingsLoad {
  readonly sensorId?: string | null;
  readonly recordedAt?: string | null;
  readonly value?: string | null;
}

/** A row of public.readings_load_error: Rows that readings refused, with the reason (IOT-4 F1) */
export interface ReadingsLoadError {
  readonly errorId: bigint;
  readonly stagedRow: Json;
  readonly sqlstate: string;
  readonly reason: string;
  readonly constraintName: string | null;
  readonly failedAt: Date;
}

/** What an insert gives; what is left out gets its default. */
export interface NewReadingsLoadError {
  readonly stagedRow: Json;
  readonly sqlstate: string;
  readonly reason: string;
  readonly constraintName?: string | null;
  readonly failedAt?: Date;
}

/** A row of public.sensors: One device that measures one thing */
export interface Sensor {
  readonly id: number;
  readonly siteId: number;
  readonly kind: string;
  readonly installedAt: Date;
}

/** What an insert gives; what is left out gets its default. */
export interface NewSensor {
  readonly siteId: number;
  readonly kind: string;
  readonly installedAt?: Date;
}

export interface TableOf {
  readonly table: string;
  readonly columns: { readonly [property: string]: ColumnOf };
}

export interface ColumnOf {
  readonly name: string;
  readonly kind: string;
  /** Programs give it a value. */
  readonly given: boolean;
}

export const calibrationTable: TableOf = {
  table: 'public.calibrations',
  columns: {
    id: { name: 'id', kind: 'bigint', given: true },
    sensorId: { name: 'sensor_id', kind: 'integer', given: true },
    gain: { name: 'gain', kind: 'decimal', given: true },
    bias: { name: 'bias', kind: 'decimal', given: true },
    valid: { name: 'valid', kind: 'other', given: true },
  },
};

export const readingTable: TableOf = {
  table: 'public.readings',
  columns: {
    sensorId: { name: 'sensor_id', kind: 'integer', given: true },
    recordedAt: { name: 'recorded_at', kind: 'instant', given: true },
    value: { name: 'value', kind: 'decimal', given: true },
  },
};

export const readingsHourlyTable: TableOf = {
  table: 'public.readings_hourly',
  columns: {
    sensorId: { name: 'sensor_id', kind: 'integer', given: true },
    hour: { name: 'hour', kind: 'instant', given: true },
    readings: { name: 'readings', kind: 'bigint', given: true },
    total: { name: 'total', kind: 'decimal', given: true },
    least: { name: '"least"', kind: 'decimal', given: true },
    most: { name: 'most', kind: 'decimal', given: true },
  },
};

export const readingsHourlyChangeTable: TableOf = {
  table: 'public.readings_hourly_changes',
  columns: {
    changeId: { name: 'change_id', kind: 'bigint', given: false },
    sensorId: { name: 'sensor_id', kind: 'integer', given: true },
    hour: { name: 'hour', kind: 'instant', given: true },
    netRows: { name: 'net_rows', kind: 'bigint', given: true },
    rowsGone: { name: 'rows_gone', kind: 'boolean', given: true },
    total: { name: 'total', kind: 'decimal', given: true },
    least: { name: '"least"', kind: 'decimal', given: true },
    most: { name: 'most', kind: 'decimal', given: true },
  },
};

export const readingsLoadTable: TableOf = {
  table: 'public.readings_load',
  columns: {
    loadId: { name: 'load_id', kind: 'bigint', given: false },
    sensorId: { name: 'sensor_id', kind: 'text', given: true },
    recordedAt: { name: 'recorded_at', kind: 'text', given: true },
    value: { name: 'value', kind: 'text', given: true },
  },
};

export const readingsLoadErrorTable: TableOf = {
  table: 'public.readings_load_error',
  columns: {
    errorId: { name: 'error_id', kind: 'bigint', given: false },
    stagedRow: { name: 'staged_row', kind: 'json', given: true },
    sqlstate: { name: 'sqlstate', kind: 'text', given: true },
    reason: { name: 'reason', kind: 'text', given: true },
    constraintName: { name: 'constraint_name', kind: 'text', given: true },
    failedAt: { name: 'failed_at', kind: 'instant', given: true },
  },
};

export const sensorTable: TableOf = {
  table: 'public.sensors',
  columns: {
    id: { name: 'id', kind: 'integer', given: false },
    siteId: { name: 'site_id', kind: 'integer', given: true },
    kind: { name: 'kind', kind: 'text', given: true },
    installedAt: { name: 'installed_at', kind: 'instant', given: true },
  },
};
