/** More than one machine (Citus): by which column, which tables go along, what would be asked of one node only. */
import { keyOf, nameOf, printName, sameName } from '../../catalog/identity.ts';
import { foreignKeysFrom, primaryKey, uniqueKeys } from '../../catalog/find.ts';
import type { Name, Table } from '../../catalog/model.ts';
import type { TableAccess } from '../../engine/model.ts';
import { formatBytes, formatCount } from '../../base/units.ts';
import { fact } from '../../report/build.ts';
import type { WorkQuery } from '../advice/model.ts';
import { busyOf, databaseBytes } from './load.ts';
import type { Beyond, BeyondOptions } from './model.ts';
import { percent } from './replicas.ts';

/** Without any of these one machine is enough: bytes as a multiple of its memory, bytes where nobody told it, share of its processors that writing takes. */
const calling = { perMemory: 20, bytes: 2e12, writing: 0.5, writingUntold: 8 } as const;
/** Rows up to which a table is copied to every node, and writes a day up to which that is cheap. */
const reference = { rows: 1_000_000, writesPerDay: 10_000 } as const;
/** Share of the calls that one node has to answer alone for the column to be worth it. */
const leastRouted = 0.8;
/** Share of the rows that one value may have: more than a node's fair share of eight stays a hot node. */
const mostSkew = 0.125;

interface Option {
  readonly column: string;
  readonly tables: readonly Table[];
  readonly references: readonly Table[];
  /** Share of the work whose uses of large tables all ask for one value. */
  readonly routed: number;
  readonly others: readonly WorkQuery[];
  readonly skew: number;
}

/** Advice to spread the database over nodes, or none; needs the engine's grammar to be ready. */
export function shardAdvice(options: BeyondOptions): readonly Beyond[] {
  const called = callsFor(options);
  if (called.length === 0) return [];
  const [best] = optionsOf(options).toSorted((a, b) => b.routed - a.routed || a.skew - b.skew);
  if (!best || best.routed < leastRouted || best.skew > mostSkew)
    return [
      {
        kind: 'shard',
        advised: false,
        subject: 'the server',
        says: 'One machine is getting small, and no column spreads this database well over several.',
        figures: [
          ...called,
          ...(best
            ? [
                fact(`answered by one node with ${best.column}`, percent(best.routed), 'derived', 'bad'),
                fact('rows of its most common value', percent(best.skew), 'measured'),
              ]
            : []),
        ],
        mind: ['A larger machine, archiving, partitions and replicas come first.'],
        tried: { done: false, says: 'Not tried: a sandbox is one node.' },
      },
    ];
  return [advised(options, best, called)];
}

function callsFor({ snapshot, machine, work, after }: BeyondOptions): Beyond['figures'] {
  const bytes = databaseBytes(snapshot);
  const busy = busyOf({ work, ...(after ? { after } : {}) });
  const writing = busy.sessions * (1 - busy.reads);
  const large =
    machine?.memoryBytes === undefined
      ? bytes >= calling.bytes
      : bytes >= machine.memoryBytes * calling.perMemory;
  const many =
    busy.known &&
    writing >= (machine?.cpus === undefined ? calling.writingUntold : machine.cpus * calling.writing);
  return [
    ...(large ? [fact('database', formatBytes(bytes), 'measured', 'bad')] : []),
    ...(many ? [fact('sessions that write on average', writing.toFixed(1), 'derived', 'bad')] : []),
  ];
}

function optionsOf(options: BeyondOptions): readonly Option[] {
  const { snapshot, work, engine } = options;
  const { catalog } = snapshot;
  const rows = new Map(snapshot.relations.map((one) => [keyOf(one), one.rows]));
  const written = new Map(
    work.writes.map((one) => [keyOf(one.table), one.inserted + one.updated + one.deleted]),
  );
  const small = (table: Name): boolean =>
    (rows.get(keyOf(table)) ?? 0) <= reference.rows &&
    (written.get(keyOf(table)) ?? 0) <= reference.writesPerDay;
  const roots = catalog.tables.filter(({ partitionOf, kind }) => !partitionOf && kind !== 'foreign');
  const large = roots.filter((table) => !small(table));
  const uses = new Map(work.queries.map((query) => [query.name, engine.access.of(query.sql, catalog)]));
  const columns = new Set(large.flatMap((table) => shardColumns(table)));
  return [...columns].flatMap((column): readonly Option[] => {
    const tables = roots.filter((table) =>
      table.columns.some(({ name }) => name === column || isOwnKey(table, column)),
    );
    // A large table that lacks the column could not stand beside the others.
    if (large.some((table) => !tables.includes(table))) return [];
    const bound = (query: WorkQuery): boolean => isRouted(uses.get(query.name) ?? [], tables, column);
    const time = (list: readonly WorkQuery[]): number =>
      list.reduce((sum, { callsPerDay, meanMs = 1 }) => sum + callsPerDay * meanMs, 0);
    const others = work.queries.filter((query) => !bound(query));
    return [
      {
        column,
        tables,
        references: roots.filter((table) => !tables.includes(table)),
        routed: 1 - time(others) / Math.max(1e-9, time(work.queries)),
        others,
        skew: Math.max(0, ...tables.map((table) => topShare(snapshot, table, column))),
      },
    ];
  });
}

/** Columns that other tables or tenants are known by: keys, and what references them. */
function shardColumns(table: Table): readonly string[] {
  return [
    ...new Set(
      table.constraints
        .filter(({ kind, columns }) => kind === 'foreign' && columns.length === 1)
        .flatMap(({ columns }) => columns),
    ),
  ];
}

/** `tenants.id` is `tenant_id` elsewhere. */
function isOwnKey(table: Table, column: string): boolean {
  const key = primaryKey(table);
  return key.length === 1 && column === `${table.name.replace(/s$/, '')}_${key[0]}`;
}

function isRouted(uses: readonly TableAccess[], tables: readonly Table[], column: string): boolean {
  const own = uses.filter(({ table }) => tables.some((one) => sameName(one, table)));
  if (own.length === 0) return true;
  const values = own.map((use) => {
    const table = tables.find((one) => sameName(one, use.table))!;
    const key = table.columns.some(({ name }) => name === column) ? column : primaryKey(table)[0]!;
    if (use.does === 'insert') return 'its own';
    const found = use.conditions.find((one) => one.kind === 'equal' && one.key === key && !one.expression);
    if (found?.against.kind === 'parameter') return `$${found.against.number}`;
    return found?.against.kind === 'column' ? 'joined' : undefined;
  });
  const given = new Set(values.filter((value) => value !== 'joined' && value !== 'its own'));
  return !given.has(undefined) && given.size <= 1 && (given.size === 1 || values.includes('its own'));
}

function topShare({ columns }: BeyondOptions['snapshot'], table: Name, column: string): number {
  const found = columns.find(
    (one) => one.schema === table.schema && one.relation === table.name && one.column === column,
  );
  return found?.commonFrequencies?.[0] ?? 0;
}

function advised({ engine, snapshot }: BeyondOptions, option: Option, called: Beyond['figures']): Beyond {
  const { column, tables, references, routed, others, skew } = option;
  const text = (name: Name): string => engine.quote.literal(engine.quote.full(name));
  const own = (table: Table): string =>
    table.columns.some(({ name }) => name === column) ? column : primaryKey(table)[0]!;
  const keys = tables.flatMap((table) =>
    uniqueKeys(table)
      .filter((key) => !key.includes(own(table)))
      .map((key) => `${printName(table)} (${key.join(', ')})`),
  );
  const foreign = tables.flatMap((table) =>
    foreignKeysFrom(snapshot.catalog, table)
      .filter(
        ({ constraint, references: target }) =>
          tables.some((one) => sameName(one, target)) && !constraint.columns.includes(own(table)),
      )
      .map(({ constraint }) => `${printName(table)}.${constraint.name}`),
  );
  return {
    kind: 'shard',
    advised: true,
    subject: 'the server',
    says: `Spread the database over nodes by ${column} (Citus): one node answers ${percent(routed)} of the work alone.`,
    figures: [
      ...called,
      fact('answered by one node', percent(routed), 'derived', 'good'),
      fact('rows of its most common value', percent(skew), 'measured'),
      fact('tables that are spread', String(tables.length), 'derived'),
      fact('copied to every node', String(references.length), 'derived'),
      ...(others.length === 0
        ? []
        : [
            fact(
              'asked of all nodes',
              `${formatCount(others.length)}: ${others
                .slice(0, 5)
                .map(({ name }) => name)
                .join(', ')}`,
              'derived',
            ),
          ]),
    ],
    sql: [
      'CREATE EXTENSION citus;',
      ...references.map((table) => `SELECT create_reference_table(${text(nameOf(table))});`),
      ...tables.map((table, at) => {
        const with_ = at === 0 ? '' : `, colocate_with => ${text(nameOf(tables[0]!))}`;
        return `SELECT create_distributed_table(${text(nameOf(table))}, ${engine.quote.literal(own(table))}${with_});`;
      }),
    ].join('\n'),
    mind: [
      ...(keys.length === 0 ? [] : [`Keys have to hold ${column}; these do not: ${keys.join(', ')}.`]),
      ...(foreign.length === 0
        ? []
        : [
            `Foreign keys between spread tables have to hold ${column}; these do not: ${foreign.join(', ')}.`,
          ]),
      'Rows move while tables are spread; writers wait unless it is done online with a logical copy.',
    ],
    tried: { done: false, says: 'Not tried: a sandbox is one node, and Citus is not in it.' },
  };
}
