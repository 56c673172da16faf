import type { Tuned } from './model.ts';

/** The typed part of `--json`. */
export function outputOf(tuned: Tuned): Readonly<Record<string, unknown>> {
  const {
    choice,
    proof,
    work,
    beyond,
    rewrites,
    loops,
    settings,
    storage,
    habits,
    budgets,
    scale,
    folder,
    way,
  } = tuned;
  const measured = new Map(proof?.queries.map((query) => [query.name, query]));
  const estimated = new Map(choice.queries.map((query) => [query.name, query]));
  return {
    budgets,
    ...(scale === undefined ? {} : { scale }),
    create: proof ? proof.indexes : [],
    drop: proof ? proof.drops : [],
    statistics: proof ? proof.statistics : [],
    withheld: proof?.withheld ?? [],
    estimated: { create: choice.create, drop: choice.drop, statistics: choice.statistics },
    queries: work.queries.map(({ name, sql, callsPerDay, meanMs, basis, told }) => ({
      name,
      sql,
      callsPerDay,
      ...(meanMs === undefined ? {} : { meanMs }),
      values: basis,
      told,
      estimated: estimated.get(name),
      measured: measured.get(name),
    })),
    bound: choice.bound,
    frontier: choice.frontier,
    leftOut: choice.leftOut,
    unsupported: work.unsupported,
    beyond,
    rewrites,
    loops,
    settings,
    storage,
    habits,
    ...(folder === undefined ? {} : { folder }),
    ...(way?.failed ? { failed: way.failed.message } : {}),
  };
}
