/** Calls of statements gathered into what a server's counters would tell: one text for all calls that differ in values only. */
import { hash } from '../../base/hash.ts';
import { uncounted } from '../../snapshot/workload/uncounted.ts';
import type { CapturedStatement, Engine } from '../../engine/model.ts';

/** One call, or so many calls of one text. */
export interface Call {
  /** With constants, `$n`, or both. */
  readonly sql: string;
  /** Values of its `$n`. */
  readonly parameters: readonly (string | null)[];
  /** Milliseconds of one call, where they were measured. */
  readonly ms?: number;
  /** Calls that it stands for; 1 when left out. */
  readonly calls?: number;
}

/** Sets of values that are kept of a statement; what production called most and what took longest matter, not every call. */
const keptSets = 24;
/** Different sets counted before new ones are only sampled: bounds the memory whatever is read. */
const countedSets = 200;
/** Longest set of values that is kept, characters. */
const longestSet = 4000;

interface Group {
  sql: string;
  /** Constants were replaced, since they differ from call to call. */
  normalized: boolean;
  calls: number;
  totalMs: number;
  minMs: number;
  maxMs: number;
  readonly sets: Map<string, { values: readonly (string | null)[]; calls: number; ms: number }>;
}

/** Gathers calls; time and memory grow with the different statements, not with the calls. The engine's grammar must be ready. */
export class GroupedCalls {
  readonly #engine: Pick<Engine, 'capturedSql'>;
  readonly #groups = new Map<string, Group>();

  constructor(engine: Pick<Engine, 'capturedSql'>) {
    this.#engine = engine;
  }

  /** False where the text does not parse. */
  add(call: Call): boolean {
    const { capturedSql } = this.#engine;
    const key = capturedSql.key(call.sql);
    const group = this.#groups.get(key);
    if (!group) return this.#begin(key, call);
    if (group.sql === call.sql) return count(group, call, call.parameters);
    const general = this.#general(group, call);
    if (general) return count(general.group, call, general.values);
    // Lists of other lengths are other statements.
    const own = capturedSql.normalized(call.sql);
    if (own === undefined) return false;
    const other = this.#groups.get(own);
    return other
      ? count(other, call, capturedSql.valuesOf(own, logged(call)) ?? [])
      : this.#begin(own, call, own);
  }

  /** Heaviest first, by time where it was measured, else by calls. */
  statements(): readonly CapturedStatement[] {
    return [...this.#groups.values()]
      .map(statementOf)
      .toSorted((a, b) => b.totalMs - a.totalMs || b.calls - a.calls);
  }

  #begin(key: string, call: Call, normalized?: string): boolean {
    if (this.#engine.capturedSql.fingerprint(call.sql) === undefined) return false;
    const group: Group = {
      sql: normalized ?? call.sql,
      normalized: normalized !== undefined,
      calls: 0,
      totalMs: 0,
      minMs: Number.POSITIVE_INFINITY,
      maxMs: 0,
      sets: new Map(),
    };
    this.#groups.set(key, group);
    return count(
      group,
      call,
      normalized === undefined
        ? call.parameters
        : (this.#engine.capturedSql.valuesOf(normalized, logged(call)) ?? []),
    );
  }

  /** Constants that differ between two calls become parameters of all calls before, too. */
  #general(
    group: Group,
    call: Call,
  ): { readonly group: Group; readonly values: readonly (string | null)[] } | undefined {
    const { capturedSql } = this.#engine;
    const sql = group.normalized ? group.sql : capturedSql.normalized(group.sql);
    if (sql === undefined) return undefined;
    const values = capturedSql.valuesOf(sql, logged(call));
    if (!values) return undefined;
    if (!group.normalized) {
      const before = [...group.sets.values()];
      group.sets.clear();
      for (const set of before) {
        const own = capturedSql.valuesOf(sql, logged({ sql: group.sql, parameters: set.values }));
        if (own) group.sets.set(JSON.stringify(own), { ...set, values: own });
      }
      group.sql = sql;
      group.normalized = true;
    }
    return { group, values };
  }
}

function logged({ sql, parameters }: Call): Parameters<Engine['capturedSql']['valuesOf']>[1] {
  return { kind: 'call', sql, parameters, ids: [] };
}

function count(group: Group, call: Call, values: readonly (string | null)[]): true {
  const { calls = 1, ms } = call;
  group.calls += calls;
  if (ms !== undefined) {
    group.totalMs += ms * calls;
    group.minMs = Math.min(group.minMs, ms);
    group.maxMs = Math.max(group.maxMs, ms);
  }
  const key = JSON.stringify(values);
  if (key.length > longestSet) return true;
  const set = group.sets.get(key);
  if (set) {
    set.calls += calls;
    set.ms = Math.max(set.ms, ms ?? 0);
  } else if (group.sets.size < countedSets || group.calls % countedSets === 0) {
    if (group.sets.size >= countedSets) group.sets.delete(rarest(group));
    group.sets.set(key, { values, calls, ms: ms ?? 0 });
  }
  return true;
}

function rarest({ sets }: Group): string {
  let [found, least] = ['', Number.POSITIVE_INFINITY];
  for (const [key, { calls }] of sets) if (calls < least) [found, least] = [key, calls];
  return found;
}

/** The sets called most, and among the rest the slowest. */
function statementOf({ sql, calls, totalMs, minMs, maxMs, sets }: Group): CapturedStatement {
  const byCalls = [...sets.values()].toSorted((a, b) => b.calls - a.calls);
  const common = byCalls.slice(0, keptSets / 2);
  const slow = byCalls
    .slice(keptSets / 2)
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, keptSets / 2);
  return {
    id: hash(sql).slice(0, 16),
    sql,
    calls,
    totalMs,
    meanMs: totalMs / Math.max(1, calls),
    minMs: Number.isFinite(minMs) ? minMs : 0,
    maxMs,
    ...uncounted,
    samples: [...common, ...slow].map(({ values }) => values).filter(({ length }) => length > 0),
  };
}
