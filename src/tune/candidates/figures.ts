/** Sizes of tables and shares of rows, as a snapshot's statistics tell them. */
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Name, Table } from '../../catalog/model.ts';
import { descendants } from '../../catalog/find.ts';
import type { AccessCondition, ColumnStatistics } from '../../engine/model.ts';
import type { CandidateSource } from './model.ts';

export interface TableFigures {
  /** Undefined where nobody has counted them. */
  readonly rows: number | undefined;
  /** Undefined where the table may not be seen. */
  readonly bytes: number | undefined;
  column(name: string): ColumnStatistics | undefined;
  /** Different values of a column, at least 1; undefined without statistics. */
  distinct(name: string): number | undefined;
}

/** Shares that planners assume where nothing is known. */
const usualRange = 0.1;
const usualEqual = 0.005;

/** Figures by table; a partitioned table has those of its partitions together. */
export function figuresOf({ catalog, relations, columns }: CandidateSource): (table: Name) => TableFigures {
  const sizes = new Map(relations.map((figures) => [keyOf(figures), figures]));
  const statistics = new Map<string, ColumnStatistics>();
  for (const one of columns) {
    const key = `${one.schema}.${one.relation} ${one.column}`;
    // Statistics over the children too are those of the whole.
    if (!statistics.has(key) || one.inherited) statistics.set(key, one);
  }
  const kept = new Map<string, TableFigures>();
  const parts = partsOf(catalog);
  const read = (table: Name): TableFigures => {
    const own = [table, ...parts(table)].flatMap((one) => sizes.get(keyOf(one)) ?? []);
    const counted = own.filter(({ rows, kind }) => rows >= 0 && kind !== 'partitioned');
    const rows = counted.length > 0 ? counted.reduce((sum, one) => sum + one.rows, 0) : undefined;
    const column = (name: string): ColumnStatistics | undefined => statistics.get(`${keyOf(table)} ${name}`);
    return {
      rows,
      bytes:
        own.length === 0
          ? undefined
          : own.reduce((sum, one) => sum + (one.bytes ?? Math.max(0, one.pages) * 8192), 0),
      column,
      distinct(name) {
        const known = column(name)?.distinct;
        return known === undefined || known === 0
          ? undefined
          : Math.max(1, known < 0 ? -known * (rows ?? 1) : known);
      },
    };
  };
  return (table) => {
    const key = keyOf(table);
    const figures = kept.get(key) ?? read(table);
    kept.set(key, figures);
    return figures;
  };
}

function partsOf(catalog: Catalog): (table: Name) => readonly Table[] {
  const parents = new Set(
    catalog.tables.flatMap(({ partitionOf, inherits }) => [
      ...(partitionOf ? [keyOf(partitionOf)] : []),
      ...inherits.map(keyOf),
    ]),
  );
  return (table) => (parents.has(keyOf(table)) ? descendants(catalog, table) : []);
}

/** Share of the rows that have one of these values of a column; undefined values are any. */
export function shareOf(
  figures: TableFigures,
  condition: AccessCondition,
  values: readonly string[],
): number {
  const [name] = condition.columns;
  if (name === undefined) return 1;
  const known = condition.expression ? undefined : figures.column(name);
  const nulls = known?.nullFraction ?? 0;
  const distinct = condition.expression ? undefined : figures.distinct(name);
  const one = (1 - nulls) * (distinct === undefined ? usualEqual : 1 / distinct);
  switch (condition.kind) {
    case 'null':
      return known ? nulls : 0.5;
    case 'not-null':
      return 1 - nulls;
    case 'equal':
    case 'in': {
      const shares = values.map((value) => commonShare(known, value) ?? one);
      const sum = shares.reduce((total, share) => total + share, 0);
      const usual = condition.kind === 'in' ? Math.max(1, condition.list?.length ?? 10) * one : one;
      return Math.min(
        1,
        condition.kind === 'in' && shares.length > 0 ? sum : shares.length > 0 ? Math.max(...shares) : usual,
      );
    }
    case 'range':
      return usualRange;
    case 'other':
      return condition.operator === '<>' && values.length > 0
        ? 1 - nulls - (commonShare(known, values[0]!) ?? one)
        : 0.5;
    default:
      return usualEqual * 2;
  }
}

/** Share of a value among the common ones; 0 when all values are common and it is none of them. */
export function commonShare(column: ColumnStatistics | undefined, value: string): number | undefined {
  const frequencies = column?.commonFrequencies;
  if (!column?.commonValues || !frequencies) return undefined;
  const at = arrayItems(column.commonValues).indexOf(booleans[value] ?? value);
  if (at >= 0) return frequencies[at];
  return column.histogram === undefined && column.distinct > 0 && frequencies.length >= column.distinct
    ? 0
    : undefined;
}

const booleans: Readonly<Record<string, string>> = { true: 't', false: 'f' };

/** Items of an array literal of one dimension, as texts. */
export function arrayItems(literal: string): readonly string[] {
  return [...literal.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? plain! : quoted.replaceAll(/\\(.)/g, '$1'),
  );
}
