/** PostgreSQL's plans as data. */
import { fail } from '../../../base/error.ts';
import type { Plan, Plans } from '../../../engine/plans/model.ts';
import { align } from './align.ts';
import { planOf } from './build.ts';
import { documentsOf } from './documents.ts';

/** Plans of 14 to 18, and what can be read of newer ones. */
export const plans: Plans = {
  read(text) {
    const found = documentsOf(text).flatMap((document) => planOf(document) ?? []);
    if (found.length > 0) return found;
    return fail('plan.unreadable', 'The text holds no plan of PostgreSQL.', {
      hint: 'Give what EXPLAIN printed, as JSON, YAML or text, from its first line on.',
    });
  },

  async explain(session, sql, values, options) {
    const asked = options.generic
      ? 'GENERIC_PLAN, SETTINGS, VERBOSE, FORMAT JSON'
      : options.analyze
        ? 'ANALYZE, BUFFERS, WAL, SETTINGS, VERBOSE, FORMAT JSON'
        : 'SETTINGS, VERBOSE, FORMAT JSON';
    const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(`EXPLAIN (${asked}) ${sql}`, values);
    const raw = rows[0]!['QUERY PLAN'];
    const [plan] = readAll(typeof raw === 'string' ? raw : JSON.stringify(raw));
    return plan!;
  },

  align,
};

function readAll(text: string): readonly Plan[] {
  return documentsOf(text).flatMap((document) => planOf(document) ?? []);
}
