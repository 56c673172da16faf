/** Time that the cases really take with each chosen set built. */
import { SqlError } from '../../../src/base/error.ts';
import type { PlanFacts, Session } from '../../../src/engine/model.ts';
import { postgres } from '../../../src/engines/postgres/index.ts';
import { quantile } from '../figure.ts';
import { buildAll, nameOf, plansWith, type Built } from './built.ts';
import type { Case } from './cases.ts';
import type { Contest } from './contest.ts';
import type { Filled } from './shapes.ts';

/** A case that takes longer is stopped and counts so much. */
const longestMs = 5000;
/** Interleaved runs: of quick cases, of slow ones, and of those that were stopped. */
const rounds = 7;
const slowRounds = 3;
const slowMs = 150;
/** Milliseconds that one round of a writing statement shall take, and its calls at most. */
const writeMs = 40;
const mostWrites = 100;

/** What was built and measured, in the order of the contest's entries. */
export interface Measured {
  readonly sets: readonly {
    /** Weighted milliseconds a day, of reads and of writes. */
    readonly readMs: number;
    readonly writeMs: number;
    readonly bytes: number;
  }[];
  /** |cost nobody built ÷ cost built − 1|, of each set and case that uses a new index, and of those among them that use one whose statistics are made up. */
  readonly errors: readonly number[];
  readonly guessedErrors: readonly number[];
  readonly built: number;
  readonly buildMs: number;
  /** Different plans of reads that were measured, each once for all sets that share it. */
  readonly plans: number;
  /** Cases and sets that took longer than {@link longestMs}. */
  readonly stopped: number;
}

/** Builds everything that anybody chose on the filled database, and measures each set with the others switched off. */
export async function measured(filled: Filled, { cases, entries }: Contest): Promise<Measured> {
  const { adminUrl } = filled.database;
  const keys = [...new Set(entries.flatMap(({ set }) => set.map(({ key }) => key)))];
  const wished = new Map(entries.flatMap(({ set }) => set.map((one) => [one.key, one.wish])));
  const numbers = entries.map(({ set }) => set.map(({ key }) => keys.indexOf(key)));
  const building = await postgres.connect(adminUrl);
  const session = await postgres.connect(adminUrl, { statementTimeoutMs: longestMs });
  try {
    const built = await buildAll(
      building,
      keys.map((key) => wished.get(key)!),
    );
    const there: (readonly PlanFacts[])[] = [];
    for (const own of numbers) there.push(await plansWith(built, own, cases));
    const [errors, guessedErrors]: [number[], number[]] = [[], []];
    for (const [e, { plans, uses, guessed }] of entries.entries())
      for (const [c, plan] of plans.entries()) {
        const real = there[e]![c]!;
        const used = [...uses[c]!, ...keys.filter((_, n) => real.indexes.includes(nameOf(n)))];
        if (used.length === 0) continue;
        const list = used.some((key) => guessed.includes(key)) ? guessedErrors : errors;
        list.push(Math.abs(plan.totalCost / real.totalCost - 1));
      }
    // Statistics of expressions, as a change would gather them.
    await building.run('ANALYZE');
    await prewarm(building);
    const reads = await measureReads(built, session, cases, numbers);
    const writes = await measureWrites(built, session, cases, numbers);
    return {
      sets: numbers.map((own, e) => ({
        readMs: reads.total[e]!,
        writeMs: writes[e]!,
        bytes: own.reduce((sum, n) => sum + built.bytes[n]!, 0),
      })),
      errors,
      guessedErrors,
      built: keys.length,
      buildMs: built.buildMs.reduce((sum, ms) => sum + ms, 0),
      plans: reads.plans,
      stopped: reads.stopped,
    };
  } finally {
    await session.close();
    await building.close();
  }
}

async function prewarm(session: Session): Promise<void> {
  await session.run(`
    CREATE EXTENSION IF NOT EXISTS pg_prewarm;
    SELECT sum(pg_prewarm(c.oid)) FROM pg_class c WHERE c.relkind IN ('r', 'i') AND c.relnamespace = 'public'::regnamespace`);
}

/** Each different plan of a case is run in turn with the others, and stands for all sets that lead to it. */
async function measureReads(
  built: Built,
  session: Session,
  cases: readonly Case[],
  numbers: readonly (readonly number[])[],
): Promise<{ readonly total: readonly number[]; readonly plans: number; readonly stopped: number }> {
  const total = numbers.map(() => 0);
  let plans = 0;
  let stopped = 0;
  const now: (readonly PlanFacts[])[] = [];
  for (const own of numbers) now.push(await plansWith(built, own, cases));
  for (const [c, one] of cases.entries()) {
    if (one.kind !== 'read') continue;
    const variants: { readonly plan: PlanFacts; readonly sets: number[]; readonly times: number[] }[] = [];
    for (const [e] of numbers.entries()) {
      const plan = now[e]![c]!;
      const same = variants.find((variant) => postgres.stats.comparePlans(variant.plan, plan).identical);
      if (same) same.sets.push(e);
      else variants.push({ plan, sets: [e], times: [] });
    }
    plans += variants.length;
    for (let round = 0; round < rounds; round += 1)
      for (const [v] of variants.entries()) {
        const { times, sets } = variants[(v + round) % variants.length]!;
        const worst = Math.max(0, ...times);
        if (worst >= longestMs || (worst > slowMs && round >= slowRounds)) continue;
        times.push(await built.only(numbers[sets[0]!]!, (within) => timed(within, one), session));
      }
    for (const { times, sets } of variants) {
      const ms = quantile(times, 0.5);
      if (ms >= longestMs) stopped += sets.length;
      for (const e of sets) total[e]! += one.weight * ms;
    }
  }
  return { total, plans, stopped };
}

async function timed(session: Session, { sql, values }: Case): Promise<number> {
  // The catalogs' caches are warm afterwards, as in a session that lives longer.
  await postgres.stats.explain(session, sql, values, false);
  const began = performance.now();
  try {
    await session.query(sql, values);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return longestMs;
  }
  return performance.now() - began;
}

/** Each writing statement with each different set of indexes on the tables it names, taken back again. */
async function measureWrites(
  built: Built,
  session: Session,
  cases: readonly Case[],
  numbers: readonly (readonly number[])[],
): Promise<readonly number[]> {
  const total = numbers.map(() => 0);
  let call = 0;
  for (const one of cases) {
    if (one.kind !== 'write') continue;
    const variants = new Map<string, { readonly sets: number[]; readonly times: number[] }>();
    for (const [e, own] of numbers.entries()) {
      const key = own
        .filter((n) => one.tables.includes(built.tables[n]!))
        .sort((a, b) => a - b)
        .join(',');
      variants.set(key, { times: [], sets: [...(variants.get(key)?.sets ?? []), e] });
    }
    const all = [...variants.values()];
    for (let round = 0; round < slowRounds; round += 1)
      for (const [v] of all.entries()) {
        const { sets, times } = all[(v + round) % all.length]!;
        times.push(
          await built.only(
            numbers[sets[0]!]!,
            async (within) => {
              await within.query(one.sql, one.at((call += 1)));
              let done = 0;
              const began = performance.now();
              while (done < mostWrites && performance.now() - began < writeMs) {
                await within.query(one.sql, one.at((call += 1)));
                done += 1;
              }
              return (performance.now() - began) / done;
            },
            session,
          ),
        );
      }
    for (const { sets, times } of all) for (const e of sets) total[e]! += one.weight * quantile(times, 0.5);
  }
  return total;
}
