import { hash } from '../base/hash.ts';
import { slug } from '../base/text.ts';
import { findColumn, findTable } from '../catalog/find.ts';
import { keyOf } from '../catalog/identity.ts';
import type { Catalog, Table } from '../catalog/model.ts';
import type { Engine, Predicate, QueryShape } from '../engine/model.ts';
import type { Candidate, TuneQuery } from './model.ts';

/** More columns in one key seldom narrow a search and always cost writes. */
const maxKeys = 4;
/** A covering index may carry this many further columns. */
const maxIncludes = 3;
/** Types too wide to be carried along in an index. */
const wide = /^(jsonb?|text|bytea|xml|tsvector)|\[\]$/;

interface Draft {
  readonly table: Table;
  readonly columns: readonly string[];
  readonly includes: readonly string[];
  readonly predicate?: string;
  readonly method?: 'gin';
}

/** Indexes that the queries' predicates, joins, order and grouping ask for: equality first, then lists, then one range or the order. Those that an index already leads with are left out. */
export function candidates(
  queries: readonly TuneQuery[],
  catalog: Catalog,
  engine: Engine,
): readonly Candidate[] {
  const found = new Map<string, { draft: Draft; serves: Set<string> }>();
  for (const query of queries) {
    const shape = engine.grammar.shape(query.sql);
    if (shape.kind === 'insert' || shape.kind === 'other') continue;
    for (const draft of draftsOf(shape, catalog, engine)) {
      if (draft.columns.length === 0 || served(draft)) continue;
      const key = `${keyOf(draft.table)} ${draft.columns.join('\0')}|${draft.includes.join('\0')}|${draft.predicate ?? ''}|${draft.method ?? ''}`;
      const entry = found.get(key) ?? { draft, serves: new Set<string>() };
      entry.serves.add(query.claim);
      found.set(key, entry);
    }
  }
  const names = new Set(catalog.tables.flatMap((table) => table.indexes.map((index) => index.name)));
  // Plain forms first: when time is short, the special ones are left out.
  const special = ({ draft }: { draft: Draft }): number =>
    draft.includes.length + Number(draft.predicate !== undefined);
  return [...found.values()]
    .toSorted((a, b) => special(a) - special(b))
    .map(({ draft, serves }) => candidateOf(draft, serves, engine, names));
}

function draftsOf(shape: QueryShape, catalog: Catalog, engine: Engine): readonly Draft[] {
  return shape.tables.flatMap(({ table: written, alias }) => {
    const table = findTable(catalog, written);
    return table && table.kind !== 'foreign' ? draftsOn(table, alias, shape, engine) : [];
  });
}

function draftsOn(table: Table, alias: string, shape: QueryShape, engine: Engine): readonly Draft[] {
  const columnOf = (name: string): string | undefined => findColumn(table, name)?.name;
  const own = shape.predicates.filter(
    (predicate) => predicate.alias === alias && columnOf(predicate.column) !== undefined,
  );
  const of = (...operators: Predicate['operator'][]): readonly string[] =>
    unique(
      own
        .filter((predicate) => operators.includes(predicate.operator))
        .map((predicate) => columnOf(predicate.column)!),
    );
  const equal = of('equal', 'null');
  const lists = of('in').filter((name) => !equal.includes(name));
  const ranges = of('range', 'like').filter((name) => !equal.includes(name));
  const joins = of('join').filter((name) => !equal.includes(name));
  const orders = shape.order.every((item) => item.alias === alias)
    ? unique(shape.order.flatMap((item) => columnOf(item.column) ?? [])).filter(
        (name) => !equal.includes(name),
      )
    : [];
  const groups = shape.group.every((item) => item.alias === alias)
    ? unique(shape.group.flatMap((item) => columnOf(item.column) ?? [])).filter(
        (name) => !equal.includes(name),
      )
    : [];
  const range = ranges.slice(0, 1);

  const keys: (readonly string[])[] = [];
  if (orders.length > 0 && (equal.length > 0 || shape.limit)) keys.push([...equal, ...orders]);
  if (equal.length + lists.length + ranges.length > 0) keys.push([...equal, ...lists, ...range]);
  if (ranges.length > 0) keys.push([...equal, ...range, ...lists]);
  if (equal.length > 0) keys.push(equal);
  for (const join of joins) {
    keys.push([join, ...equal, ...(orders.length > 0 && shape.limit ? orders : range)]);
    if (equal.length > 0) keys.push([...equal, join, ...range]);
  }
  if (groups.length > 0 && equal.length > 0) keys.push([...equal, ...groups]);

  const drafts = keys.map((columns): Draft => ({
    table,
    columns: unique(columns).slice(0, maxKeys),
    includes: [],
  }));
  return [
    ...drafts,
    ...covering(drafts, alias, shape, table),
    ...partial(drafts, own, table, engine),
    ...documents(table, own),
  ];
}

/** The first form with the few further columns that the query reads, so that the table need not be read. */
function covering(
  drafts: readonly Draft[],
  alias: string,
  shape: QueryShape,
  table: Table,
): readonly Draft[] {
  const reads = shape.reads
    .filter((item) => item.alias === alias)
    .map((item) => (item.column === '*' ? undefined : findColumn(table, item.column)?.name));
  if (reads.length === 0 || reads.includes(undefined)) return [];
  return drafts.slice(0, 2).flatMap((draft) => {
    const more = unique(
      reads.flatMap((name) => (name !== undefined && !draft.columns.includes(name) ? [name] : [])),
    );
    const narrow = more.every(
      (name) => !wide.test(table.columns.find((column) => column.name === name)!.type),
    );
    return more.length > 0 && more.length <= maxIncludes && narrow ? [{ ...draft, includes: more }] : [];
  });
}

/** Forms for a constant in the query's text: only the rows with that constant are in the index. */
function partial(
  drafts: readonly Draft[],
  own: readonly Predicate[],
  table: Table,
  engine: Engine,
): readonly Draft[] {
  const constant = own.find(
    (predicate) =>
      predicate.operator === 'equal' && predicate.constant !== undefined && predicate.parameter === undefined,
  );
  const isNull = own.find((predicate) => predicate.operator === 'null');
  const chosen = constant ?? isNull;
  const column = chosen && findColumn(table, chosen.column);
  if (!chosen || !column) return [];
  const { quote } = engine;
  // The text does not tell IS NULL from IS NOT NULL; the rare side is worth an index, and the server says if the query cannot use it.
  const predicate =
    chosen === constant
      ? `${quote.identifier(column.name)} = ${quote.literal(constant.constant!)}`
      : `${quote.identifier(column.name)} IS NULL`;
  return drafts.slice(0, 2).flatMap((draft) => {
    const columns = draft.columns.filter((name) => name !== column.name);
    return columns.length > 0 && draft.columns.includes(column.name)
      ? [{ ...draft, columns, predicate }]
      : [];
  });
}

function documents(table: Table, own: readonly Predicate[]): readonly Draft[] {
  return own
    .filter((predicate) => predicate.operator === 'contains')
    .flatMap((predicate) => {
      const column = findColumn(table, predicate.column);
      return column && /^(jsonb|tsvector)$|\[\]$/.test(column.type)
        ? [{ table, columns: [column.name], includes: [], method: 'gin' as const }]
        : [];
    });
}

/** An existing whole index leads with these keys in this order; a unique one does so already when it is a prefix of them. */
function served(draft: Draft): boolean {
  return draft.table.indexes.some((index) => {
    if (!index.valid || index.predicate !== undefined) return false;
    if (draft.method !== undefined)
      return index.method === draft.method && index.keys[0] === draft.columns[0];
    if (index.method !== 'btree') return false;
    if (index.unique && index.keys.every((key, i) => draft.columns[i] === key)) return true;
    const covered = draft.columns.every((name, i) => index.keys[i] === name);
    return (
      covered && draft.includes.every((name) => index.includes.includes(name) || index.keys.includes(name))
    );
  });
}

function candidateOf(
  draft: Draft,
  serves: ReadonlySet<string>,
  engine: Engine,
  names: Set<string>,
): Candidate {
  const { quote } = engine;
  const { table, columns, includes, predicate, method } = draft;
  const words = [
    table.name,
    ...columns,
    ...(includes.length > 0 ? ['with', ...includes] : []),
    ...(predicate === undefined ? [] : ['where', slug(predicate)]),
  ];
  const wanted = `${words.join('_')}_idx`;
  // A name that is cut keeps a digest of the whole, so that two long ones stay apart.
  const fits = (name: string): boolean => Buffer.byteLength(name) <= quote.maxBytes && !names.has(name);
  const short = `${table.name.slice(0, 30)}_${columns[0]!.slice(0, 14)}_${hash(wanted).slice(0, 8)}_idx`;
  const name = fits(wanted) ? wanted : fits(short) ? short : `i_${hash(wanted).slice(0, 20)}`;
  names.add(name);
  const list = (items: readonly string[]): string => items.map((item) => quote.identifier(item)).join(', ');
  const sql =
    `CREATE INDEX ${quote.identifier(name)} ON ${quote.name(table)} ${method ? `USING ${method} ` : ''}(${list(columns)})` +
    (includes.length > 0 ? ` INCLUDE (${list(includes)})` : '') +
    (predicate === undefined ? '' : ` WHERE ${predicate}`);
  return {
    name,
    table: { schema: table.schema, name: table.name },
    columns,
    includes,
    ...(predicate === undefined ? {} : { predicate }),
    sql,
    serves: [...serves],
  };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
