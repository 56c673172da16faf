/**
 * Ends of indexes. The planner compares a constant near the end of a histogram with the real end of an index that begins with the column
 * (`get_actual_variable_range`), so the only leaf of a hollow tree has those two entries.
 */
import { SqlError } from '../../../base/error.ts';
import type { Name } from '../../../catalog/model.ts';
import type { NotExact } from '../../../engine/hollow/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { ColumnStatistics, RelationFigures, Snapshot } from '../../../engine/snapshot/model.ts';
import { columnTitle, type PlacedColumn } from './placed.ts';
import type { Stored } from './array-elements.ts';
import { keyOf } from './indexes.ts';
import { sampledRows } from './sample.ts';
import { leafEntry } from './leaf-entry.ts';
import { storedValues } from './stored.ts';

/** `pg_collation.oid` of the database's own. */
const defaultCollation = 100;

/** Bytes of an end that fits into an entry of an index beside another one. */
const longestEnd = 2000;

/** Valid, whole trees in the order that the histogram has, by the column itself or the expression whose statistics belong to the index. */
const treesQuery = `
WITH w AS (
  SELECT * FROM unnest($1::int[], $2::oid[], $3::int[], $4::oid[], $5::oid[]) AS w(n, relation, number, less, sorting)),
led AS (
  SELECT w.n, w.less, w.sorting, i.indexrelid FROM w JOIN pg_catalog.pg_index i ON i.indrelid = w.relation AND i.indkey[0] = w.number
  UNION ALL
  SELECT w.n, w.less, w.sorting, i.indexrelid FROM w JOIN pg_catalog.pg_index i ON i.indexrelid = w.relation WHERE w.number = 1)
SELECT led.n::int AS n, s.nspname::text AS schema, c.relname::text AS name, ts.nspname::text AS table_schema, t.relname::text AS table_name,
       i.indnatts AS attributes, i.indoption[0] & 1 = 1 AS descending
FROM led
JOIN pg_catalog.pg_index i ON i.indexrelid = led.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace ts ON ts.oid = t.relnamespace
JOIN pg_catalog.pg_am m ON m.oid = c.relam
JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[0]
WHERE m.amname = 'btree' AND i.indisvalid AND i.indpred IS NULL AND i.indcollation[0] = led.sorting AND o.opckeytype = 0
  AND EXISTS (SELECT FROM pg_catalog.pg_amop a WHERE a.amopfamily = o.opcfamily AND a.amopopr = led.less)`;

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

/** A tree and what stands at its ends. */
interface Tree extends Record<string, unknown>, Name {
  readonly n: number;
  readonly table_schema: string;
  readonly table_name: string;
  readonly attributes: number;
  readonly descending: boolean;
}

/** What goes into the only leaf of trees, and the tables of these. */
export interface PlantedEnds {
  /** Entries by the index's key. */
  readonly leaves: ReadonlyMap<string, readonly Buffer[]>;
  /** Keys of tables. */
  readonly tables: ReadonlySet<string>;
  /** Columns whose ends are not known for sure. */
  readonly notExact: readonly NotExact[];
}

/** Works out what stands at the ends of the trees that the planner looks into. */
export async function endsOfTrees(
  session: Session,
  snapshot: Snapshot,
  placed: readonly PlacedColumn[],
): Promise<PlantedEnds> {
  const { relations, probes } = snapshot;
  const sampled = sampledRows(snapshot);
  const sorted = placed.filter(
    ({ column, facts }) =>
      !column.inherited &&
      (column.histogram ?? column.commonValues) !== undefined &&
      facts.less !== 0 &&
      facts.safe,
  );
  const { rows: trees } = await session.query<Tree>(treesQuery, [
    sorted.map(({ n }) => n),
    sorted.map(({ relation }) => relation),
    sorted.map(({ number }) => number),
    sorted.map(({ facts }) => facts.less),
    sorted.map(({ collation }) => collation),
  ]);
  const led = new Set(trees.map(({ n }) => n));
  const asked = new Map(
    probes.ends.map((one) => [JSON.stringify([one.table.schema, one.table.name, one.column]), one]),
  );
  const ends = new Map<number, Ends>();
  const guessed = sorted.filter(({ n, column: { schema, relation, column } }) => {
    const found = asked.get(JSON.stringify([schema, relation, column]));
    if (found) ends.set(n, found);
    return led.has(n) && !found;
  });
  for (const [n, found] of await outerValues(session, guessed)) ends.set(n, found);
  const leaves = new Map<string, readonly Buffer[]>();
  const tables = new Set<string>();
  const entries = await entriesOf(session, sorted, ends);
  for (const tree of trees) {
    const entry = entries.get(tree.n);
    if (!entry) continue;
    const leaf = tree.descending ? [entry.greatest, entry.least] : [entry.least, entry.greatest];
    leaves.set(
      keyOf(tree),
      leaf.map((value, i) => leafEntry(value, entry.stored, tree.attributes, i + 1)),
    );
    tables.add(keyOf({ schema: tree.table_schema, name: tree.table_name }));
  }
  const figures = new Map(relations.map((one) => [keyOf(one), one]));
  const tableOf = ({ schema, relation }: ColumnStatistics): RelationFigures | undefined => {
    const found = figures.get(keyOf({ schema, name: relation }));
    return found?.table ? figures.get(keyOf(found.table)) : found;
  };
  const guessedNumbers = new Set(guessed.map(({ n }) => n));
  const unsure = sorted.filter(
    ({ n, column }) =>
      led.has(n) && (!entries.has(n) || (guessedNumbers.has(n) && moved(tableOf(column), sampled))),
  );
  return {
    leaves,
    tables,
    notExact: unsure.map(({ column }) => ({
      what: columnTitle(column),
      why: 'The ends of its index were not asked for: constants near or beyond the last bound of its histogram may be estimated otherwise.',
    })),
  };
}

interface Ends {
  readonly least: string;
  readonly greatest: string;
}

interface Entry {
  readonly stored: Stored;
  readonly least: Buffer;
  readonly greatest: Buffer;
}

/** Ends as they are stored; those that do not fit into an entry are left out. */
async function entriesOf(
  session: Session,
  columns: readonly PlacedColumn[],
  ends: ReadonlyMap<number, Ends>,
): Promise<ReadonlyMap<number, Entry>> {
  const entries = new Map<number, Entry>();
  for (const type of new Set(columns.map(({ facts }) => facts.base))) {
    const found = columns.flatMap(({ n, facts }) => {
      const one = facts.base === type ? ends.get(n) : undefined;
      return one ? [{ n, values: [one.least, one.greatest] }] : [];
    });
    if (found.length === 0) continue;
    await session.query('BEGIN');
    try {
      const made = await storedValues(
        session,
        type,
        found.flatMap(({ values }) => values),
      );
      await session.query('COMMIT');
      found.forEach(({ n }, i) => {
        const [least, greatest] = made?.values.slice(2 * i, 2 * i + 2) ?? [];
        if (made && least && greatest && Math.max(least.length, greatest.length) <= longestEnd)
          entries.set(n, { stored: made.stored, least, greatest });
      });
    } catch (error) {
      await session.query('ROLLBACK');
      if (!(error instanceof SqlError)) throw error;
    }
  }
  return entries;
}

/** Whether the ends may lie elsewhere than ANALYZE saw them: rows came since, or it saw a sample only. */
function moved(table: RelationFigures | undefined, sampled: (table: Name) => number): boolean {
  return table !== undefined && ((table.changedSince ?? 1) > 0 || table.rows > sampled(table));
}

/** Least and greatest of common values and bounds, in the order of their type; columns whose values cannot be compared here are not among them. */
async function outerValues(
  session: Session,
  columns: readonly PlacedColumn[],
): Promise<ReadonlyMap<number, Ends>> {
  const outer = new Map<number, Ends>();
  const { rows: types } = await session.query<{ type: number; array: string | null; nested: boolean }>(
    namesQuery,
    [columns.map(({ facts }) => facts.base)],
  );
  const { rows: collations } = await session.query<{ collation: number; name: string }>(collationsQuery, [
    columns.map(({ collation }) => collation),
  ]);
  const collationNames = new Map(collations.map(({ collation, name }) => [collation, ` COLLATE ${name}`]));
  for (const { type, array, nested } of types) {
    const ofType = columns.filter(({ facts }) => facts.base === type);
    // Elements of a nested array would be read as one array.
    if (array === null || nested) continue;
    for (const collation of new Set(ofType.map((one) => one.collation))) {
      const records = ofType
        .filter((one) => one.collation === collation)
        .map(({ n, column }) => ({
          n,
          common: column.commonValues ?? '{}',
          bounds: column.histogram ?? '{}',
        }));
      const sorting = collation === 0 || collation === defaultCollation ? '' : collationNames.get(collation)!;
      try {
        const { rows } = await session.query<Outer>(outerQuery(array, sorting), [JSON.stringify(records)]);
        for (const row of rows) outer.set(row.n, row);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
      }
    }
  }
  return outer;
}
