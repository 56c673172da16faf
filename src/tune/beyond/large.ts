/** Large tables whose rows go with time: partitions, and an archive for what nobody asks for. */
import { arrayItems } from '../../base/array-literal.ts';
import { formatBytes, formatCount } from '../../base/units.ts';
import { keyOf, nameOf, printName, sameName } from '../../catalog/identity.ts';
import { foreignKeysTo, uniqueKeys } from '../../catalog/find.ts';
import type { Table } from '../../catalog/model.ts';
import { fact } from '../../report/build.ts';
import type { WorkQuery } from '../advice/model.ts';
import { tableBytes } from './load.ts';
import type { Beyond, BeyondOptions } from './model.ts';
import { percent } from './replicas.ts';

/** Bytes from which a table is large where nobody told the memory (the manual's rule of thumb is the memory of the server). */
const largeBytes = 50e9;
/** Share of a table's own rows that is deleted each day from which dropping partitions beats deleting. */
const deletedShare = 0.001;
/** Share of the time spent on the table whose conditions name the column: below it most queries would visit every partition. */
const prunedShare = 0.7;
/** Share of the rows that nobody asks for from which an archive pays. */
const idleShare = 0.3;
const dayMs = 86_400_000;

interface Timed {
  readonly table: Table;
  readonly column: string;
  readonly bytes: number;
  readonly rows: number;
  readonly using: readonly WorkQuery[];
  /** Share of their time, 0 to 1, that has a condition on the column. */
  readonly pruned: number;
  /** Oldest value that any call asked for, milliseconds since 1970; undefined where some ask without a lower end. */
  readonly oldest?: number;
  readonly bounds: readonly number[];
}

/** Advice on tables that are large by bytes; needs the engine's grammar to be ready. */
export function largeTables(options: BeyondOptions): readonly Beyond[] {
  return timed(options).flatMap((one) => [...partition(options, one), ...archive(options, one)]);
}

function timed(options: BeyondOptions): readonly Timed[] {
  const { snapshot, engine, machine, work } = options;
  const { catalog, relations } = snapshot;
  const roots = catalog.tables.filter(
    ({ partitionOf, partitionKey }) => !partitionOf && partitionKey === undefined,
  );
  const found: Timed[] = [];
  for (const table of roots) {
    const relation = relations.find((one) => sameName(one, table));
    const bytes = relation ? tableBytes(snapshot, relation) : 0;
    if (bytes < Math.min(machine?.memoryBytes ?? largeBytes, largeBytes)) continue;
    const uses = work.queries.flatMap((query) => {
      const own = engine.access.of(query.sql, catalog).filter((use) => sameName(use.table, table));
      return own.some(({ does }) => does !== 'insert') ? [{ query, own }] : [];
    });
    for (const { name, type } of table.columns) {
      const family = engine.types.family(type);
      if (family !== 'instant' && family !== 'date') continue;
      const conditioned = uses.filter(({ own }) =>
        own.every((use) =>
          use.conditions.some(({ key, kind }) => key === name && (kind === 'range' || kind === 'equal')),
        ),
      );
      const time = (list: typeof uses): number =>
        list.reduce((sum, { query }) => sum + query.callsPerDay * (query.meanMs ?? 1), 0);
      const oldest = oldestAsked(
        options,
        conditioned.map(({ query }) => query),
        table,
        name,
      );
      found.push({
        table,
        column: name,
        bytes,
        rows: relation?.rows ?? 0,
        using: uses.map(({ query }) => query),
        pruned: uses.length === 0 ? 0 : time(conditioned) / Math.max(1e-9, time(uses)),
        ...(oldest === undefined || conditioned.length < uses.length ? {} : { oldest }),
        bounds: boundsOf(options, table, name),
      });
    }
  }
  // One column per table: the one that most of the work asks for.
  const best = new Map<string, Timed>();
  for (const one of found.toSorted((a, b) => a.pruned - b.pruned)) best.set(keyOf(one.table), one);
  return [...best.values()];
}

/** Least value of the lower ends in all sets of values; undefined where a query has none. */
function oldestAsked(
  { engine, snapshot }: BeyondOptions,
  queries: readonly WorkQuery[],
  table: Table,
  column: string,
): number | undefined {
  let least: number | undefined;
  for (const { sql, sets, basis } of queries) {
    if (basis !== 'known') return undefined;
    const uses = engine.access.of(sql, snapshot.catalog).filter((use) => sameName(use.table, table));
    for (const { conditions } of uses) {
      const lower = conditions.find(
        ({ key, operator, kind }) => key === column && (kind === 'equal' || operator.startsWith('>')),
      );
      if (!lower) return undefined;
      const { against } = lower;
      const texts =
        against.kind === 'parameter'
          ? sets.map(({ values }) => String(values[against.number - 1]))
          : against.kind === 'constant'
            ? [against.sql.replaceAll(/^'|'(::.*)?$/g, '')]
            : [];
      const times = texts.map((text) => Date.parse(text));
      if (times.length === 0 || times.some(Number.isNaN)) return undefined;
      least = Math.min(least ?? Number.POSITIVE_INFINITY, ...times);
    }
  }
  return least;
}

function boundsOf({ snapshot }: BeyondOptions, table: Table, column: string): readonly number[] {
  const found = snapshot.columns.find(
    (one) => one.schema === table.schema && one.relation === table.name && one.column === column,
  );
  const times =
    found?.histogram === undefined ? [] : arrayItems(found.histogram).map((one) => Date.parse(one ?? ''));
  return times.some(Number.isNaN) ? [] : times;
}

function partition({ work, snapshot }: BeyondOptions, one: Timed): readonly Beyond[] {
  const { table, column, bytes, rows, pruned, bounds } = one;
  const writes = work.writes.find((each) => sameName(each.table, table));
  const leaving = (writes?.deleted ?? 0) / Math.max(1, rows);
  if (pruned < prunedShare && leaving < deletedShare) return [];
  const days = bounds.length > 1 ? (bounds.at(-1)! - bounds[0]!) / dayMs : 0;
  const per = days > 0 ? spanOf(bytes / days) : undefined;
  const keys = uniqueKeys(table).filter((key) => !key.includes(column));
  const references = foreignKeysTo(snapshot.catalog, table);
  return [
    {
      kind: 'partition',
      advised: true,
      subject: printName(table),
      says: `Partition ${printName(table)} by ${column}${per === undefined ? '' : `, a partition per ${per}`}.`,
      figures: [
        fact('size', formatBytes(bytes), 'measured'),
        fact('rows', formatCount(rows), 'measured'),
        fact(
          'work that would visit few partitions',
          percent(pruned),
          'derived',
          pruned >= prunedShare ? 'good' : 'bad',
        ),
        fact(
          'rows deleted per day',
          formatCount(Math.round(writes?.deleted ?? 0)),
          writes?.basis ?? 'assumed',
        ),
      ],
      mind: [
        ...(keys.length === 0
          ? []
          : [
              `Unique keys have to hold ${column}; these do not: ${keys.map((key) => `(${key.join(', ')})`).join(', ')}.`,
            ]),
        ...(references.length === 0
          ? []
          : [`${formatCount(references.length)} foreign keys of other tables reference it.`]),
        ...(pruned < 1
          ? [
              `${percent(1 - pruned)} of the work on it does not name ${column} and would visit every partition.`,
            ]
          : []),
      ],
      tried: {
        done: false,
        says: `Not tried: a task with \`partition\` for ${table.name} builds it on a twin and measures it.`,
      },
    },
  ];
}

/** Days, weeks or months whose partitions stay between some hundred megabytes and some gigabytes. */
function spanOf(bytesPerDay: number): 'day' | 'week' | 'month' {
  if (bytesPerDay > 2e9) return 'day';
  return bytesPerDay > 3e8 ? 'week' : 'month';
}

function archive({ engine }: BeyondOptions, one: Timed): readonly Beyond[] {
  const { table, column, bytes, rows, oldest, bounds } = one;
  if (oldest === undefined || bounds.length < 2) return [];
  const idle = bounds.filter((bound) => bound < oldest).length / bounds.length;
  if (idle < idleShare) return [];
  const day = new Date(oldest).toISOString().slice(0, 10);
  const [name, key] = [engine.quote.full(nameOf(table)), engine.quote.identifier(column)];
  return [
    {
      kind: 'archive',
      advised: true,
      subject: printName(table),
      says: `Move rows of ${printName(table)} from before ${day} to an archive: no counted call asked for them.`,
      figures: [
        fact(
          'rows from before',
          `${percent(idle)}, about ${formatCount(Math.round(idle * rows))}`,
          'derived',
        ),
        fact('bytes', formatBytes(idle * bytes), 'derived'),
        fact('oldest value asked for', day, 'measured'),
      ],
      sql: `SELECT count(*) FROM ${name} WHERE ${key} < ${engine.quote.literal(day)};`,
      mind: [
        'The calls whose values are known are a sample; reports once a year may be missing from it.',
        'Deleting in place frees no disk by itself: partitions, or a rewrite of the table, do.',
      ],
      tried: { done: false, says: 'Not tried: which rows may leave is for their owner to say.' },
    },
  ];
}
