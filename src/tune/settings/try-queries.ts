/** Queries of the workload with one value and with another, in turns. */
import { SqlError } from '../../base/error.ts';
import { plural } from '../../base/text.ts';
import type { PlanFacts, Session } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import type { WorkQuery } from '../advice/model.ts';
import { verdictOf } from '../proof/judged.ts';
import { measureLooked } from '../proof/looks.ts';
import { takenBack, type Rounds } from '../proof/rounds.ts';
import type { SettingsOptions, SettingTrial } from './model.ts';

/** Time that a statement gets unless another is given, milliseconds. */
const usualTimeoutMs = 10_000;
/** Queries that are measured for one setting, the heaviest first. */
const mostMeasured = 12;

/** Two sessions on one database, which differ in settings. */
export interface Pair {
  readonly before: Session;
  readonly after: Session;
  close(): Promise<void>;
}

/** Opens sessions of the owner with these settings. */
export async function openPair(
  { engine, timeoutMs = usualTimeoutMs }: SettingsOptions,
  database: SandboxDatabase,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Promise<Pair> {
  const connect = (settings: Readonly<Record<string, string>>): Promise<Session> =>
    engine.connect(database.ownerUrl, { application: 'dbd tune', statementTimeoutMs: timeoutMs, settings });
  const one = await connect(before);
  try {
    const other = await connect(after);
    return {
      before: one,
      after: other,
      close: async () => void (await Promise.all([one.close(), other.close()])),
    };
  } catch (error) {
    await one.close();
    throw error;
  }
}

/** What trying a value on queries came to. */
export interface QueriesTried {
  readonly trial: SettingTrial;
  readonly faster: readonly string[];
  readonly slower: readonly string[];
  /** Queries whose plan was looked at. */
  readonly looked: number;
}

/** Measures the queries whose plan changes, or that `always` names although it does not. */
export async function tryQueries(
  options: SettingsOptions,
  pair: Pair,
  always: (plan: PlanFacts, query: WorkQuery) => boolean,
): Promise<QueriesTried> {
  const { engine, work, snapshot, timeoutMs = usualTimeoutMs, signal } = options;
  const runnable = work.queries.filter(({ sets }) => sets.length > 0);
  const concerned: WorkQuery[] = [];
  let looked = 0;
  for (const query of runnable) {
    signal.throwIfAborted();
    const plans = await tried(async () => {
      const { values } = query.sets[0]!;
      return [
        await engine.stats.explain(pair.before, query.sql, values, false),
        await engine.stats.explain(pair.after, query.sql, values, false),
      ] as const;
    });
    if (!plans) continue;
    looked += 1;
    if (!engine.stats.comparePlans(...plans).identical || always(plans[0], query)) concerned.push(query);
  }
  const measured: { readonly query: WorkQuery; readonly rounds: Rounds; readonly temporary: Temporary }[] =
    [];
  for (const query of concerned.toSorted((a, b) => weightOf(b) - weightOf(a)).slice(0, mostMeasured)) {
    const rounds = await measureLooked(query, engine.trials.promised(query.sql, snapshot.catalog), {
      engine,
      before: { session: pair.before },
      after: { session: pair.after },
      timeoutMs,
      signal,
    });
    if ('unable' in rounds) continue;
    const temporary = {
      before: await temporaryOf(options, pair.before, query),
      after: await temporaryOf(options, pair.after, query),
    };
    measured.push({ query, rounds, temporary });
  }
  const named = (verdict: string): readonly string[] =>
    measured.filter(({ rounds }) => verdictOf(rounds).verdict === verdict).map(({ query }) => query.name);
  const [faster, slower] = [named('faster'), named('slower')];
  return {
    faster,
    slower,
    looked,
    trial: {
      says: `${plural(looked, 'query', 'queries')} planned both ways, ${measured.length} measured in turns: ${faster.length} faster, ${slower.length} slower.`,
      queries: measured.map(({ query, rounds, temporary }) => ({
        name: query.name,
        ms: { before: rounds.before.ms, after: rounds.after.ms },
        ratio: rounds.ratio,
        planChanged: !rounds.samePlan,
        temporary,
      })),
      figures: [],
    },
  };
}

interface Temporary {
  readonly before: number;
  readonly after: number;
}

/** Bytes of temporary files of one call; 0 where it did not end. */
export async function temporaryOf(
  { engine, snapshot }: SettingsOptions,
  session: Session,
  query: WorkQuery,
): Promise<number> {
  const seen = await tried(() =>
    takenBack({ session }, () => engine.stats.replay(session, query.sql, query.sets[0]!.values)),
  );
  return (seen?.tempWritten ?? 0) * snapshot.source.blockSize;
}

function weightOf({ callsPerDay, meanMs = 1 }: WorkQuery): number {
  return callsPerDay * meanMs;
}

async function tried<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return undefined;
  }
}
