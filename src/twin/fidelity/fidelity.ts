/** How true a twin is: its statistics, its plans, and production's own queries run on it. */
import { step, type Emit } from '../../base/event.ts';
import type { Engine, Session, Snapshot } from '../../engine/model.ts';
import type { CapturedQuery } from '../../snapshot/workload/model.ts';
import { replayQuery } from './calibrate.ts';
import { leastCost, ratioOf, spreadOf } from './marks.ts';
import { calibrationOf, lineOf, limitsOf, marksOf, passedBy } from './marked.ts';
import type { Fidelity, PlansFidelity, QueryFidelity, QueryPlan, QueryReplay } from './model.ts';
import { comparePlan, type Reference } from './plans.ts';
import { compareStatistics } from './statistics.ts';
import { usableFilled, usableHollow } from './verdicts.ts';

/** Longest time of one statement, on the twin and on what it is compared with, milliseconds. */
const statementMs = 30_000;

export interface FidelityOptions {
  readonly engine: Engine;
  readonly snapshot: Snapshot;
  /** Owner's and superuser's addresses of the twin; a filled one was analysed after its load. */
  readonly twin: { readonly url: string; readonly adminUrl: string };
  /** The snapshot's statements with values, as `snapshotQueries` makes them. */
  readonly workload: readonly CapturedQuery[];
  /** Whose plans are production's; without it no plans are compared. */
  readonly reference?: Reference;
  /** Rows of the twin ÷ rows of production. */
  readonly scale: number;
  readonly kind: 'hollow' | 'filled';
  /** Queries whose turn has not come then, milliseconds after the first, are not run; all of them when left out. */
  readonly timeLimitMs?: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Measures a twin; nothing that is run stays. Throws `connect.*`, `interrupted`, and what reading a snapshot throws. */
export async function measureFidelity(options: FidelityOptions): Promise<Fidelity> {
  const { engine, snapshot, twin, kind, scale, emit, signal } = options;
  const sessions: Session[] = [];
  const open = async (url: string): Promise<Session> => {
    const session = await engine.connect(url, {
      application: 'dbd fidelity',
      statementTimeoutMs: Math.min(statementMs, (options.timeLimitMs ?? Infinity) / 2),
    });
    sessions.push(session);
    return session;
  };
  const stop = (): void => {
    for (const session of sessions) void session.cancel().catch(() => undefined);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const admin = await open(twin.adminUrl);
    const statistics = await step(emit, 'compare statistics', async () => {
      const here = await engine.capture.read(admin, {
        probes: [],
        statementMs,
        statements: 1,
        emit: () => undefined,
        signal,
      });
      return compareStatistics({ engine, session: admin, there: snapshot, here, scale });
    });
    const owner = await open(twin.url);
    const reference = options.reference === undefined ? undefined : await open(options.reference.url);
    const queries = await step(emit, 'replay the workload', () => each(options, owner, reference));
    const plans = options.reference === undefined ? undefined : plansOf(options.reference, queries);
    const calibration = kind === 'filled' ? calibrationOf(queries, scale) : undefined;
    const marks = marksOf({ kind, statistics, plans, calibration });
    return {
      kind,
      scale,
      statistics,
      ...(plans ? { plans } : {}),
      ...(calibration ? { calibration } : {}),
      queries,
      marks,
      passed: passedBy(kind, marks),
      line: lineOf({ kind, statistics, plans, calibration, queries }),
      limits: limitsOf({ kind, scale, statistics, plans, calibration, queries }),
    };
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(sessions.map((session) => session.close()));
  }
}

async function each(
  options: FidelityOptions,
  twin: Session,
  reference: Session | undefined,
): Promise<readonly QueryFidelity[]> {
  const found: QueryFidelity[] = [];
  const until = performance.now() + (options.timeLimitMs ?? Infinity);
  for (const query of options.workload) {
    options.signal.throwIfAborted();
    found.push(
      performance.now() < until
        ? await one(options, query, twin, reference, until)
        : {
            name: query.name,
            calls: query.captured.calls,
            values: query.basis,
            usable: false,
            because: 'the time for measuring was over before its turn',
          },
    );
  }
  return found;
}

async function one(
  { engine, kind, scale, reference: asked }: FidelityOptions,
  query: CapturedQuery,
  twin: Session,
  reference: Session | undefined,
  until: number,
): Promise<QueryFidelity> {
  const common = { name: query.name, calls: query.captured.calls, values: query.basis };
  if (query.values.length === 0)
    return { ...common, usable: false, because: query.told[0] ?? 'no values are known for its parameters' };
  const compared = reference
    ? await comparePlan({ engine, twin, reference, run: asked?.run === true && kind === 'filled' }, query)
    : undefined;
  if (compared && 'reason' in compared) return { ...common, usable: false, because: compared.reason };
  const plan: { readonly plan?: QueryPlan } = compared ? { plan: compared } : {};
  if (kind === 'hollow')
    return compared
      ? { ...common, ...plan, ...usableHollow(compared) }
      : { ...common, usable: false, because: 'its plan was compared with nothing' };
  const replay: QueryReplay | { readonly reason: string } = await replayQuery(
    engine,
    twin,
    query,
    scale,
    until,
  );
  if ('reason' in replay) return { ...common, ...plan, usable: false, because: replay.reason };
  return { ...common, ...plan, replay, ...usableFilled(compared, replay) };
}

function plansOf({ kind }: Reference, queries: readonly QueryFidelity[]): PlansFidelity {
  const plans = queries.flatMap(({ plan }) => plan ?? []);
  const cost = spreadOf(plans.map(({ costRatio }) => ratioOf(costRatio, 1, leastCost)));
  const estimates = spreadOf(plans.flatMap(({ estimate }) => estimate ?? []));
  const actual = spreadOf(plans.flatMap((plan) => (plan.actual ?? []).map(({ ratio }) => ratio)));
  return {
    reference: kind,
    basis: kind === 'production' ? 'measured' : 'derived',
    compared: plans.length,
    identical: plans.filter(({ identical }) => identical).length,
    ...(cost ? { cost } : {}),
    ...(estimates ? { estimates } : {}),
    ...(actual ? { actual } : {}),
  };
}
