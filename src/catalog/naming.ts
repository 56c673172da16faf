import { fitBytes, slug } from '../base/text.ts';
import type { Catalog, Constraint, Name, Table } from './model.ts';

/** How the current database names and types things; a new table follows. */
export interface Habits {
  readonly schema: string;
  readonly plural: boolean;
  readonly camel: boolean;
  /** Longest name in bytes; no limit when absent. */
  readonly maxBytes?: number;
  /** `_id`, `Id` or whatever follows a relation's name in a foreign key column. */
  readonly keySuffix: string;
  readonly identity: 'always' | 'by default' | 'serial';
  /** Default of uuid keys, if the database has any. */
  readonly uuid?: string;
  readonly templates: Readonly<Record<Kind, Template>>;
}

/** Kinds of names with a habit of their own. */
export type Kind = 'primary' | 'foreign' | 'unique' | 'index';

type Template = (table: string, columns: readonly string[]) => string;

const templates: Readonly<Record<Kind, readonly Template[]>> = {
  primary: [(t) => `${t}_pkey`, (t) => `pk_${t}`, (t) => `PK_${t}`, (t) => `${t}_pk`],
  foreign: [
    (t, c) => `${t}_${c.join('_')}_fkey`,
    (t, c) => `${t}_${c.join('_')}_foreign`,
    (t, c) => `fk_${t}_${c.join('_')}`,
    (t, c) => `FK_${t}_${c.join('_')}`,
    (t, c) => `${t}_${c.join('_')}_fk`,
  ],
  unique: [
    (t, c) => `${t}_${c.join('_')}_key`,
    (t, c) => `${t}_${c.join('_')}_unique`,
    (t, c) => `uq_${t}_${c.join('_')}`,
    (t, c) => `UQ_${t}_${c.join('_')}`,
    (t, c) => `${t}_${c.join('_')}_uniq`,
  ],
  index: [
    (t, c) => `${t}_${c.join('_')}_idx`,
    (t, c) => `idx_${t}_${c.join('_')}`,
    (t, c) => `ix_${t}_${c.join('_')}`,
    (t, c) => `IX_${t}_${c.join('_')}`,
    (t, c) => `index_${t}_on_${c.join('_and_')}`,
    (t, c) => `${t}_${c.join('_')}_index`,
  ],
};

/** Reads the habits of a catalog: in each question the majority of its tables decides; an empty database gets PostgreSQL's own. */
export function habitsOf(catalog: Catalog): Habits {
  const { tables } = catalog;
  const constraints = tables.flatMap((table) =>
    table.constraints.map((constraint) => ({ table, constraint })),
  );
  const ofKind = (kind: Constraint['kind']) =>
    constraints
      .filter(({ constraint }) => constraint.kind === kind)
      .map(({ table, constraint: { name, columns } }) => ({ name, table: table.name, columns }));
  const columns = tables.flatMap((table) => table.columns);
  const uuid = most(
    tables.flatMap((table) =>
      table.columns
        .filter((column) => column.type === 'uuid' && isKey(table, column.name))
        .flatMap((column) => column.default ?? []),
    ),
  );
  const keySuffix = most(
    ofKind('foreign').flatMap(
      ({ columns: [first = ''] }) => /(?:_id|_ID|Id|ID|_fk|_key)$/.exec(first)?.[0] ?? [],
    ),
  );
  const camel = majority(
    columns.filter(({ name }) => /[a-z][A-Z]/.test(name)).length,
    columns.filter(({ name }) => name.includes('_')).length,
  );
  const indexes = tables.flatMap((table) =>
    table.indexes
      .filter((index) => index.constraint === undefined && !index.primary)
      .map((index) => ({ name: index.name, table: table.name, columns: index.keys })),
  );
  return {
    schema: most(tables.map(({ schema }) => schema)) ?? 'public',
    plural:
      tables.length === 0 ||
      majority(
        tables.filter(({ name }) => isPlural(name)).length,
        tables.filter(({ name }) => !isPlural(name)).length,
        true,
      ),
    camel,
    keySuffix: keySuffix ?? (camel ? 'Id' : '_id'),
    identity:
      most(
        tables.flatMap((table) =>
          table.columns.flatMap((column) =>
            isKey(table, column.name)
              ? (column.identity ?? (column.default?.startsWith('nextval(') ? 'serial' : []))
              : [],
          ),
        ),
      ) ?? 'always',
    ...(uuid ? { uuid } : {}),
    templates: {
      primary: fitting('primary', ofKind('primary')),
      foreign: fitting('foreign', ofKind('foreign')),
      unique: fitting('unique', ofKind('unique')),
      index: fitting('index', indexes),
    },
  };
}

/** Whether a key column says already whose key it is, as `customer_id` or `customerId` does for `customer`: then no prefix is needed. */
export function namesAlready(base: string, keyColumn: string): boolean {
  const rest = keyColumn.slice(base.length);
  return (
    base !== '' && keyColumn.toLowerCase().startsWith(base.toLowerCase()) && /^(?:_|[A-Z]|id$)/.test(rest)
  );
}

function isKey(table: Table, column: string): boolean {
  return table.constraints.some(
    ({ kind, columns }) => kind === 'primary' && columns.length === 1 && columns[0] === column,
  );
}

/** The template that rebuilds most of the names that exist. */
function fitting(
  kind: Kind,
  existing: readonly { readonly name: string; readonly table: string; readonly columns: readonly string[] }[],
): Template {
  const scores = templates[kind].map(
    (template) => existing.filter(({ name, table, columns }) => template(table, columns) === name).length,
  );
  const best = Math.max(...scores);
  return templates[kind][best === 0 ? 0 : scores.indexOf(best)]!;
}

function most<T extends string>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0];
}

function majority(yes: number, no: number, tie = false): boolean {
  return yes === no ? tie : yes > no;
}

/** Whether a noun in an identifier looks plural. */
export function isPlural(name: string): boolean {
  return /[^su]s$/i.test(name) || /(?:sses|uses|ies|children|people|data)$/i.test(name);
}

/** Plural of an English noun in an identifier: `daily_summary` → `daily_summaries`. */
export function pluralOf(word: string): string {
  if (isPlural(word)) return word;
  if (/[^aeiou]y$/i.test(word)) return `${word.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/i.test(word) ? `${word}es` : `${word}s`;
}

/** Singular of an English noun in an identifier: `orders` → `order`. */
export function singularOf(word: string): string {
  if (/ies$/i.test(word)) return `${word.slice(0, -3)}y`;
  if (/(?:ss|(?<![aeo])us|x|z|ch|sh)es$/i.test(word)) return word.slice(0, -2);
  return /[^su]s$/i.test(word) ? word.slice(0, -1) : word;
}

/** A name in the database's case and no longer than it allows: `AnalyticsEvent` → `analytics_event` or `analyticsEvent`. */
export function cased(text: string, { camel, maxBytes }: Pick<Habits, 'camel' | 'maxBytes'>): string {
  const words = slug(text) || 'unnamed';
  const name = camel
    ? words.replaceAll(/_(\p{L}|\p{N})/gu, (_match, letter: string) => letter.toUpperCase())
    : words;
  return maxBytes === undefined ? name : fitBytes(name, maxBytes);
}

/** Column of a foreign key to a table's only key: `customer` → `customer_id`. */
export function columnOfKey(base: string, { keySuffix, maxBytes }: Habits): string {
  const name = `${base}${keySuffix}`;
  return maxBytes === undefined ? name : fitBytes(name, maxBytes);
}

/** Gives out names that nothing in a schema has yet: the wanted name, shortened when too long and numbered when taken. */
export function namesIn(catalog: Catalog, maxBytes: number): (wanted: Name) => string {
  const key = ({ schema, name }: Name): string => `${schema}.${name}`;
  const taken = new Set(
    [...catalog.views, ...catalog.sequences, ...catalog.routines, ...catalog.types].map(key),
  );
  for (const { schema, name, indexes, constraints } of catalog.tables) {
    taken.add(key({ schema, name }));
    for (const named of [...indexes, ...constraints]) taken.add(key({ schema, name: named.name }));
  }
  return ({ schema, name }) => {
    for (let n = 1; ; n++) {
      const candidate = fitBytes(n === 1 ? name : `${name}${n}`, maxBytes);
      if (taken.has(key({ schema, name: candidate }))) continue;
      taken.add(key({ schema, name: candidate }));
      return candidate;
    }
  };
}
