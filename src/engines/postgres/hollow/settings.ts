/** Settings that production plans with, given to the twin's database. */
import { SqlError } from '../../../base/error.ts';
import type { NotExact } from '../../../engine/hollow/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { SettingFact, Snapshot } from '../../../engine/snapshot/model.ts';
import { quote } from '../quote.ts';

/** What plans depend on besides the settings that the server files under "Query Tuning". */
const alsoPlanner = [
  'work_mem',
  'hash_mem_multiplier',
  'temp_buffers',
  'max_parallel_workers_per_gather',
  'max_parallel_workers',
  'parallel_leader_participation',
  'effective_io_concurrency',
  'force_parallel_mode',
  'debug_parallel_query',
  'search_path',
  'row_security',
  'TimeZone',
  'DateStyle',
  'IntervalStyle',
  'default_text_search_config',
  'transform_null_equals',
];

const settingsQuery = `
  SELECT name, CASE WHEN source IN ('database', 'session', 'database user', 'user') THEN NULL ELSE current_setting(name) END AS value
  FROM pg_catalog.pg_settings
  WHERE name = ANY ($1) AND context IN ('user', 'superuser') AND (category LIKE 'Query Tuning%' OR name = ANY ($2))`;

/** Lists of names, which a quoted value would make into one name. */
const listSettings = new Set(['search_path', 'temp_tablespaces', 'local_preload_libraries']);

/** Gives a database what all of production plans with; what roles have of their own came with the structure. Settings that the server does not know or take are told. */
export async function writeSettings(
  session: Session,
  database: string,
  settings: readonly SettingFact[],
): Promise<readonly NotExact[]> {
  const wanted = settings.filter(({ planner, role }) => planner && role === undefined);
  const { rows } = await session.query<{ name: string; value: string | null }>(settingsQuery, [
    wanted.map(({ name }) => name),
    alsoPlanner,
  ]);
  const here = new Map(rows.map(({ name, value }) => [name, value]));
  const notExact: NotExact[] = settings
    .filter(({ planner, role, from }) => planner && role === undefined && own.has(from))
    .map(({ name }) => ({
      what: `setting ${name}`,
      why: 'It has the value of the role which took the snapshot; the one for everybody was hidden behind it.',
    }));
  for (const { name, value, from } of wanted) {
    // An extension's setting is not listed before its library is loaded; it takes effect then.
    const ofExtension = name.includes('.');
    if (ofExtension && from === 'default') continue;
    if (!ofExtension && !here.has(name)) {
      notExact.push({ what: `setting ${name}`, why: 'This server does not have it.' });
      continue;
    }
    if (here.get(name) === value) continue;
    try {
      await session.query(
        `ALTER DATABASE ${quote.identifier(database)} SET ${name
          .split('.')
          .map((part) => quote.identifier(part))
          .join('.')} = ${listSettings.has(name) ? listOf(value) : quote.literal(value)}`,
      );
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      notExact.push({
        what: `setting ${name}`,
        why: `This server does not take production's value (${error.fields.sqlstate}).`,
      });
    }
  }
  return notExact;
}

/** Where a value comes from that holds for the reading role or session only. */
const own: ReadonlySet<string> = new Set(['user', 'database user', 'client', 'session']);

/** Names of a list as they stand in a statement. */
function listOf(value: string): string {
  const names = value.match(/"(?:[^"]|"")*"|[^,\s][^,]*/g) ?? [];
  return (
    names
      .map((name) =>
        quote.literal(name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.trim()),
      )
      .join(', ') || "''"
  );
}

/** Where a role's settings come from, the weaker first. */
const strength = ['role', 'role in database'];

/** Takes on a role and the planner settings it has of its own. */
export async function become(session: Session, { settings }: Snapshot, role: string): Promise<void> {
  await session.query(`SET ROLE ${quote.identifier(role)}`);
  const own = settings
    .filter((one) => one.planner && one.role === role)
    .toSorted((a, b) => strength.indexOf(a.from) - strength.indexOf(b.from));
  for (const { name, value } of own) await session.query('SELECT set_config($1, $2, false)', [name, value]);
}
