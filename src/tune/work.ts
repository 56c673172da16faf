/** What one call does, summed over its statements. */
import type { Engine, Session } from '../engine/model.ts';
import { statementsOf, valuesOf } from '../workload/call.ts';
import type { PreparedQuery } from '../workload/model.ts';

/** Sums over the plans of one call's statements; what no plan told is undefined. */
export interface Work {
  /** Nodes of each statement's plan, in order. */
  readonly plans: readonly (readonly string[])[];
  readonly pages: number;
  readonly processed?: number;
  /** Rows that scans of tables let through. */
  readonly met?: number;
  readonly executionMs?: number;
  /** A statement of it found no row. */
  readonly empty: boolean;
}

/** Reads the plans of one call; `run` executes it, inside the transaction that the caller began for writes. Throws `SqlError`. */
export async function readWork(
  engine: Engine,
  session: Session,
  query: PreparedQuery,
  values: readonly unknown[],
  run: boolean,
): Promise<Work> {
  const plans: (readonly string[])[] = [];
  const sums: Record<'processed' | 'met' | 'executionMs', number | undefined> = {
    processed: undefined,
    met: undefined,
    executionMs: undefined,
  };
  let pages = 0;
  let empty = false;
  for (const statement of statementsOf(query)) {
    const facts = await engine.stats.explain(session, statement.sql, valuesOf(statement, values), run);
    plans.push(facts.nodes);
    pages += (facts.sharedHit ?? 0) + (facts.sharedRead ?? 0);
    for (const name of ['processed', 'met', 'executionMs'] as const) {
      const value = facts[name];
      if (value !== undefined) sums[name] = (sums[name] ?? 0) + value;
    }
    empty ||= facts.met === 0 || (statement.kind === 'read' && facts.rows === 0);
  }
  const { processed, met, executionMs } = sums;
  return {
    plans,
    pages,
    empty,
    ...(processed === undefined ? {} : { processed }),
    ...(met === undefined ? {} : { met }),
    ...(executionMs === undefined ? {} : { executionMs }),
  };
}

/** Nodes of a plan; of a transaction one line per statement, numbered. */
export function planOf({ plans }: Work): readonly string[] {
  return plans.length === 1 ? plans[0]! : plans.map((nodes, i) => `${i + 1}: ${nodes.join(' ← ')}`);
}
