import { keyOf } from '../../../../catalog/identity.ts';
import type { Column, Constraint, Index, Name, Sequence, Table } from '../../../../catalog/model.ts';
import { OWN_SCHEMA, notOfExtension } from '../../inspect/scope.ts';
import { full, id } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Side } from '../model.ts';
import { commentSql, ownerSql, rightsSql, rowsOf, type Around, type Right } from './facts.ts';

/** What the catalog does not tell of a table. */
export interface TableFact extends Around {
  readonly schema: string;
  readonly name: string;
  readonly tablespace: string | null;
  /** Row security is to bind its owner too, whether or not it is on. */
  readonly forced: boolean;
  /** The composite type that it is made of. */
  readonly type: string | null;
  /** Storage parameters in the order in which they were given; those of the TOAST table behind. */
  readonly options: readonly string[];
  readonly columnRights: readonly { readonly column: string; readonly rights: readonly Right[] }[] | null;
}

/** Facts of tables that the catalog does not hold. */
export const TABLE_FACTS = `
SELECT n.nspname::text AS schema, c.relname::text AS name, ${ownerSql('c.relowner')} AS owner, ${commentSql('pg_class', 'c.oid')} AS comment,
  ${rightsSql('c.relacl', 'r', 'c.relowner')} AS rights, t.spcname::text AS tablespace, c.relforcerowsecurity AS forced,
  ARRAY(SELECT unnest(c.reloptions) UNION ALL SELECT 'toast.' || unnest(x.reloptions) FROM pg_catalog.pg_class x WHERE x.oid = c.reltoastrelid)::text[] AS options,
  CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END AS type,
  (SELECT json_agg(json_build_object('column', a.attname, 'rights', ${rightsSql('a.attacl', 'c', 'c.relowner')}))
     FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped) AS "columnRights"
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace
WHERE c.relkind IN ('r', 'p', 'f') AND ${OWN_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}`;

/** What the catalog does not tell of a column, for those of which there is something to tell. */
export interface ColumnFact extends Name {
  readonly column: string;
  readonly local: boolean;
  readonly ancestors: number;
  /** How values of its type are usually stored. */
  readonly usual: string;
  /** Options of a foreign table's column. */
  readonly foreign: readonly string[] | null;
  readonly options: readonly string[] | null;
}

/** Facts of columns that the catalog does not hold. */
export const COLUMN_FACTS = `
SELECT n.nspname::text AS schema, c.relname::text AS name, a.attname::text AS column, a.attislocal AS local, a.attinhcount::int AS ancestors,
  CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END AS usual,
  a.attfdwoptions::text[] AS foreign, a.attoptions::text[] AS options
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f') AND ${OWN_SCHEMA}
  AND (a.attinhcount > 0 OR a.attstorage <> t.typstorage OR a.attfdwoptions IS NOT NULL OR a.attoptions IS NOT NULL)`;

/** What the catalog does not tell of a constraint. */
export interface ConstraintFact extends Name {
  readonly constraint: string;
  readonly local: boolean;
  readonly ancestors: number;
  /** The constraint of a partitioned table that it belongs to. */
  readonly parent: (Name & { readonly constraint: string }) | null;
}

/** Facts of constraints that the catalog does not hold. */
export const CONSTRAINT_FACTS = `
SELECT n.nspname::text AS schema, c.relname::text AS name, o.conname::text AS constraint, o.conislocal AS local, o.coninhcount::int AS ancestors,
  CASE WHEN p.oid IS NOT NULL THEN json_build_object('schema', pn.nspname, 'name', pc.relname, 'constraint', p.conname) END AS parent
FROM pg_catalog.pg_constraint o JOIN pg_catalog.pg_class c ON c.oid = o.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_constraint p ON p.oid = o.conparentid AND p.conrelid <> o.conrelid
LEFT JOIN pg_catalog.pg_class pc ON pc.oid = p.conrelid LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
WHERE ${OWN_SCHEMA} AND (NOT o.conislocal OR o.coninhcount > 0 OR p.oid IS NOT NULL)`;

/** What the catalog does not tell of an index. */
export interface IndexFact extends Name {
  readonly tablespace: string | null;
  readonly options: readonly string[];
  readonly identity: boolean;
  readonly clustered: boolean;
  readonly targets: readonly { readonly column: number; readonly target: number }[] | null;
}

/** Facts of indexes that the catalog does not hold. */
export const INDEX_FACTS = `
SELECT n.nspname::text AS schema, c.relname::text AS name, t.spcname::text AS tablespace, coalesce(c.reloptions, '{}')::text[] AS options,
  i.indisreplident AS identity, i.indisclustered AS clustered,
  (SELECT json_agg(json_build_object('column', a.attnum, 'target', a.attstattarget) ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = c.oid AND a.attstattarget >= 0) AS targets
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace
WHERE ${OWN_SCHEMA} AND (c.reltablespace <> 0 OR c.reloptions IS NOT NULL OR i.indisreplident OR i.indisclustered
  OR EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attstattarget >= 0))`;

/** What the catalog does not tell of a sequence. */
export interface SequenceFact extends Around, Name {
  readonly unlogged: boolean;
}

/** Facts of sequences that the catalog does not hold. */
export const SEQUENCE_FACTS = `
SELECT n.nspname::text AS schema, c.relname::text AS name, ${ownerSql('c.relowner')} AS owner, ${commentSql('pg_class', 'c.oid')} AS comment,
  ${rightsSql('c.relacl', 's', 'c.relowner')} AS rights, c.relpersistence = 'u' AS unlogged
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND ${OWN_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}`;

/** A side's tables and their parts, found by key. */
export interface Tables {
  table(table: Name): Table | undefined;
  fact(table: Name): TableFact | undefined;
  column(table: Name, column: string): Column | undefined;
  columnFact(table: Name, column: string): ColumnFact | undefined;
  constraint(table: Name, name: string): Constraint | undefined;
  constraintFact(table: Name, name: string): ConstraintFact | undefined;
  indexFact(index: Name): IndexFact | undefined;
  sequenceFact(sequence: Name): SequenceFact | undefined;
  /** The sequence that a column's values come from because it owns it. */
  owned(table: Name, column: string): Sequence | undefined;
  /** Direct children in inheritance and partitioning. */
  children(table: Name): readonly Table[];
  /** Indexes that are parts of an index. */
  partsOf(index: Name): readonly { readonly table: Table; readonly index: Index }[];
  relation(name: Name): boolean;
}

const known = new WeakMap<Side, Tables>();

/** The lookups of a side. */
export function tablesOf(side: Side): Tables {
  const found = known.get(side);
  if (found) return found;
  const made = lookups(side);
  known.set(side, made);
  return made;
}

function lookups(side: Side): Tables {
  const { tables, views, sequences } = side.catalog;
  const byName = new Map(tables.map((table) => [keyOf(table), table]));
  const facts = byKey(rowsOf<TableFact>(side, 'table'), keyOf);
  const columnFacts = byKey(rowsOf<ColumnFact>(side, 'column'), (row) => keys.column(row, row.column));
  const constraintFacts = byKey(rowsOf<ConstraintFact>(side, 'constraint'), (row) =>
    keys.constraint(row, row.constraint),
  );
  const indexFacts = byKey(rowsOf<IndexFact>(side, 'index'), keyOf);
  const sequenceFacts = byKey(rowsOf<SequenceFact>(side, 'sequence'), keyOf);
  const owned = new Map(
    sequences.flatMap((sequence) =>
      sequence.ownedBy === undefined ? [] : [[sequence.ownedBy, sequence] as const],
    ),
  );
  const children = new Map<string, Table[]>();
  const parts = new Map<string, { table: Table; index: Index }[]>();
  for (const table of tables) {
    for (const parent of table.partitionOf ? [table.partitionOf] : table.inherits)
      push(children, keyOf(parent), table);
    for (const index of table.indexes) if (index.partOf) push(parts, keyOf(index.partOf), { table, index });
  }
  const relations = new Set([
    ...[...tables, ...views, ...sequences].map(keyOf),
    ...[...tables, ...views].flatMap(({ indexes }) => indexes.map(keyOf)),
  ]);
  return {
    table: (table) => byName.get(keyOf(table)),
    fact: (table) => facts.get(keyOf(table)),
    column: (table, column) => named(byName.get(keyOf(table))?.columns, column),
    columnFact: (table, column) => columnFacts.get(keys.column(table, column)),
    constraint: (table, name) => named(byName.get(keyOf(table))?.constraints, name),
    constraintFact: (table, name) => constraintFacts.get(keys.constraint(table, name)),
    indexFact: (index) => indexFacts.get(keyOf(index)),
    sequenceFact: (sequence) => sequenceFacts.get(keyOf(sequence)),
    owned: (table, column) => owned.get(`${full(table)}.${id(column)}`),
    children: (table) => children.get(keyOf(table)) ?? [],
    partsOf: (index) => parts.get(keyOf(index)) ?? [],
    relation: (name) => relations.has(keyOf(name)),
  };
}

/** Lists so short are searched as they are. */
const shortList = 16;
const longLists = new WeakMap<object, ReadonlyMap<string, { readonly name: string }>>();

function named<T extends { readonly name: string }>(
  list: readonly T[] | undefined,
  name: string,
): T | undefined {
  if (!list || list.length <= shortList) return list?.find((one) => one.name === name);
  const found = longLists.get(list) ?? new Map(list.map((one) => [one.name, one]));
  longLists.set(list, found);
  return found.get(name) as T | undefined;
}

function byKey<R>(rows: readonly R[], key: (row: R) => string): ReadonlyMap<string, R> {
  return new Map(rows.map((row) => [key(row), row]));
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const found = lists.get(key);
  if (found) found.push(value);
  else lists.set(key, [value]);
}

/** All tables below a table, each once, parents before their children. */
export function descendants(tables: Tables, table: Name): readonly Table[] {
  const found = new Map<string, Table>();
  const work: Name[] = [table];
  for (let at = 0; at < work.length; at += 1)
    for (const child of tables.children(work[at]!)) {
      if (found.has(keyOf(child))) continue;
      found.set(keyOf(child), child);
      work.push(child);
    }
  return [...found.values()];
}

/** Tables that a table is a child of. */
export function parentsOf(table: Table): readonly Name[] {
  return table.partitionOf ? [table.partitionOf] : table.inherits;
}

/** Whether a table is a child of another one on both sides, so that what is done to the one reaches the other. */
export function staysChild(from: Tables, child: Table, parent: Name): boolean {
  const before = from.table(child);
  return before !== undefined && parentsOf(before).some((name) => keyOf(name) === keyOf(parent));
}
