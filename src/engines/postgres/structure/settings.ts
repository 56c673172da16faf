import { SqlError } from '../../../base/error.ts';
import type { SettingFact } from '../../../engine/snapshot/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import { id } from './making.ts';
import type { LeftOut } from './runner.ts';

/** Settings beside the planner's that a database or role may have here: they change what statements mean, and reach nothing outside. */
const allowed = new Set(
  `search_path timezone datestyle intervalstyle work_mem hash_mem_multiplier temp_buffers default_statistics_target
  max_parallel_workers_per_gather max_parallel_workers parallel_leader_participation min_parallel_table_scan_size min_parallel_index_scan_size
  effective_io_concurrency effective_cache_size seq_page_cost random_page_cost cpu_tuple_cost cpu_index_tuple_cost cpu_operator_cost
  parallel_setup_cost parallel_tuple_cost constraint_exclusion cursor_tuple_fraction from_collapse_limit join_collapse_limit plan_cache_mode
  recursive_worktable_factor force_parallel_mode debug_parallel_query jit jit_above_cost jit_inline_above_cost jit_optimize_above_cost
  jit_expressions jit_tuple_deforming geqo geqo_threshold geqo_effort geqo_pool_size geqo_generations geqo_selection_bias geqo_seed
  default_text_search_config bytea_output extra_float_digits xmloption xmlbinary transform_null_equals array_nulls row_security
  lc_monetary lc_numeric lc_time default_toast_compression gin_fuzzy_search_limit`.split(/\s+/),
);

function isAllowed(name: string): boolean {
  return (
    allowed.has(name.toLowerCase()) ||
    /^enable_[a-z_]+$/.test(name) ||
    /^pg_trgm\.(?:(?:strict_)?word_)?similarity_threshold$/.test(name)
  );
}

/** A setting's name in a statement; those of extensions have two parts. */
const named = (name: string): string => name.toLowerCase().split('.').map(id).join('.');

/**
 * Gives the database and roles the settings that they had, from a list of harmless ones; values go through `set_config` and are never a part of a
 * statement. The superuser's own path stays as it is, so that no name of the database can take the place of the server's.
 */
export async function restoreSettings(
  session: Session,
  settings: readonly SettingFact[],
  known: ReadonlySet<string>,
): Promise<readonly LeftOut[]> {
  const given = settings.filter(({ from, role }) => role !== undefined || from === 'database');
  if (given.length === 0) return [];
  const { rows } = await session.query<{ database: string; self: string }>(
    'SELECT pg_catalog.current_database()::text AS database, session_user::text AS self',
  );
  const { database, self } = rows[0]!;
  const inside = `DATABASE ${id(database)}`;
  await session.run(`ALTER ROLE ${id(self)} IN ${inside} SET search_path = pg_catalog, public`);
  const leftOut: LeftOut[] = [];
  for (const { name, value, role } of given) {
    const path = `setting ${name}${role === undefined ? '' : ` of role ${role}`}`;
    if (!isAllowed(name)) {
      leftOut.push({ path, why: 'it is not among the settings that a twin takes over' });
      continue;
    }
    if (role !== undefined && !known.has(role)) continue;
    const target = role === undefined ? inside : `ROLE ${id(role)} IN ${inside}`;
    try {
      await session.query('SELECT pg_catalog.set_config($1, $2, false)', [name, value]);
      await session.query(`ALTER ${target} SET ${named(name)} FROM CURRENT`);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      leftOut.push({ path, why: error.message });
    } finally {
      await session.query(`RESET ${named(name)}`).catch(() => undefined);
    }
  }
  await session.query("SELECT pg_catalog.set_config('search_path', 'pg_catalog', false)");
  return leftOut;
}
