/** What the queries of a workload do with tables, and which keys they ask for. */
import { keyOf } from '../../catalog/identity.ts';
import type { Name } from '../../catalog/model.ts';
import { SqlError } from '../../base/error.ts';
import type { TableAccess } from '../../engine/model.ts';
import type { WorkQuery } from '../advice/model.ts';
import type { CandidateOptions } from './model.ts';
import { knownValues, settled, type KnownValues } from './settle.ts';

/** A use of a table by a query, settled. */
export interface Asked {
  readonly query: WorkQuery;
  readonly access: TableAccess;
  readonly known: KnownValues;
}

/** Uses of tables by all queries that parse. */
export function askedOf(
  { engine, snapshot, work, extensions }: CandidateOptions,
  told: string[],
): readonly Asked[] {
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

export interface Equality {
  readonly popularity: (table: Name, key: string) => number;
  readonly only: (table: Name, key: string) => boolean;
}

/** Keys by how much of the workload asks for them by equality, and those that are asked for by nothing else. */
export function keysByEquality(asked: readonly Asked[]): Equality {
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
export function weightOf({ callsPerDay, meanMs = 1 }: WorkQuery): number {
  return callsPerDay * meanMs;
}
