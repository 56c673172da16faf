/** What the rules find in the plans of one statement. */
import type { CapturedStatement, Engine, Snapshot } from '../../engine/model.ts';
import { checkPlan } from '../../rules/check-plan.ts';
import type { PlanContext, PlanFinding } from '../../rules/plan/model.ts';
import type { Explained } from './model.ts';
import { notTried, wantedFixes } from './tries.ts';

/** Findings for plans that nobody tries anything on. */
export function explainedOf(
  engine: Engine,
  base: Omit<Explained, 'findings' | 'fixes' | 'strategies'>,
  snapshot?: Snapshot,
): Explained {
  const findings = findingsOf(engine, base, snapshot);
  return {
    ...base,
    findings,
    fixes: wantedFixes(findings).map((one) => notTried(engine, one, 'There is no twin to try it on.')),
    strategies: [],
  };
}

/** What the rules find in the plan that tells most: the one that was run, else the first. `fresh`: it was planned with statistics of a filled twin, whose counters say nothing of production. */
export function findingsOf(
  engine: Engine,
  { plans, ran, sql }: Pick<Explained, 'plans' | 'ran' | 'sql'>,
  snapshot?: Snapshot,
  counted?: CapturedStatement,
  fresh = ran !== undefined,
): readonly PlanFinding[] {
  const main = ran ?? plans[0];
  if (main === undefined) return [];
  const generic = plans.find(({ kind }) => kind === 'generic')?.plan;
  const other = plans.find(({ kind }) => kind === 'skewed')?.plan;
  const context: PlanContext = {
    plan: main.plan,
    quote: engine.quote,
    ...(sql === undefined ? {} : { sql }),
    ...(generic === undefined || generic === main.plan ? {} : { generic }),
    ...(other === undefined ? {} : { otherValues: other }),
    ...(snapshot === undefined
      ? {}
      : {
          catalog: snapshot.catalog,
          columns: snapshot.columns,
          extended: snapshot.extended,
          relations: fresh
            ? snapshot.relations.map(({ changedSince: _changed, ...one }) => one)
            : snapshot.relations,
          ...(fresh ? {} : { activity: snapshot.activity.tables }),
          serverVersion: snapshot.source.versionNumber,
          statements: snapshot.workload.statements.map(({ sql: text, calls, rows }) => ({
            sql: text,
            calls,
            rows,
          })),
        }),
    ...(counted === undefined
      ? {}
      : {
          counters: {
            calls: counted.calls,
            meanMs: counted.meanMs,
            deviationMs: counted.deviationMs,
            maxMs: counted.maxMs,
            rows: counted.rows,
          },
        }),
  };
  return checkPlan(context);
}
