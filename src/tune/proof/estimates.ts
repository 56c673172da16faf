/** Whether statistics over several columns make the planner's estimates better. */
import type { Engine, PlanFacts } from '../../engine/model.ts';
import type { ProvenEstimate, ProvenStatistics } from './model.ts';
import type { Rounds, Unable } from './rounds.ts';
import type { StatisticsPiece } from './standing.ts';

/** An estimate is better when it is less wrong by this factor at least. */
const better = 1.1;

/** What the statistics changed for the queries they are for. */
export function estimatesOf(
  engine: Engine,
  piece: StatisticsPiece,
  seen: ReadonlyMap<string, Rounds | Unable>,
): ProvenStatistics {
  const queries = piece.candidate.serves.flatMap((name): ProvenEstimate[] => {
    const rounds = seen.get(name);
    if (!rounds || 'unable' in rounds) return [];
    const { before, after } = rounds.plans;
    return [
      {
        query: name,
        error: { before: worstError(engine, before), after: worstError(engine, after) },
        planChanged: !rounds.samePlan,
      },
    ];
  });
  const { name, candidate, sql, analyzeMs } = piece;
  return { name, candidate, sql, analyzeMs, queries };
}

/** Queries whose worst estimate got better. */
export function improved({ queries }: ProvenStatistics): readonly string[] {
  return queries.filter(({ error }) => error.before > error.after * better).map(({ query }) => query);
}

/** Rows estimated against rows that came, the larger over the smaller, of the worst node; 1 where nothing was run. */
function worstError(engine: Engine, plans: readonly PlanFacts[]): number {
  const errors = plans.flatMap((plan) =>
    engine.stats.nodesOf(plan).flatMap(({ estimated, actual, loops }) => {
      if (actual === undefined || !loops) return [];
      const [one, other] = [Math.max(1, estimated), Math.max(1, actual / loops)];
      return [Math.max(one, other) / Math.min(one, other)];
    }),
  );
  return Math.max(1, ...errors);
}
