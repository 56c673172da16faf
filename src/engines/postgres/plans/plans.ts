/** PostgreSQL's plans as data. */
import { fail } from '../../../base/error.ts';
import type { Plan, Plans } from '../../../engine/plans/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import { align } from './align.ts';
import { planOf } from './build.ts';
import { documentsOf } from './documents.ts';

/** Plans of 14 to 18, and what can be read of newer ones. */
export const plans: Plans = {
  read(text) {
    const found = readAll(text);
    if (found.length > 0) return found;
    return fail('plan.unreadable', 'The text holds no plan of PostgreSQL.', {
      hint: 'Give what EXPLAIN printed, as JSON, YAML or text, from its first line on.',
    });
  },

  async explain(session, sql, values, options) {
    if (options.generic) return genericPlan(session, sql);
    const asked = options.analyze ? 'ANALYZE, BUFFERS, WAL, SETTINGS, VERBOSE' : 'SETTINGS, VERBOSE';
    return explained(session, asked, sql, values);
  },

  align,
};

/** Name of the statement whose generic plan is asked for, in the session. */
const prepared = 'dbd_explained';

/** What a prepared statement gets for all values; the option of that name needs 16, and a client that sends no values. */
async function genericPlan(session: Session, sql: string): Promise<Plan> {
  await session.query("SELECT set_config('plan_cache_mode', 'force_generic_plan', true)");
  await session.query(`PREPARE ${prepared} AS ${sql}`);
  try {
    const { rows } = await session.query<{ count: number }>(
      'SELECT cardinality(parameter_types) AS count FROM pg_prepared_statements WHERE name = $1',
      [prepared],
    );
    const nulls = Array.from({ length: rows[0]!.count }, () => 'NULL').join(', ');
    return await explained(
      session,
      'SETTINGS, VERBOSE',
      `EXECUTE ${prepared}${nulls === '' ? '' : ` (${nulls})`}`,
      [],
    );
  } finally {
    // In a transaction that an error has broken nothing but its end is possible.
    await session.query(`DEALLOCATE ${prepared}`).catch(() => undefined);
    await session.query("SELECT set_config('plan_cache_mode', 'auto', true)").catch(() => undefined);
  }
}

async function explained(
  session: Session,
  asked: string,
  statement: string,
  values: readonly unknown[],
): Promise<Plan> {
  const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(
    `EXPLAIN (${asked}, FORMAT JSON) ${statement}`,
    values,
  );
  const raw = rows[0]!['QUERY PLAN'];
  const [plan] = readAll(typeof raw === 'string' ? raw : JSON.stringify(raw));
  return plan!;
}

function readAll(text: string): readonly Plan[] {
  return documentsOf(text).flatMap((document) => planOf(document) ?? []);
}
