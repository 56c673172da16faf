/** The shape of figures inside a snapshot: statistics, activity, workload, probes. */
import { z } from 'zod';
import {
  count,
  instant,
  line,
  list,
  milliseconds,
  name,
  named,
  numbers,
  shape,
  share,
  text,
  word,
} from './parts.ts';

/** Pages of a relation; a partitioned table that was analysed has -1. */
const pages = z.number().int().min(-1).max(4_294_967_295);

/** Entries of one list of statistics: the server keeps at most 10,000, and two or three more for elements. */
const entries = 10_003;

/** Figures of a table or an index. */
export const relationFigures = shape({
  ...named,
  kind: z.enum(['table', 'partitioned', 'materialized', 'foreign', 'index', 'partitioned index']),
  table: name.optional(),
  pages,
  rows: z.number().min(-1).max(1e15),
  allVisible: pages,
  allFrozen: pages.optional(),
  bytes: count.optional(),
  toastBytes: count.optional(),
  index: shape({
    method: word,
    level: z.number().int().min(0).max(100).optional(),
    levelBasis: z.enum(['measured', 'derived']).optional(),
    meta: numbers.optional(),
  }).optional(),
  analyzedAt: instant.optional(),
  vacuumedAt: instant.optional(),
  changedSince: count.optional(),
});

const statistics = {
  inherited: z.boolean(),
  nullFraction: share,
  averageWidth: z.number().min(0).max(1e9),
  distinct: z.number().min(-1).max(1e15),
  commonValues: text.optional(),
  commonFrequencies: list(share, entries).optional(),
  histogram: text.optional(),
  correlation: z.number().min(-1).max(1).optional(),
  commonElements: text.optional(),
  elementFrequencies: list(share, entries).optional(),
  elementHistogram: list(count, entries).optional(),
  rangeLengths: text.optional(),
  rangeEmptyFraction: share.optional(),
  rangeBounds: text.optional(),
};

/** A row of the planner's statistics. */
export const columnStatistics = shape({
  schema: word,
  relation: word,
  column: word,
  position: z.number().int().min(1).max(100_000),
  ...statistics,
});

/** Statistics over several columns. */
export const extendedStatistics = shape({
  ...named,
  table: name,
  inherited: z.boolean(),
  distinct: text.optional(),
  dependencies: text.optional(),
  common: shape({
    values: list(list(text.nullable(), 100), entries),
    frequencies: list(share, entries),
    baseFrequencies: list(share, entries),
  }).optional(),
  expressions: list(shape(statistics), 100),
});

/** What the server counted. */
export const activity = shape({
  since: instant.optional(),
  tables: list(
    shape({
      ...named,
      sequentialScans: count,
      sequentialRows: count,
      indexScans: count,
      inserted: count,
      updated: count,
      hotUpdated: count,
      deleted: count,
      live: count,
      dead: count,
    }),
  ),
  indexes: list(shape({ ...named, scans: count, lastScan: instant.optional() })),
  database: numbers,
});

/** Statements that the server counted. */
export const workload = shape({
  source: line,
  since: instant.optional(),
  statements: list(
    shape({
      id: word,
      role: word.optional(),
      sql: text,
      calls: count,
      totalMs: milliseconds,
      meanMs: milliseconds,
      minMs: milliseconds,
      maxMs: milliseconds,
      deviationMs: milliseconds,
      rows: count,
      hit: count,
      read: count,
      dirtied: count,
      written: count,
      tempRead: count,
      tempWritten: count,
      walBytes: count.optional(),
      cut: z.boolean(),
      nested: z.boolean().optional(),
      samples: list(list(text.nullable(), 65_535), 10_000),
    }),
    100_000,
  ),
  dropped: count.optional(),
  counted: shape({ statements: count, calls: count, totalMs: milliseconds }).optional(),
});

/** 0, 5, 10 … 100 %. */
const percentiles = list(z.number().min(-1e15).max(1e15), 101);

/** Aggregates over rows. */
export const probes = shape({
  ran: list(
    shape({
      kind: z.enum(['fan-out', 'pairs', 'offsets', 'prefixes', 'ends']),
      table: name,
      what: line,
      ms: milliseconds,
      share,
      refused: line.optional(),
    }),
  ),
  fanOut: list(
    shape({
      table: name,
      constraint: word,
      histogram: list(shape({ children: count, parents: count }), 100_000),
    }),
  ),
  pairs: list(shape({ table: name, columns: list(word, 100), distinct: count, rows: count })),
  offsets: list(shape({ table: name, from: word, to: word, through: word.optional(), percentiles })),
  prefixes: list(
    shape({
      table: name,
      column: word,
      length: z.number().int().min(0).max(10_000),
      common: list(shape({ prefix: text, share }), 100_000),
      lengths: percentiles,
    }),
  ),
  ends: list(shape({ table: name, column: word, least: text, greatest: text })),
});
