/** What kind of place a session is in, and what it has to be set to. */
import { fail, SqlError } from '../../../base/error.ts';
import type { PinOptions, Pooling, Session, TargetFacts } from '../../../engine/model.ts';
import { quote } from '../quote.ts';

const TARGET = `
  SELECT current_database() AS database, current_user AS role, pg_is_in_recovery() AS standby,
    current_setting('transaction_read_only') = 'on' AS read_only, r.rolsuper AS superuser,
    has_database_privilege(current_database(), 'CREATE') AS creates,
    'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) AS server,
    (SELECT setting::int FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout') AS deadlock_ms
  FROM pg_catalog.pg_roles r WHERE r.rolname = current_user`;

/** Reads the facts of the place. */
export async function target(session: Session): Promise<TargetFacts> {
  const { rows } = await session.query<{
    database: string;
    role: string;
    standby: boolean;
    read_only: boolean;
    superuser: boolean;
    creates: boolean;
    server: string;
    deadlock_ms: number;
  }>(TARGET);
  const { read_only: readOnly, deadlock_ms: deadlockMs, ...facts } = rows[0]!;
  return { ...facts, readOnly, deadlockMs };
}

/**
 * A server announces its own process number when a session begins, and a pooler another one. Which kind it is shows when a second
 * session holds a transaction: if it got the server session that this one had just used, that session is not ours.
 */
export async function pooled(session: Session, again: () => Promise<Session>): Promise<Pooling> {
  if (session.announced === session.pid) return 'direct';
  const other = await again();
  const pidOf = async (one: Session): Promise<number> =>
    (await one.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;
  try {
    const own = await pidOf(session);
    await other.run('BEGIN');
    const taken = await pidOf(other);
    const now = await pidOf(session);
    await other.run('ROLLBACK');
    return own !== now || taken === own || own !== session.pid ? 'switching' : 'session';
  } finally {
    await other.close();
  }
}

/** Settings with one value wherever a change runs. Without row security a backfill fails where policies would hide rows from it. */
const settings: readonly (readonly [name: string, value: string, since?: number])[] = [
  ['timezone', 'UTC'],
  ['datestyle', 'ISO, YMD'],
  ['intervalstyle', 'postgres'],
  ['client_encoding', 'UTF8'],
  ['standard_conforming_strings', 'on'],
  ['bytea_output', 'hex'],
  ['extra_float_digits', '1'],
  ['row_security', 'off'],
  ['check_function_bodies', 'on'],
  ['default_transaction_isolation', 'read committed'],
  ['default_transaction_deferrable', 'off'],
  ['statement_timeout', '0'],
  ['lock_timeout', '0'],
  ['idle_in_transaction_session_timeout', '60s'],
  ['idle_session_timeout', '0', 140_000],
  ['transaction_timeout', '0', 170_000],
  ['client_min_messages', 'warning'],
];

/** Sets role, path and everything else that changes what a statement means. */
export async function pin(
  session: Session,
  { role, searchPath }: PinOptions,
): Promise<Readonly<Record<string, string>>> {
  const wanted = [
    ...settings.flatMap(([name, value, since = 0]) =>
      session.serverVersion >= since ? [[name, value] as const] : [],
    ),
    ...(searchPath === undefined ? [] : [['search_path', searchPath] as const]),
  ];
  if (role !== undefined)
    await session.run(`SET SESSION ROLE ${quote.identifier(role)}`).catch((error: unknown) => {
      if (!(error instanceof SqlError)) throw error;
      return fail('runner.rights', `The session cannot become the role \`${role}\`: ${error.message}.`, {
        hint: `Make the role that connects a member of it: GRANT ${quote.identifier(role)} TO …;`,
        cause: error,
      });
    });
  const { rows } = await session.query<Record<string, string>>(
    `SELECT ${wanted.map((_, i) => `pg_catalog.set_config($${2 * i + 1}, $${2 * i + 2}, false) AS s${i}`).join(', ')},
      pg_catalog.current_setting('search_path') AS path, pg_catalog.current_setting('session_replication_role') AS replication`,
    wanted.flat(),
  );
  const { path, replication } = rows[0]!;
  if (replication !== 'origin')
    fail(
      'runner.target',
      `Triggers do not fire in this session: session_replication_role is \`${replication}\`.`,
      { hint: 'Take the setting away from the role or the database, and run the command again.' },
    );
  return { ...Object.fromEntries(wanted), search_path: path!, ...(role === undefined ? {} : { role }) };
}
