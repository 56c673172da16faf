/** Results kept outside the database: which, under which keys, and how they go. */
import type { Name } from '../../../catalog/model.ts';
import type { Basis } from '../../../report/model.ts';
import type { WorkQuery } from '../../advice/model.ts';

/** A query whose results are worth keeping. */
export interface CacheCandidate {
  readonly query: WorkQuery;
  /** Counters that an answer depends on; a kept answer holds as long as none has moved. */
  readonly depends: readonly Dependency[];
  /** Seconds after which an answer goes even if nobody said so: bounds what a lost invalidation costs. */
  readonly ttlSeconds: number;
  readonly callsPerSecond: number;
  /** Different sets of values, as statistics tell. */
  readonly keys: number;
  /** Answers per day that other queries' writes make void, per key. */
  readonly voidsPerDay: number;
  /** Share of the calls that would find an answer, 0 to 1: derived. */
  readonly hits: number;
  /** Milliseconds of the database per day. */
  readonly savedMsPerDay: number;
  readonly writes: readonly WritePath[];
  /** What this rests on. */
  readonly told: readonly string[];
}

/** Rows that an answer is made of: those of a table with one value in a column, or all of it. */
export interface Dependency {
  readonly table: Name;
  readonly column?: string;
  /** Which of the query's values it is, from 0. */
  readonly value?: number;
}

/** A writing statement and the counters that it moves after its commit. */
export interface WritePath {
  readonly query: WorkQuery;
  readonly table: Name;
  /** Column and which of the statement's values it is, from 0; without any the whole table's counter moves. */
  readonly moves: readonly { readonly column: string; readonly value: number }[];
  readonly whole: boolean;
}

/** What a real cache beside a real database showed. */
export interface CacheMeasured {
  readonly basis: Extract<Basis, 'measured'>;
  readonly server: string;
  readonly requests: number;
  readonly writes: number;
  /** Of the requests, the first ones to an empty cache included. */
  readonly hits: number;
  /** Answers from the cache that were held against the database, and those that were older than a commit. */
  readonly checked: number;
  readonly stale: number;
  /** Kept answers that were wrong when all was quiet; with invalidation left out as the control. */
  readonly wrongAtEnd: number;
  readonly wrongWithoutInvalidation: number;
  /** 95th percentile of a request, milliseconds. */
  readonly p95: { readonly database: number; readonly cached: number };
}
