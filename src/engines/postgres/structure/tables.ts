import { keyOf, printName } from '../../../catalog/identity.ts';
import type { Catalog, Column, Sequence, Table } from '../../../catalog/model.ts';
import { full, id, option, options, partPath, says, tablePath, type Making } from './making.ts';
import { sequenceOptions } from './types.ts';

/** What a table is made without, since the server lacks it. */
export interface Lacking {
  /** Columns whose types are missing. */
  readonly columns: ReadonlySet<string>;
  /** Columns whose collations are missing. */
  readonly collations: ReadonlySet<string>;
  /** Defaults are set afterwards, one by one. */
  readonly defaults: boolean;
  /** Generated columns are ordinary ones. */
  readonly generated: boolean;
}

/** Nothing is lacking. */
export const whole: Lacking = {
  columns: new Set(),
  collations: new Set(),
  defaults: false,
  generated: false,
};

/** Sequences by the column that they belong to. */
export function ownedSequences(catalog: Catalog): ReadonlyMap<string, Sequence> {
  return new Map(
    catalog.sequences.flatMap((sequence) =>
      sequence.ownedBy === undefined ? [] : [[sequence.ownedBy, sequence] as const],
    ),
  );
}

/** Key of a column in {@link ownedSequences}. */
export function columnKey(table: Table, column: Column): string {
  return `${full(table)}.${id(column.name)}`;
}

/** The statement that makes a table with its columns alone, as a child of nobody. */
export function tableDdl(
  table: Table,
  sequences: ReadonlyMap<string, Sequence>,
  lacking: Lacking = whole,
): Making {
  const columns = table.columns
    .filter(({ name }) => !lacking.columns.has(name))
    .map((column) => columnSql(table, column, sequences, lacking));
  const kind = table.kind === 'foreign' ? 'FOREIGN ' : table.unlogged ? 'UNLOGGED ' : '';
  const [server, ...foreign] = table.foreign ?? [];
  return {
    path: tablePath(table),
    table,
    sql: [
      `CREATE ${kind}TABLE ${full(table)} (${columns.join(', ')})`,
      ...(table.partitionKey === undefined ? [] : [`PARTITION BY ${table.partitionKey}`]),
      ...(table.method === undefined ? [] : [`USING ${id(table.method)}`]),
      ...(server === undefined
        ? options('WITH', table.options)
        : [`SERVER ${id(server.replace(/^server /, ''))}`, ...foreignOptions(foreign)]),
    ].join(' '),
  };
}

function columnSql(
  table: Table,
  column: Column,
  sequences: ReadonlyMap<string, Sequence>,
  lacking: Lacking,
): string {
  const named = table.constraints.find(
    ({ kind, columns }) => kind === 'not-null' && columns[0] === column.name,
  );
  const sequence = sequences.get(columnKey(table, column));
  return [
    id(column.name),
    column.type,
    ...(table.kind === 'foreign' ? foreignOptions(column.options ?? []) : []),
    ...(column.collation === undefined || lacking.collations.has(column.name)
      ? []
      : [`COLLATE ${column.collation}`]),
    ...(column.generated && !lacking.generated
      ? [`GENERATED ALWAYS AS (${column.generated.expression}) ${column.generated.kind.toUpperCase()}`]
      : []),
    ...(column.default === undefined || lacking.defaults ? [] : [`DEFAULT ${column.default}`]),
    // The identity of a partition is its parent's, and comes with it.
    ...(column.identity && sequence
      ? [
          `GENERATED ${column.identity.toUpperCase()} AS IDENTITY (SEQUENCE NAME ${full(sequence)} ${sequenceOptions(sequence)})`,
        ]
      : []),
    ...(column.notNull && (named?.validated ?? true)
      ? [
          named
            ? `CONSTRAINT ${id(named.name)} NOT NULL${named.definition.endsWith(' NO INHERIT') ? ' NO INHERIT' : ''}`
            : 'NOT NULL',
        ]
      : []),
  ].join(' ');
}

function foreignOptions(stored: readonly string[]): readonly string[] {
  return stored.length === 0
    ? []
    : [`OPTIONS (${stored.map((one) => option(one).replace(' = ', ' ')).join(', ')})`];
}

/** Statements that set the defaults of a table one by one. */
export function defaultsDdl(table: Table): readonly Making[] {
  return table.columns.flatMap((column) =>
    column.default === undefined
      ? []
      : [
          {
            path: `${partPath(tablePath(table), 'column', column.name)} default`,
            sql: `ALTER TABLE ONLY ${full(table)} ALTER COLUMN ${id(column.name)} SET DEFAULT ${column.default}`,
          },
        ],
  );
}

/** Statements that make a table a child of its parents. */
export function kinshipDdl(table: Table): readonly Making[] {
  if (table.partitionOf)
    return [
      {
        path: `${tablePath(table)} partition of`,
        of: tablePath(table),
        sql: `ALTER TABLE ${full(table.partitionOf)} ATTACH PARTITION ${full(table)} ${table.partitionOf.bound}`,
      },
    ];
  return table.inherits.map((parent) => ({
    path: `${tablePath(table)} inherits`,
    of: tablePath(table),
    sql: `ALTER TABLE ${full(table)} INHERIT ${full(parent)}`,
  }));
}

/** The statement that says how the values of columns are stored and counted. */
export function columnSettings(table: Table): readonly Making[] {
  const alter = `ALTER TABLE ONLY ${full(table)} `;
  const all = table.columns.flatMap((column) => {
    const path = partPath(tablePath(table), 'column', column.name);
    const set = (what: string, how: string) => ({
      path: `${path} ${what}`,
      action: `ALTER COLUMN ${id(column.name)} SET ${how}`,
    });
    return [
      ...(column.storage === undefined ? [] : [set('storage', `STORAGE ${column.storage}`)]),
      ...(column.compression === undefined ? [] : [set('compression', `COMPRESSION ${column.compression}`)]),
      ...(column.statistics === undefined ? [] : [set('statistics', `STATISTICS ${column.statistics}`)]),
      ...(column.options === undefined || table.kind === 'foreign'
        ? []
        : [set('options', `(${column.options.map(option).join(', ')})`)]),
    ];
  });
  if (all.length === 0) return [];
  return [
    {
      path: tablePath(table),
      sql: alter + all.map(({ action }) => action).join(', '),
      pieces: all.map(({ path, action }) => ({ path, sql: alter + action })),
    },
  ];
}

/** Comments on a table and its columns. */
export function tableComments(table: Table): readonly Making[] {
  const name = full(table);
  return [
    ...says(
      tablePath(table),
      `${table.kind === 'foreign' ? 'FOREIGN TABLE' : 'TABLE'} ${name}`,
      table.comment,
    ),
    ...table.columns.flatMap((column) =>
      says(
        partPath(tablePath(table), 'column', column.name),
        `COLUMN ${name}.${id(column.name)}`,
        column.comment,
      ),
    ),
  ];
}

/** Statements that give sequences to the columns they serve; those of identity columns are born there. */
export function sequenceOwners(catalog: Catalog): readonly Making[] {
  const identities = identityColumns(catalog);
  return catalog.sequences.flatMap((sequence) => {
    const path = `sequence ${printName(sequence)}`;
    return [
      ...(sequence.ownedBy === undefined || identities.has(sequence.ownedBy)
        ? []
        : [
            {
              path: `${path} owned by`,
              of: path,
              sql: `ALTER SEQUENCE ${full(sequence)} OWNED BY ${sequence.ownedBy}`,
            },
          ]),
      ...says(path, `SEQUENCE ${full(sequence)}`, sequence.comment),
    ];
  });
}

/** Keys of the columns that make their values themselves. */
export function identityColumns(catalog: Catalog): ReadonlySet<string> {
  return new Set(
    catalog.tables.flatMap((table) =>
      table.columns.filter(({ identity }) => identity).map((column) => columnKey(table, column)),
    ),
  );
}

/** Tables by their name. */
export function tablesByName(catalog: Catalog): ReadonlyMap<string, Table> {
  return new Map(catalog.tables.map((table) => [keyOf(table), table]));
}
