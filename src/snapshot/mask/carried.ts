/** Values of rows that a snapshot holds: statistics and probes are made of them. */
import { keyOf, parseName, printName } from '../../catalog/identity.ts';
import type { Catalog, Index, Name } from '../../catalog/model.ts';
import type { ExtendedStatistics, Snapshot } from '../../engine/model.ts';
import { leaves, readArray } from '../../base/array-literal.ts';
import { indexPlace, mentioned, placeKey, type ColumnPlace } from './links.ts';

export type Carrier =
  | 'common values'
  | 'histogram'
  | 'elements'
  | 'range bounds'
  | 'several columns'
  | 'ends'
  | 'prefixes';

/** A column with the values of its rows that the snapshot holds. */
export interface CarriedColumn extends ColumnPlace {
  /** Key in {@link columnLinks}; of an index, by its position. */
  readonly key: string;
  /** Table of an index. */
  readonly of?: Name;
  /** What the column of an index is made by. */
  readonly expression?: string;
  readonly carriers: readonly Carrier[];
  readonly values: ReadonlySet<string>;
  /** Common values that fewer than {@link fewRows} rows have; 0 when the number of rows is unknown. */
  readonly rare: number;
}

interface Draft extends ColumnPlace {
  readonly key: string;
  of?: Name;
  expression?: string;
  carriers: Set<Carrier>;
  values: Set<string>;
  rare: number;
}

/** A common value that fewer rows have can lead to a person: the usual threshold of statistics offices. */
export const fewRows = 5;

/** Reading tens of megabytes of values takes seconds, and many ask for the same snapshot. */
const remembered = new WeakMap<Snapshot, readonly CarriedColumn[]>();

/** Every column whose values are inside, in the order of the statistics. */
export function carriedColumns(snapshot: Snapshot): readonly CarriedColumn[] {
  const known = remembered.get(snapshot) ?? readCarried(snapshot);
  remembered.set(snapshot, known);
  return known;
}

function readCarried(snapshot: Snapshot): readonly CarriedColumn[] {
  const drafts = new Map<string, Draft>();
  const indexes = indexesOf(snapshot.catalog);
  const rows = new Map(snapshot.relations.map((one) => [keyOf(one), one.rows]));
  const draft = (place: ColumnPlace, more: Partial<Draft> = {}, key = placeKey(place)): Draft => {
    const known = drafts.get(key);
    if (known) return known;
    const { schema, relation, column } = place;
    const made: Draft = {
      schema,
      relation,
      column,
      key,
      carriers: new Set(),
      values: new Set(),
      rare: 0,
      ...more,
    };
    drafts.set(key, made);
    return made;
  };
  const add = (to: Draft, carrier: Carrier, texts: Iterable<string>): void => {
    for (const text of texts) {
      to.values.add(text);
      to.carriers.add(carrier);
    }
  };

  for (const one of snapshot.columns) {
    const index = indexes.get(keyOf({ schema: one.schema, name: one.relation }));
    const expression = index && [...index.index.keys, ...index.index.includes][one.position - 1];
    const to = index
      ? draft(
          one,
          { of: index.of, ...(expression === undefined ? {} : { expression }) },
          indexPlace(index.index, one.position),
        )
      : draft(one);
    add(to, 'common values', texts(one.commonValues));
    add(to, 'histogram', texts(one.histogram));
    add(to, 'elements', texts(one.commonElements));
    add(to, 'range bounds', texts(one.rangeBounds));
    const total = rows.get(keyOf(index?.of ?? { schema: one.schema, name: one.relation })) ?? -1;
    if (total > 0) to.rare += (one.commonFrequencies ?? []).filter((share) => share * total < fewRows).length;
  }
  for (const one of snapshot.extended) {
    const parts = extendedParts(snapshot.catalog, one);
    const place = (at: number): Draft => {
      const part = parts[at];
      return part?.kind === 'column'
        ? draft({ ...one.table, relation: one.table.name, column: part.column })
        : draft(
            { schema: one.schema, relation: one.name, column: part?.expression ?? `#${at + 1}` },
            { of: one.table, ...(part ? { expression: part.expression } : {}) },
          );
    };
    for (const row of one.common?.values ?? [])
      for (const [at, value] of row.entries()) if (value !== null) add(place(at), 'several columns', [value]);
    const first = parts.filter(({ kind }) => kind === 'column').length;
    for (const [at, statistics] of one.expressions.entries()) {
      const to = place(first + at);
      add(to, 'common values', texts(statistics.commonValues));
      add(to, 'histogram', texts(statistics.histogram));
      add(to, 'elements', texts(statistics.commonElements));
    }
  }
  for (const { table, column, least, greatest } of snapshot.probes.ends)
    add(draft({ schema: table.schema, relation: table.name, column }), 'ends', [least, greatest]);
  for (const { table, column, common } of snapshot.probes.prefixes)
    add(
      draft({ schema: table.schema, relation: table.name, column }),
      'prefixes',
      common.map(({ prefix }) => prefix),
    );
  return [...drafts.values()]
    .filter(({ values }) => values.size > 0)
    .map((one) => ({ ...one, carriers: [...one.carriers] }));
}

/** Where the name of an index leads. */
export function indexesOf(
  catalog: Catalog,
): ReadonlyMap<string, { readonly index: Index; readonly of: Name; readonly columns: readonly string[] }> {
  return new Map(
    [...catalog.tables, ...catalog.views].flatMap((of) =>
      of.indexes.map(
        (index) => [keyOf(index), { index, of, columns: of.columns.map(({ name }) => name) }] as const,
      ),
    ),
  );
}

export type ExtendedPart =
  | { readonly kind: 'column'; readonly column: string }
  | { readonly kind: 'expression'; readonly expression: string };

/** What the columns of statistics over several columns are: plain columns in the order of the table, then expressions. */
export function extendedParts(
  catalog: Catalog,
  { schema, name, table }: ExtendedStatistics,
): readonly ExtendedPart[] {
  const found = catalog.others?.find(
    (other) =>
      other.kind === 'statistics' &&
      (other.name === printName({ schema, name }) || samePrinted(other.name, { schema, name })),
  );
  const list = found && /\bON (?<list>[\s\S]*) FROM /.exec(found.definition)?.groups?.['list'];
  const columns =
    [...catalog.tables, ...catalog.views]
      .find((one) => keyOf(one) === keyOf(table))
      ?.columns.map((column) => column.name) ?? [];
  if (list === undefined) return [];
  const items = topLevel(list);
  const plain = items.filter((item) => columns.includes(parseName(item).name) && !item.includes('('));
  return [
    ...columns
      .filter((column) => plain.some((item) => parseName(item).name === column))
      .map((column) => ({ kind: 'column' as const, column })),
    ...items
      .filter((item) => !plain.includes(item))
      .map((expression) => ({ kind: 'expression' as const, expression })),
  ];
}

/** Columns of the table that an expression of statistics is made from. */
export function madeFrom(expression: string, columns: readonly string[]): readonly string[] {
  return mentioned(expression, columns);
}

function samePrinted(printed: string, { schema, name }: Name): boolean {
  const { schema: theirs, name: theirName } = parseName(printed);
  return theirs === schema && theirName === name;
}

/** Items between commas that stand in no brackets and no quotes. */
function topLevel(list: string): readonly string[] {
  const items = [''];
  let depth = 0;
  for (const [part] of list.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[\s\S]/g)) {
    if (part === '(' || part === '[') depth++;
    if (part === ')' || part === ']') depth--;
    if (part === ',' && depth === 0) items.push('');
    else items[items.length - 1] += part;
  }
  return items.map((item) => item.trim());
}

function texts(literal: string | undefined): Iterable<string> {
  const items = literal === undefined ? undefined : readArray(literal);
  return items ? leaves(items) : [];
}
