import type { ColumnStatistics } from '../../../../engine/snapshot/model.ts';
import { OWN_SCHEMA, present } from '../../inspect/scope.ts';
import type { Recording, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';

const stage = 'read sizes and statistics';

/** Columns that both kinds of statistics have, of the view with this alias. */
export const figures = (
  s: string,
): string => `${s}.inherited, ${s}.null_frac, ${s}.avg_width, ${s}.n_distinct,
       ${s}.most_common_vals::text AS common_values, ${s}.most_common_freqs AS common_frequencies, ${s}.histogram_bounds::text AS histogram,
       ${s}.correlation, ${s}.most_common_elems::text AS common_elements, ${s}.most_common_elem_freqs AS element_frequencies,
       ${s}.elem_count_histogram AS element_histogram`;

/** The planner's statistics of columns and of index expressions. */
export const COLUMN_STATISTICS: Section = {
  name: 'column-statistics',
  stage,
  why: "The planner's statistics of each column that this role may read, and of expressions in indexes. They hold values: the most common ones and the bounds of a histogram.",
  sql: ({ version }) => `
SELECT s.schemaname::text AS schema, s.tablename::text AS relation, s.attname::text AS "column",
       (SELECT count(*) FROM pg_catalog.pg_attribute b
         WHERE b.attrelid = c.oid AND b.attnum BETWEEN 1 AND a.attnum AND NOT b.attisdropped)::int AS position,
       ${figures('s')}${
         version >= 170_000
           ? `,
       s.range_length_histogram::text AS range_lengths, s.range_empty_frac, s.range_bounds_histogram::text AS range_bounds`
           : ''
       }
FROM pg_catalog.pg_stats s
JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname AND NOT a.attisdropped
WHERE ${OWN_SCHEMA}
ORDER BY s.schemaname COLLATE "C", s.tablename COLLATE "C", a.attnum, s.inherited`,
};

const slot = (kind: number, what: string): string =>
  `CASE ${[1, 2, 3, 4, 5].map((n) => `WHEN s.stakind${n} = ${kind} THEN s.${what.replace('#', String(n))}`).join(' ')} END`;

/** Statistics of ranges, which `pg_stats` shows from 17 on; kinds 6 and 7 hold lengths and bounds. */
export const RANGE_STATISTICS: Section = {
  name: 'range-statistics',
  stage,
  when: 'raw_statistics',
  optional: true,
  why: "Statistics of ranges: before version 17 only the server's own table holds them, which only a superuser may read.",
  sql: ({ version }) =>
    version >= 170_000
      ? 'SELECT NULL::text AS schema WHERE false'
      : `
SELECT n.nspname::text AS schema, c.relname::text AS relation, a.attname::text AS "column", s.stainherit AS inherited,
       (${slot(6, 'stavalues#::text')}) AS range_lengths, (${slot(6, 'stanumbers#')})[1] AS range_empty_frac, (${slot(7, 'stavalues#::text')}) AS range_bounds
FROM pg_catalog.pg_statistic s
JOIN pg_catalog.pg_class c ON c.oid = s.starelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = s.staattnum AND NOT a.attisdropped
WHERE ${OWN_SCHEMA} AND (6 IN (s.stakind1, s.stakind2, s.stakind3, s.stakind4, s.stakind5)
  OR 7 IN (s.stakind1, s.stakind2, s.stakind3, s.stakind4, s.stakind5))`,
};

/** Figures that both kinds of statistics have. */
export interface FigureRow {
  readonly inherited: boolean;
  readonly null_frac: number;
  readonly avg_width: number;
  readonly n_distinct: number;
  readonly common_values: string | null;
  readonly common_frequencies: readonly number[] | null;
  readonly histogram: string | null;
  readonly correlation: number | null;
  readonly common_elements: string | null;
  readonly element_frequencies: readonly number[] | null;
  readonly element_histogram: readonly number[] | null;
}

interface RangeRow {
  readonly range_lengths?: string | null;
  readonly range_empty_frac?: number | null;
  readonly range_bounds?: string | null;
}

interface ColumnStatisticsRow extends FigureRow, RangeRow {
  readonly schema: string;
  readonly relation: string;
  readonly column: string;
  readonly position: number;
}

type Figures = Omit<ColumnStatistics, 'schema' | 'relation' | 'column' | 'position'>;

/** The figures under the names of the snapshot. */
export function toFigures(row: FigureRow, ranges: RangeRow = {}): Figures {
  return present<Figures>({
    inherited: row.inherited,
    nullFraction: row.null_frac,
    averageWidth: row.avg_width,
    distinct: row.n_distinct,
    commonValues: row.common_values,
    commonFrequencies: row.common_frequencies,
    histogram: row.histogram,
    correlation: row.correlation,
    commonElements: row.common_elements,
    elementFrequencies: row.element_frequencies,
    elementHistogram: row.element_histogram,
    rangeLengths: ranges.range_lengths ?? null,
    rangeEmptyFraction: ranges.range_empty_frac ?? null,
    rangeBounds: ranges.range_bounds ?? null,
  });
}

/** Statistics of all columns that could be seen. */
export function toColumnStatistics(recording: Recording): readonly ColumnStatistics[] {
  const keyed = (
    row: Omit<ColumnStatisticsRow, keyof FigureRow | 'position'> & { readonly inherited: boolean },
  ) => JSON.stringify([row.schema, row.relation, row.column, row.inherited]);
  const ranges = new Map(
    rowsOf<ColumnStatisticsRow>(recording, RANGE_STATISTICS).map((row) => [keyed(row), row] as const),
  );
  return rowsOf<ColumnStatisticsRow>(recording, COLUMN_STATISTICS).map((row) => ({
    schema: row.schema,
    relation: row.relation,
    column: row.column,
    position: row.position,
    ...toFigures(row, ranges.get(keyed(row)) ?? row),
  }));
}
