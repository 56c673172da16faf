/** Runs the task's reads and writes on two designs in turns, so that a slow minute of the machine meets both. */
import { DbdError, SqlError, fail } from '../../base/error.ts';
import { nameOf } from '../../catalog/identity.ts';
import type { Session, Watcher } from '../../engine/model.ts';
import type { Access } from '../../task/model.ts';
import { makeInserts } from '../../twin/fill/insert.ts';
import { percentile } from '../../workload/percentile.ts';
import { prepareQueries } from '../../workload/prepare.ts';
import type { Stage } from '../deliverables/model.ts';
import { namedQuery, rateOf } from '../measuring/named-query.ts';
import { tableOf } from '../trials/observe.ts';
import type { Built, Measured } from './model.ts';

/** Confidence of the intervals: many are compared, so each must be sure. */
const confidence = 0.99;
/** Sets of values per read. */
const sets = 40;
/** Sessions of one design: a server process that the machine treats badly is not held against the design. */
const sessionsEach = 4;
const warmTurns = 2 * sessionsEach;
/** Calls whose buffers and WAL are read. */
const looked = 12;
/** A call is cut off after this time, milliseconds. */
const timeoutMs = 4_000;

/** How long to look. */
export interface Effort {
  /** Calls of each pattern on each design that are enough. */
  readonly calls: number;
  /** Milliseconds that one pattern gets on all designs together, unless it has too few calls. */
  readonly patternMs: number;
  /** Calls below which no interval means anything. */
  readonly fewest: number;
}

/** A pattern on one design. */
interface Probe {
  readonly built: Built;
  readonly sessions: readonly Session[];
  readonly sql: string;
  readonly values: readonly (readonly unknown[])[];
  readonly write: boolean;
  readonly ms: number[];
  cut: number;
}

/** A pattern that runs on all designs. */
export interface Pattern {
  readonly access: Access;
  readonly probes: readonly Probe[];
}

/** Sessions and prepared patterns of several designs. */
export interface Bench {
  readonly patterns: readonly Pattern[];
  /** Why a pattern runs on no design, by claim; a pattern that runs on one only is of no use. */
  readonly unable: ReadonlyMap<string, string>;
  readonly sessions: ReadonlyMap<Built, readonly Session[]>;
  close(): Promise<void>;
}

/** Connects to the designs and prepares every pattern with the same values on each, but where keys differ. */
export async function openBench(stage: Stage, designs: readonly Built[]): Promise<Bench> {
  const sessions = new Map<Built, Session[]>();
  const unable = new Map<string, string>();
  const close = async (): Promise<void> => {
    await Promise.all([...sessions.values()].flat().map((session) => session.close()));
  };
  try {
    for (const built of designs) {
      const own: Session[] = [];
      sessions.set(built, own);
      for (let i = 0; i < sessionsEach; i++)
        own.push(
          await stage.engine.connect(built.database.ownerUrl, {
            application: 'dbd alternatives',
            statementTimeoutMs: timeoutMs,
          }),
        );
    }
    const patterns: Pattern[] = [];
    for (const access of stage.task.requirements.access) {
      const probes: Probe[] = [];
      for (const built of designs) {
        const probe = await probeOf(stage, built, sessions.get(built)!, access, probes[0]).catch(
          (error: unknown) => {
            if (!(error instanceof DbdError)) throw error;
            unable.set(access.id, `${built.name}: ${error.message}`);
            return undefined;
          },
        );
        if (!probe) break;
        probes.push(probe);
      }
      if (probes.length === designs.length) patterns.push({ access, probes });
      else if (!unable.has(access.id)) unable.set(access.id, 'it is no statement of its own');
    }
    return { patterns, unable, sessions, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function probeOf(
  stage: Stage,
  built: Built,
  sessions: readonly Session[],
  { id }: Access,
  first: Probe | undefined,
): Promise<Probe | undefined> {
  const { engine, seed } = stage;
  const { planned, task } = built;
  const session = sessions[0]!;
  const access = task.requirements.access.find((one) => one.id === id);
  if (!access) return undefined;
  const common = { built, sessions, ms: [], cut: 0 };
  if (access.insert !== undefined) {
    const table = tableOf(planned.after, planned.design, access.insert);
    if (!table) return undefined;
    const made = await makeInserts({
      engine,
      session,
      catalog: planned.after,
      volumes: [],
      hints: stage.twin.hints,
      seed,
      table: nameOf(table),
      rows: 400,
    });
    return { ...common, sql: made.sql, values: made.values, write: true };
  }
  if (access.sql === undefined) return undefined;
  const { names, sql } = engine.grammar.parameters(access.sql);
  const write = engine.grammar.shape(access.sql).kind !== 'read';
  const shared = first && !built.ownValues && first.values.every((set) => set.length === names.length);
  if (shared) {
    const statement = engine.grammar.split(sql)[0]!.sql;
    await engine.stats.explain(session, statement, first.values[0]!, false);
    return { ...common, sql: statement, values: first.values, write };
  }
  const { queries, excluded } = await prepareQueries(engine, session, planned.after, [namedQuery(access)], {
    seed,
    sets,
  });
  if (excluded[0]) fail('sql.failed', excluded[0].reason);
  return { ...common, sql: queries[0]!.sql, values: queries[0]!.values, write };
}

/** Measures every pattern on every design; the order of the designs changes from turn to turn. */
export async function measure(
  stage: Stage,
  { patterns }: Bench,
  effort: Effort,
): Promise<ReadonlyMap<Built, readonly Measured[]>> {
  const found = new Map<Built, Measured[]>();
  for (const pattern of patterns) {
    stage.signal.throwIfAborted();
    await inTurns(pattern, effort, stage.signal);
    for (const probe of pattern.probes) {
      const ms = percentile(probe.ms, 0.5, confidence);
      const floor = percentile(probe.ms, 0.25, confidence);
      if (!ms || !floor) continue;
      const one: Measured = {
        claim: pattern.access.id,
        says: pattern.access.says,
        write: probe.write,
        ms,
        floor,
        ...(await look(stage, probe)),
        perSecond: rateOf(pattern.access).perSecond,
        rateAssumed: pattern.access.rate.kind !== 'declared',
        cut: probe.cut,
      };
      found.set(probe.built, [...(found.get(probe.built) ?? []), one]);
    }
  }
  return found;
}

async function inTurns({ probes }: Pattern, effort: Effort, signal: AbortSignal): Promise<void> {
  const begin = performance.now();
  for (let turn = -warmTurns; turn < effort.calls; turn++) {
    if (signal.aborted) return;
    const spent = performance.now() - begin;
    const cut = probes.some((probe) => probe.cut >= 2);
    if (
      cut ||
      (spent > effort.patternMs && turn >= effort.fewest) ||
      spent > 3 * effort.patternMs + timeoutMs
    )
      return;
    for (let i = 0; i < probes.length; i++) {
      const probe = probes[(i + turn + warmTurns) % probes.length]!;
      const ms = await call(probe, turn + warmTurns);
      if (turn >= 0) probe.ms.push(ms);
    }
  }
}

async function call(probe: Probe, turn: number): Promise<number> {
  const values = probe.values[turn % probe.values.length]!;
  const session = probe.sessions[turn % probe.sessions.length]!;
  const begin = performance.now();
  try {
    if (probe.write) await session.run('BEGIN');
    await session.query(probe.sql, values);
    if (probe.write) await session.run('COMMIT');
    return performance.now() - begin;
  } catch (error) {
    if (probe.write) await session.run('ROLLBACK');
    if (!(error instanceof SqlError) || error.code !== 'sql.timeout') throw error;
    probe.cut += 1;
    return timeoutMs;
  }
}

/** Pages that a call touches, and what a write logs; read in calls of their own, which are taken back. */
async function look(
  { engine, sandbox }: Stage,
  probe: Probe,
): Promise<Pick<Measured, 'buffers' | 'walBytes'>> {
  const { sql, write } = probe;
  const session = probe.sessions[0]!;
  if (probe.cut > 0) return { buffers: Number.NaN };
  const watcher = write ? await engine.watch.open(probe.built.database.adminUrl, sandbox.log) : undefined;
  try {
    const pages: number[] = [];
    const wal: number[] = [];
    for (const values of probe.values.slice(-looked)) {
      if (!watcher) {
        const facts = await engine.stats.explain(session, sql, values, true);
        pages.push((facts.sharedHit ?? 0) + (facts.sharedRead ?? 0));
        continue;
      }
      await session.run('BEGIN');
      const before = await engine.stats.touched(session);
      wal.push(await logged(watcher, session, () => session.query(sql, values)));
      pages.push((await engine.stats.touched(session)).pages - before.pages);
      await session.run('ROLLBACK');
    }
    const walBytes = percentile(wal, 0.5)?.value;
    return {
      buffers: percentile(pages, 0.5)?.value ?? Number.NaN,
      ...(walBytes === undefined ? {} : { walBytes }),
    };
  } finally {
    await watcher?.close();
  }
}

/** Bytes of WAL that some work in a session writes. */
export async function logged(
  watcher: Watcher,
  session: Session,
  work: () => Promise<unknown>,
): Promise<number> {
  const mark = await watcher.before(session.pid);
  await work();
  return (await watcher.after(session.pid, mark)).walBytes;
}
