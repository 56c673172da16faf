import { differences } from '../catalog/difference.ts';
import {
  findTable,
  foreignKeysFrom,
  neighbours,
  primaryKey,
  uniqueKeys,
  type ForeignKey,
} from '../catalog/find.ts';
import { keyOf, printName, printPart } from '../catalog/identity.ts';
import type { Catalog, Column, Name, Table } from '../catalog/model.ts';

export type Mark = 'added' | 'removed' | 'changed' | 'same';

/** A table as the drawing shows it. */
export interface Card {
  readonly key: string;
  readonly title: string;
  readonly mark: Mark;
  readonly rows: readonly Row[];
  /** Columns that are not drawn. */
  readonly hidden: number;
  /** What changed beside the columns, in few words. */
  readonly notes: readonly string[];
}

export interface Row {
  readonly name: string;
  readonly type: string;
  /** The type before, where it changed. */
  readonly was?: string;
  readonly nullable: boolean;
  readonly primary: boolean;
  readonly foreign: boolean;
  readonly mark: Mark;
}

/** A foreign key between two cards. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly columns: readonly string[];
  readonly targets: readonly string[];
  /** At most one row of `from` per row of `to`. */
  readonly single: boolean;
  /** A row of `from` may do without. */
  readonly optional: boolean;
  readonly mark: Mark;
}

export interface Content {
  readonly cards: readonly Card[];
  readonly links: readonly Link[];
  /** Neighbours that found no room. */
  readonly left: number;
}

/** Most tables in one drawing; more cannot be read. */
const mostCards = 24;
/** Most columns of a changed table; its neighbours show their keys only. */
const mostRows = 30;

/** Chooses what a drawing shows: the tables that differ or are asked for, whole, and the tables one foreign key away, by their keys. */
export function content(before: Catalog, after: Catalog, focus: readonly Name[] = []): Content {
  const tables = new Map([...before.tables, ...after.tables].map((table) => [keyOf(table), table]));
  const changes = changesByTable(before, after);
  const chosen = [...tables.values()].filter(
    (table) => changes.has(printName(table)) || focus.some((name) => keyOf(name) === keyOf(table)),
  );
  const folded = new Map<string, number>();
  const centre = fold(chosen.length > 0 ? chosen : [...tables.values()], folded, focus);
  const shown = new Map(centre.slice(0, mostCards).map((table) => [keyOf(table), table]));
  const near = centre
    .flatMap((table) => [before, after].flatMap((catalog) => around(catalog, table)))
    .filter((table) => !shown.has(keyOf(table)));
  const whole = new Set(centre.map(keyOf));
  const outside = near.filter((table) => !(table.partitionOf && whole.has(keyOf(table.partitionOf))));
  const wanted = new Map(
    fold([...new Map(outside.map((table) => [keyOf(table), table])).values()], folded, []).map((table) => [
      keyOf(table),
      tables.get(keyOf(table)) ?? table,
    ]),
  );
  for (const [key, table] of [...wanted].slice(0, Math.max(0, mostCards - shown.size))) shown.set(key, table);
  const links = linksOf(before, after, shown);
  return {
    cards: [...shown.values()].map((table) => {
      const drawn = card(
        before,
        after,
        table,
        links,
        whole.has(keyOf(table)),
        changes.get(printName(table)) ?? [],
      );
      const more = folded.get(keyOf(table));
      const parts = `${more} ${table.partitionKey === undefined ? 'more ' : ''}${more === 1 ? 'partition' : 'partitions'}`;
      return more ? { ...drawn, notes: [...drawn.notes, parts] } : drawn;
    }),
    links,
    left: Math.max(0, centre.length - mostCards) + [...wanted.keys()].filter((key) => !shown.has(key)).length,
  };
}

/** Partitions are drawn by their parent, or by the first of them where the parent is not drawn; `folded` counts the others. */
function fold(
  tables: readonly Table[],
  folded: Map<string, number>,
  focus: readonly Name[],
): readonly Table[] {
  const keys = new Set(tables.map(keyOf));
  const first = new Map<string, string>();
  return tables.filter((table) => {
    if (!table.partitionOf || focus.some((name) => keyOf(name) === keyOf(table))) return true;
    const parent = keyOf(table.partitionOf);
    const stands = keys.has(parent) ? parent : first.get(parent);
    if (stands === undefined) first.set(parent, keyOf(table));
    else folded.set(stands, (folded.get(stands) ?? 0) + 1);
    return stands === undefined;
  });
}

function around(catalog: Catalog, table: Name): readonly Table[] {
  const found = findTable(catalog, table);
  return found ? neighbours(catalog, found) : [];
}

/** What differs below each table: `column email type`, or an empty text for the table itself. */
function changesByTable(before: Catalog, after: Catalog): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const names = [...new Set([...before.tables, ...after.tables].map(printName))].toSorted(
    (a, b) => b.length - a.length,
  );
  for (const { path } of differences(before, after, { owners: 'ignore' })) {
    const rest = path.startsWith('table ') ? path.slice(6) : undefined;
    const name =
      rest === undefined ? undefined : names.find((each) => rest === each || rest.startsWith(`${each} `));
    if (rest === undefined || name === undefined) continue;
    found.set(name, [...(found.get(name) ?? []), rest.slice(name.length).trim()]);
  }
  return found;
}

function card(
  before: Catalog,
  after: Catalog,
  table: Table,
  links: readonly Link[],
  whole: boolean,
  changes: readonly string[],
): Card {
  const [was, is] = [findTable(before, table), findTable(after, table)];
  const mark: Mark = !was ? 'added' : !is ? 'removed' : changes.length > 0 ? 'changed' : 'same';
  const columns = new Map(
    [...(is?.columns ?? []), ...(was?.columns ?? [])].map((column) => [column.name, column]),
  );
  const ends = new Set(
    links.flatMap((link) => [
      ...(link.from === keyOf(table) ? link.columns : []),
      ...(link.to === keyOf(table) ? link.targets : []),
    ]),
  );
  const keys = new Set(primaryKey(is ?? was ?? table));
  const references = new Set(
    (is ?? was ?? table).constraints
      .filter(({ kind }) => kind === 'foreign')
      .flatMap((constraint) => constraint.columns),
  );
  const rows = [...columns.keys()].map((name): Row => {
    const [old, now] = [
      was?.columns.find((column) => column.name === name),
      is?.columns.find((column) => column.name === name),
    ];
    const column = (now ?? old)!;
    const changed = changes.some((change) => change.startsWith(`column ${printPart(name)} `));
    return {
      name,
      type: shortType(column.type),
      ...(old && now && old.type !== now.type ? { was: shortType(old.type) } : {}),
      nullable: !column.notNull,
      primary: keys.has(name),
      foreign: references.has(name),
      mark:
        mark === 'added' || mark === 'removed'
          ? mark
          : !old
            ? 'added'
            : !now
              ? 'removed'
              : changed
                ? 'changed'
                : 'same',
    };
  });
  const shown = whole ? rows.slice(0, mostRows) : rows.filter((row) => row.primary || ends.has(row.name));
  return {
    key: keyOf(table),
    title: table.schema === 'public' ? table.name : `${table.schema}.${table.name}`,
    mark,
    rows: shown,
    hidden: rows.length - shown.length,
    notes: mark === 'changed' ? notes(changes) : [],
  };
}

/** `also changed: 2 indexes, 1 constraint`, of the changes that no column row shows. */
function notes(changes: readonly string[]): readonly string[] {
  const counts = new Map<string, Set<string>>();
  for (const change of changes) {
    const [kind = '', name = ''] = change.split(' ');
    if (kind === 'column' || kind === '') continue;
    const known = ['index', 'constraint', 'trigger', 'policy', 'grant', 'comment'].includes(kind)
      ? kind
      : 'property';
    counts.set(known, (counts.get(known) ?? new Set()).add(known === 'property' ? change : name));
  }
  const many: Readonly<Record<string, string>> = {
    index: 'indexes',
    policy: 'policies',
    property: 'properties',
  };
  const parts = [...counts].map(([kind, names]) =>
    names.size === 1 ? `1 ${kind}` : `${names.size} ${many[kind] ?? `${kind}s`}`,
  );
  return parts.length === 0 ? [] : [`also changed: ${parts.join(', ')}`];
}

function linksOf(before: Catalog, after: Catalog, shown: ReadonlyMap<string, Table>): readonly Link[] {
  const keysIn = (catalog: Catalog): readonly ForeignKey[] =>
    catalog.tables
      .filter((table) => shown.has(keyOf(table)))
      .flatMap((table) => foreignKeysFrom(catalog, table))
      .filter((key) => shown.has(keyOf(key.references)));
  const identity = ({ from, references, constraint }: ForeignKey): string =>
    JSON.stringify([keyOf(from), keyOf(references), constraint.columns, references.columns]);
  const [was, is] = [keysIn(before), keysIn(after)].map(
    (keys) => new Map(keys.map((key) => [identity(key), key])),
  ) as [Map<string, ForeignKey>, Map<string, ForeignKey>];
  return [...new Set([...was.keys(), ...is.keys()])].map((key): Link => {
    const { from, references, constraint } = (is.get(key) ?? was.get(key))!;
    const unique = uniqueKeys(from).some(
      (columns) => columns.length > 0 && columns.every((column) => constraint.columns.includes(column)),
    );
    const nullable = (name: string): boolean =>
      !from.columns.find((column: Column) => column.name === name)?.notNull;
    return {
      from: keyOf(from),
      to: keyOf(references),
      columns: constraint.columns,
      targets: references.columns,
      single: unique,
      optional: constraint.columns.some(nullable),
      mark: !was.has(key) ? 'added' : !is.has(key) ? 'removed' : 'same',
    };
  });
}

/** Type names as people say them: `varchar(40)`, `timestamptz`. */
export function shortType(type: string): string {
  return type
    .replace('character varying', 'varchar')
    .replace(/^character\b/, 'char')
    .replace(/timestamp(\(\d\))? with time zone/, 'timestamptz$1')
    .replace(/timestamp(\(\d\))? without time zone/, 'timestamp$1')
    .replace(/time(\(\d\))? with time zone/, 'timetz$1')
    .replace(/time(\(\d\))? without time zone/, 'time$1')
    .replace('double precision', 'float8')
    .replace(/^public\./, '');
}
