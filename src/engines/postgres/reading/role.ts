import type { Reading, Session } from '../../../engine/model.ts';
import { undisturbed } from '../inspect/inspect.ts';
import { DEFAULTS, powersSql, type PowerRow } from './role-sql.ts';

interface Who extends Record<string, unknown> {
  readonly role: string;
  readonly began: string;
}

const WHO = 'SELECT current_user::text AS role, session_user::text AS began';

/** What an attribute lets a role do that reading does not need. */
const attributes: Readonly<Record<string, string>> = {
  SUPERUSER: 'is a superuser, whom no right and no policy binds',
  BYPASSRLS: 'passes by every row-security policy (BYPASSRLS)',
  CREATEROLE: 'makes and changes roles (CREATEROLE)',
  CREATEDB: 'makes databases (CREATEDB)',
  REPLICATION: 'copies the whole server (REPLICATION)',
};

/** What membership in a role of the server means; a role that is not here is refused too. */
const members: Readonly<Record<string, string>> = {
  pg_checkpoint: 'makes the server write checkpoints',
  pg_create_subscription: 'makes subscriptions, which connect to other servers',
  pg_database_owner: 'stands for the owner of the database',
  pg_execute_server_program: 'runs programs on the server',
  pg_maintain: 'locks every table for maintenance',
  pg_monitor: 'reads settings and the statements of others, with the values in them',
  pg_read_all_data: 'reads every column, private ones too, so that masking would be all that hides them',
  pg_read_all_settings: 'reads every setting, passwords of connections among them',
  pg_read_all_stats: 'reads the statements of others, with the values in them',
  pg_read_server_files: "reads the server's files",
  pg_signal_autovacuum_worker: 'ends cleaning',
  pg_signal_backend: 'ends the sessions of others',
  pg_stat_scan_tables: 'runs functions that lock and read every table',
  pg_use_reserved_connections: 'takes the connections that are kept for administrators',
  pg_write_all_data: 'writes every table',
  pg_write_server_files: "writes the server's files",
};

/** Asks the server's catalogs, which everybody may read, and leaves the session as it was; throws `SqlError`. */
export const reader: Reading['reader'] = (session) =>
  // A schema of somebody else in front of the server's own could answer in its stead.
  undisturbed(session, async () => {
    const { role, began } = (await session.query<Who>(WHO)).rows[0]!;
    const { rows } = await session.query<PowerRow>(powersSql(session.serverVersion));
    const borne = rows.filter(isBorne);
    const refused = rows.filter((row) => !isBorne(row));
    // Whoever can do everything has each power, and is told the one that says so.
    const all = refused.find(({ power, grantee }) => power === 'SUPERUSER' && grantee === role);
    return {
      role,
      refusals: (all ? [all] : refused).map((row) => sentence(row, role)),
      notes: [
        ...(role === began ? [] : [`The session began as ${began} and acts as ${role}.`]),
        ...borne.map((row) => `${sentence(row, role)} ${remedy(row)}`),
        ...(await missing(session)),
      ],
    };
  });

/** What everybody may do by default: temporary tables, and objects in `public` before 15; a read-only transaction makes neither. */
function isBorne({ kind, grantee, power, objects, count }: PowerRow): boolean {
  if (kind !== 'grant' || grantee !== null) return false;
  return power === 'TEMPORARY' || (power === 'CREATE' && count === 1 && objects[0] === 'schema public');
}

function remedy({ power }: PowerRow): string {
  return power === 'TEMPORARY'
    ? 'A read-only transaction makes no temporary tables; REVOKE TEMPORARY ON DATABASE … FROM PUBLIC closes it for all.'
    : 'A read-only transaction makes no objects; REVOKE CREATE ON SCHEMA public FROM PUBLIC closes it for all, as since PostgreSQL 15.';
}

function sentence({ kind, grantee, power, objects, count }: PowerRow, role: string): string {
  const who =
    grantee === role
      ? `The role ${role}`
      : grantee === null
        ? 'Everybody (PUBLIC)'
        : `The role ${role} can become ${grantee}, which`;
  const where = `${objects.join(', ')}${count > objects.length ? ` and ${count - objects.length} more` : ''}`;
  switch (kind) {
    case 'attribute':
      return `${who} ${attributes[power] ?? `has ${power}`}.`;
    case 'member':
      return `The role ${role} is a member of ${power}, which ${members[power] ?? 'is a role of the server with rights that are not known here'}.`;
    case 'owner':
      return `${who} owns ${where}; an owner can do everything with it.`;
    case 'grant':
      return `${who} has ${power} on ${where}.`;
  }
}

async function missing(session: Session): Promise<readonly string[]> {
  const { rows } = await session.query<{ name: string; value: string }>(DEFAULTS);
  return rows
    .filter(({ value }) => value === 'off' || value === '0')
    .map(
      ({ name }) =>
        `The role has no ${name} of its own: dbd sets it for each call, other programs are not held by it.`,
    );
}
