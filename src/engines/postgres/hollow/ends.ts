/**
 * Ends of indexes. The planner compares a constant near the end of a histogram with the real end of an index that begins with the column
 * (`get_actual_variable_range`); an index without rows has none, so the outer bounds of the histogram are made those ends.
 */
import { SqlError } from '../../../base/error.ts';
import type { NotExact } from '../../../engine/hollow/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { ColumnStatistics, RelationFigures, Snapshot } from '../../../engine/snapshot/model.ts';
import { columnTitle, type PlacedColumn } from './placed.ts';
import { keyOf } from './indexes.ts';

/** Rows that ANALYZE samples per unit of its usual target, 100. */
const sampled = 300 * 100;

/** Valid, whole trees in the order that the histogram has, by the column itself or the expression whose statistics belong to the index. */
const ledQuery = `
SELECT w.n::int AS n FROM unnest($1::int[], $2::oid[], $3::int[], $4::oid[], $5::oid[]) AS w(n, relation, number, less, sorting)
WHERE EXISTS (
  SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = c.relam
  JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[0]
  JOIN pg_catalog.pg_amop a ON a.amopfamily = o.opcfamily AND a.amopopr = w.less
  WHERE m.amname = 'btree' AND i.indisvalid AND i.indpred IS NULL AND i.indcollation[0] = w.sorting
    AND ((i.indrelid = w.relation AND i.indkey[0] = w.number) OR (i.indexrelid = w.relation AND w.number = 1)))`;

const namesQuery = `
SELECT t.oid AS type, pg_catalog.format_type(nullif(t.typarray, 0), NULL) AS array, t.typcategory = 'A' AS nested
FROM pg_catalog.pg_type t WHERE t.oid = ANY ($1)`;

const collationsQuery = `
SELECT c.oid AS collation, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname) AS name
FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace WHERE c.oid = ANY ($1)`;

const outerQuery = (array: string, collation: string): string => `
SELECT w.n, (array_agg(v::text ORDER BY v${collation}))[1] AS least, (array_agg(v::text ORDER BY v${collation} DESC))[1] AS greatest
FROM pg_catalog.jsonb_to_recordset($1::jsonb) AS w(n int, common text, bounds text)
CROSS JOIN LATERAL unnest(w.common::${array} || w.bounds::${array}) AS v GROUP BY w.n`;

interface Outer extends Record<string, unknown> {
  readonly n: number;
  readonly least: string;
  readonly greatest: string;
}

/** Histograms that reach to the ends of indexes, by the number of their column; columns whose ends are not known for sure are told. */
export async function histogramsToEnds(
  session: Session,
  { relations, probes }: Snapshot,
  placed: readonly PlacedColumn[],
): Promise<{ readonly histograms: ReadonlyMap<number, string>; readonly notExact: readonly NotExact[] }> {
  const sorted = placed.filter(
    ({ column, facts }) =>
      !column.inherited && column.histogram !== undefined && facts.less !== 0 && facts.safe,
  );
  const { rows } = await session.query<{ n: number }>(ledQuery, [
    sorted.map(({ n }) => n),
    sorted.map(({ relation }) => relation),
    sorted.map(({ number }) => number),
    sorted.map(({ facts }) => facts.less),
    sorted.map(({ collation }) => collation),
  ]);
  const led = new Set(rows.map(({ n }) => n));
  const asked = new Map(
    probes.ends.map((one) => [JSON.stringify([one.table.schema, one.table.name, one.column]), one]),
  );
  const endOf = ({ schema, relation, column }: ColumnStatistics) =>
    asked.get(JSON.stringify([schema, relation, column]));
  const histograms = new Map<number, string>();
  const guessed = sorted.filter(({ n, column }) => led.has(n) && !endOf(column));
  for (const { n, column } of sorted) {
    const ends = led.has(n) ? endOf(column) : undefined;
    if (ends) histograms.set(n, withOuter(column.histogram!, ends.least, ends.greatest));
  }
  const { outer, unread } = await outerValues(
    session,
    guessed.filter(({ column }) => column.commonValues !== undefined),
  );
  for (const { n, column } of guessed) {
    const found = outer.get(n);
    if (found) histograms.set(n, withOuter(column.histogram!, found.least, found.greatest));
  }
  const figures = new Map(relations.map((one) => [keyOf(one), one]));
  const tableOf = ({ schema, relation }: ColumnStatistics): RelationFigures | undefined => {
    const found = figures.get(keyOf({ schema, name: relation }));
    return found?.table ? figures.get(keyOf(found.table)) : found;
  };
  return {
    histograms,
    notExact: guessed
      .filter((one) => unread.has(one.n) || moved(tableOf(one.column)))
      .map(({ column }) => ({
        what: columnTitle(column),
        why: 'The ends of its index were not asked for: constants near or beyond the last bound of its histogram may be estimated otherwise.',
      })),
  };
}

/** Whether the ends may lie elsewhere than ANALYZE saw them: rows came since, or it saw a sample only. */
function moved(table: RelationFigures | undefined): boolean {
  return table !== undefined && ((table.changedSince ?? 1) > 0 || table.rows > sampled);
}

/** Least and greatest of common values and bounds, in the order of their type. */
async function outerValues(
  session: Session,
  columns: readonly PlacedColumn[],
): Promise<{ readonly outer: ReadonlyMap<number, Outer>; readonly unread: ReadonlySet<number> }> {
  const outer = new Map<number, Outer>();
  const unread = new Set<number>();
  const { rows: types } = await session.query<{ type: number; array: string | null; nested: boolean }>(
    namesQuery,
    [columns.map(({ facts }) => facts.base)],
  );
  const { rows: collations } = await session.query<{ collation: number; name: string }>(collationsQuery, [
    columns.map(({ collation }) => collation),
  ]);
  const collationNames = new Map(collations.map(({ collation, name }) => [collation, ` COLLATE ${name}`]));
  const usual = new Set([0, 100]);
  for (const { type, array, nested } of types) {
    const ofType = columns.filter(({ facts }) => facts.base === type);
    for (const collation of new Set(ofType.map((one) => one.collation))) {
      const group = ofType.filter((one) => one.collation === collation);
      const missed = (): void => group.forEach(({ n }) => unread.add(n));
      // Elements of a nested array would be read as one array.
      if (array === null || nested) missed();
      else
        try {
          const sorting = usual.has(collation) ? '' : collationNames.get(collation)!;
          const records = group.map(({ n, column }) => ({
            n,
            common: column.commonValues,
            bounds: column.histogram,
          }));
          const { rows } = await session.query<Outer>(outerQuery(array, sorting), [JSON.stringify(records)]);
          for (const row of rows) outer.set(row.n, row);
        } catch (error) {
          if (!(error instanceof SqlError)) throw error;
          missed();
        }
    }
  }
  return { outer, unread };
}

/** The array literal with other values at its ends. */
function withOuter(histogram: string, least: string, greatest: string): string {
  const bounds = histogram.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,]+/gs) ?? [];
  if (bounds.length < 2) return histogram;
  return `{${[quoted(least), ...bounds.slice(1, -1), quoted(greatest)].join(',')}}`;
}

function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}
