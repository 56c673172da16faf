/** Indexes that a workload could use. */
import { keyOf, printName } from '../../catalog/identity.ts';
import type { Catalog, Index, Name } from '../../catalog/model.ts';
import { SqlError } from '../../base/error.ts';
import { primaryKey } from '../../catalog/find.ts';
import type { AccessCondition, IndexForm, TableAccess } from '../../engine/model.ts';
import type { WorkQuery } from '../advice/model.ts';
import { figuresOf, shareOf, type TableFigures } from './figures.ts';
import type { CandidateOptions, Draft, IndexCandidates } from './model.ts';
import { knownValues, settled, valuesOf, type KnownValues } from './settle.ts';
import { specialsOf } from './special.ts';
import { candidateOf, combine, think, type Thought } from './thoughts.ts';
import { treesOf, type Tree } from './trees.ts';
import { includesOf, narrowed, partialsOf } from './variants.ts';

/** Tables below both are read whole faster than any index is descended. */
const smallBytes = 64 * 1024;
const smallRows = 1000;
/** Bytes of a tree's key that leave room for three entries on a page. */
const widestKey = 1500;

/** A use of a table by a query, settled. */
interface Asked {
  readonly query: WorkQuery;
  readonly access: TableAccess;
  readonly known: KnownValues;
}

/** Indexes worth pricing for a workload, those that exist already and those on small tables left out. `engine.grammar` must be ready. */
export function indexCandidates(options: CandidateOptions): IndexCandidates {
  const { engine, snapshot, work, perTable = 60, most = 600 } = options;
  const figures = figuresOf(snapshot);
  const relations = relationsOf(snapshot.catalog);
  const told: string[] = [];
  const small = new Set<string>();
  const asked = askedOf(options, told).filter(({ access: { table } }) => {
    const { rows, bytes } = figures(table);
    const tiny = bytes < smallBytes && (rows ?? 0) < smallRows && bytes + (rows ?? 0) > 0;
    if (tiny) small.add(printName(table));
    return !tiny;
  });
  if (small.size > 0)
    told.push(`No index is thought of on ${small.size} small tables: ${listed([...small].toSorted())}.`);
  const equality = keysByEquality(asked);
  const thoughts = new Map<string, Thought>();
  for (const one of asked)
    for (const draft of draftsOf(
      one,
      figures(one.access.table),
      relations(one.access.table).primary,
      equality,
    ))
      think(thoughts, draft, one.query.name, engine);
  const weights = new Map(work.map((query) => [query.name, weightOf(query)]));
  const weight = ({ serves }: Thought): number =>
    [...serves].reduce((sum, [name, rank]) => sum + (weights.get(name) ?? 0) / rank, 0);
  combine(thoughts, weight, engine);
  const wide = [...thoughts.values()].filter(({ form }) => tooWide(form, figures(form.table)));
  for (const { id } of wide) thoughts.delete(id);
  if (wide.length > 0)
    told.push(
      `${wide.length} candidates have keys too long for a tree, the first on ${printName(wide[0]!.form.table)}.`,
    );
  const fresh = [...thoughts.values()].filter(
    (thought) => !there(thought.form, relations(thought.form.table).indexes, options),
  );
  if (fresh.length < thoughts.size)
    told.push(`${thoughts.size - fresh.length} candidates do what an index does that is there.`);
  const kept = cut(fresh, weight, perTable, most, told);
  return { candidates: kept.map((thought) => candidateOf(thought, engine)), told };
}

/** Uses of tables by all queries that parse. */
function askedOf({ engine, snapshot, work, extensions }: CandidateOptions, told: string[]): readonly Asked[] {
  const byteOrder = sortsByBytes(snapshot.locale);
  return work.flatMap((query) => {
    try {
      const known = knownValues(query, engine);
      return engine.access
        .of(query.sql, snapshot.catalog, { byteOrder, ...(extensions ? { extensions } : {}) })
        .filter(({ does }) => does !== 'insert')
        .map((access) => ({ query, known, access: settled(access, known, engine) }));
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      told.push(`${query.name} does not parse, so nothing is thought of for it.`);
      return [];
    }
  });
}

function sortsByBytes({ provider, collate, locale }: CandidateOptions['snapshot']['locale']): boolean {
  return provider === 'builtin' ? true : provider === 'libc' && /^(C|POSIX)$/.test(locale ?? collate);
}

interface Equality {
  readonly popularity: (table: Name, key: string) => number;
  readonly only: (table: Name, key: string) => boolean;
}

/** Keys by how much of the workload asks for them by equality, and those that are asked for by nothing else. */
function keysByEquality(asked: readonly Asked[]): Equality {
  const popular = new Map<string, number>();
  const otherwise = new Set<string>();
  for (const { query, access } of asked) {
    const name = (key: string): string => `${keyOf(access.table)} ${key}`;
    for (const { kind, key } of [...access.conditions, ...access.branches.flat(2)])
      if (kind === 'equal') popular.set(name(key), (popular.get(name(key)) ?? 0) + weightOf(query));
      else otherwise.add(name(key));
    for (const { key } of [...access.order, ...access.group, ...access.distinct]) otherwise.add(name(key));
  }
  return {
    popularity: (table, key) => popular.get(`${keyOf(table)} ${key}`) ?? 0,
    only: (table, key) => !otherwise.has(`${keyOf(table)} ${key}`),
  };
}

/** Calls × time; a query that nobody timed counts a millisecond a call. */
function weightOf({ callsPerDay, meanMs = 1 }: WorkQuery): number {
  return callsPerDay * meanMs;
}

/** What one use of a table asks for: trees, their partial and covering variants, other kinds. */
function draftsOf(
  { access, known }: Asked,
  figures: TableFigures,
  primary: readonly string[],
  equality: Equality,
): readonly Draft[] {
  const { table } = access;
  const share = (condition: AccessCondition): number =>
    shareOf(figures, condition, valuesOf(condition, known));
  const popularity = (key: string): number => equality.popularity(table, key);
  const partials = partialsOf(access.conditions, share, (name) => figures.distinct(name));
  const tree = (
    { keys }: Pick<Tree, 'keys'>,
    because: string,
    rank: number,
    more: Partial<IndexForm> = {},
  ): Draft => ({
    form: { table, method: 'btree', keys, includes: [], ...more },
    because,
    rank,
  });
  const trees = treesOf({ access, share, popularity });
  const drafts: Draft[] = trees.map((one) => tree(one, one.because, one.rank));
  const reads = access.does === 'read' ? access.reads : [];
  const covering = (keys: Tree['keys']): readonly string[] | undefined =>
    includesOf(keys, reads, (name) => figures.column(name)?.averageWidth);
  for (const one of trees.filter(({ rank }) => rank < 3)) {
    const includes = covering(one.keys);
    if (includes)
      drafts.push(tree(one, `${one.because}; the table need not be read`, one.rank + 1, { includes }));
    for (const [i, partial] of partials.entries()) {
      const keys = narrowed(one, partial, primary);
      if (keys.length === 0) continue;
      const { predicate, because } = partial;
      drafts.push(tree({ keys }, `${one.because}; ${because}`, one.rank + i, { predicate }));
      const carried = i === 0 ? covering(keys) : undefined;
      if (carried)
        drafts.push(
          tree({ keys }, `${one.because}; ${because}; the table need not be read`, one.rank + 2, {
            predicate,
            includes: carried,
          }),
        );
    }
  }
  if (trees.length === 0)
    for (const partial of partials) {
      const keys = narrowed({ keys: [], because: '', rank: 1, fixed: [] }, partial, primary);
      if (keys.length > 0) drafts.push(tree({ keys }, partial.because, 1, { predicate: partial.predicate }));
    }
  for (const { method, keys, because } of specialsOf(access, figures, (key) => equality.only(table, key))) {
    drafts.push({ form: { table, method, keys, includes: [] }, because, rank: 1 });
    if (partials[0] && method !== 'brin')
      drafts.push({
        form: { table, method, keys, includes: [], predicate: partials[0].predicate },
        because: `${because}; ${partials[0].because}`,
        rank: 2,
      });
  }
  return drafts;
}

function tooWide({ method, keys, includes }: IndexForm, figures: TableFigures): boolean {
  const width = (name: string): number => figures.column(name)?.averageWidth ?? 0;
  return (
    method === 'btree' &&
    [...keys.map(({ key }) => key), ...includes].reduce((sum, name) => sum + width(name), 0) > widestKey
  );
}

/** An index that is there does it, or a unique one leads to a single row already. */
function there(form: IndexForm, indexes: readonly Index[], { engine, snapshot }: CandidateOptions): boolean {
  const valid = indexes.filter(({ valid: works }) => works);
  const unique = valid.some(
    ({ unique: one, predicate, keys }) =>
      one &&
      predicate === undefined &&
      form.includes.length === 0 &&
      form.method === 'btree' &&
      form.keys.length >= keys.length &&
      form.keys
        .slice(0, keys.length)
        .every(({ key, class: operators }) => operators === undefined && keys.includes(key)) &&
      form.keys[0]?.key === keys[0],
  );
  if (unique) return true;
  const index = engine.access.indexOf(engine.access.define(form), snapshot.catalog);
  return valid.some((other) => engine.access.covers(index, other, snapshot.catalog));
}

/** The heaviest so many of each table and of all; what is cut is told. */
function cut(
  thoughts: readonly Thought[],
  weight: (thought: Thought) => number,
  perTable: number,
  most: number,
  told: string[],
): readonly Thought[] {
  const weights = new Map(thoughts.map((thought) => [thought, weight(thought)]));
  const sorted = thoughts.toSorted((a, b) => weights.get(b)! - weights.get(a)! || (a.id < b.id ? -1 : 1));
  const counts = new Map<string, number>();
  const ofTables = sorted.filter(({ form: { table } }) => {
    const key = printName(table);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts.get(key)! <= perTable;
  });
  for (const [table, count] of counts)
    if (count > perTable)
      told.push(
        `${count - perTable} of ${count} candidates on ${table} were cut: the ones that serve least.`,
      );
  if (ofTables.length > most)
    told.push(
      `${ofTables.length - most} of ${ofTables.length} candidates were cut: the ones that serve least.`,
    );
  return ofTables.slice(0, most);
}

/** Indexes and primary key of tables and materialised views. */
function relationsOf(
  catalog: Catalog,
): (name: Name) => { readonly indexes: readonly Index[]; readonly primary: readonly string[] } {
  const known = new Map([
    ...catalog.tables.map(
      (table) => [keyOf(table), { indexes: table.indexes, primary: primaryKey(table) }] as const,
    ),
    ...catalog.views.map((view) => [keyOf(view), { indexes: view.indexes, primary: [] }] as const),
  ]);
  return (name) => known.get(keyOf(name)) ?? { indexes: [], primary: [] };
}

function listed(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ');
}
