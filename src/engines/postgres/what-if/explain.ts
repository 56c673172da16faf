/** Plans as the server prints them. */
import type { Session } from '../../../engine/session/model.ts';

/** The top of a plan, as far as guesses need it. */
export interface PlanTop {
  readonly 'Node Type': string;
  readonly 'Plan Rows': number;
  readonly 'One-Time Filter'?: string;
}

/** What EXPLAIN prints for a statement; nothing is run. Throws `SqlError`. */
export async function explained(
  session: Session,
  statement: string,
  values: readonly unknown[] = [],
): Promise<{ readonly Plan: PlanTop }> {
  const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(
    `EXPLAIN (FORMAT JSON) ${statement}`,
    values,
  );
  const raw = rows[0]!['QUERY PLAN'];
  const [plan] = (typeof raw === 'string' ? JSON.parse(raw) : raw) as readonly [{ readonly Plan: PlanTop }];
  return plan;
}
