import { SqlError } from '../../../base/error.ts';
import type { RoleFact } from '../../../engine/snapshot/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import { id } from './making.ts';
import type { LeftOut } from './runner.ts';

/** Roles of the server itself whose rights stay inside its databases; the others reach files, programs, other sessions or other servers. */
export const harmlessRoles: ReadonlySet<string> = new Set([
  'pg_checkpoint',
  'pg_maintain',
  'pg_monitor',
  'pg_read_all_data',
  'pg_read_all_settings',
  'pg_read_all_stats',
  'pg_stat_scan_tables',
  'pg_write_all_data',
]);

/** SQLSTATEs of a role that is there already, and of one that was made at the same moment. */
const alreadyThere = new Set(['42710', '23505']);

export interface RestoredRoles {
  /** Roles that may own objects and have settings; never one of the server's own, whose rights a function could use. */
  readonly known: ReadonlySet<string>;
  /** Those, and roles of the server itself, which may be given rights on objects. */
  readonly grantees: ReadonlySet<string>;
  readonly leftOut: readonly LeftOut[];
  readonly otherwise: readonly LeftOut[];
}

/**
 * Makes the roles of a snapshot, none of which can sign in or is a superuser, and their memberships; the owner becomes a member of all.
 * A role that is there keeps what it has.
 */
export async function restoreRoles(
  session: Session,
  owner: string,
  roles: readonly RoleFact[],
): Promise<RestoredRoles> {
  const leftOut: LeftOut[] = [];
  const give = async (path: string, sql: string): Promise<void> => {
    try {
      await session.run(sql);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      if (!alreadyThere.has(error.fields.sqlstate)) leftOut.push({ path, why: error.message });
    }
  };
  const before = await rolesOf(session);
  for (const role of roles) {
    if (before.has(role.name) || role.name.startsWith('pg_')) continue;
    const passes = role.superuser || role.bypassRowSecurity;
    await give(
      `role ${role.name}`,
      `CREATE ROLE ${id(role.name)} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION ${role.inherit ? 'INHERIT' : 'NOINHERIT'} ${passes ? 'BYPASSRLS' : 'NOBYPASSRLS'}`,
    );
  }
  const there = await rolesOf(session);
  const known = new Set(
    roles.map(({ name }) => name).filter((name) => there.get(name) === false && !name.startsWith('pg_')),
  );
  const how = session.serverVersion >= 160_000 ? ' WITH INHERIT TRUE, SET TRUE' : '';
  for (const { name, superuser } of roles) {
    if (known.has(name) && name !== owner)
      await give(`role ${name}`, `GRANT ${id(name)} TO ${id(owner)}${how}`);
    if (!known.has(name) && !leftOut.some(({ path }) => path === `role ${name}`))
      leftOut.push({
        path: `role ${name}`,
        why:
          superuser || there.get(name)
            ? 'it is a superuser of this server'
            : 'its name belongs to the server',
      });
  }
  for (const { name, memberOf } of roles) {
    if (!known.has(name) || name === owner) continue;
    for (const group of memberOf) {
      // The owner is a member of each role here, so no role can be one of the owner.
      if (group === owner) continue;
      const path = `role ${name} member of ${group}`;
      if (known.has(group) || harmlessRoles.has(group)) await give(path, `GRANT ${id(group)} TO ${id(name)}`);
      else {
        const why = group.startsWith('pg_')
          ? 'its rights reach beyond the database'
          : 'that role is not carried over';
        leftOut.push({ path, why });
      }
    }
  }
  return {
    known,
    grantees: new Set([...known, ...[...there.keys()].filter((name) => name.startsWith('pg_'))]),
    leftOut,
    otherwise: roles
      .filter(({ name, superuser }) => superuser && known.has(name))
      .map(({ name }) => ({
        path: `role ${name}`,
        why: 'a superuser there, here an ordinary role that passes row security',
      })),
  };
}

/** Roles of the server, and whether each is a superuser. */
async function rolesOf(session: Session): Promise<ReadonlyMap<string, boolean>> {
  const { rows } = await session.query<{ name: string; superuser: boolean }>(
    'SELECT rolname::text AS name, rolsuper AS superuser FROM pg_catalog.pg_roles',
  );
  return new Map(rows.map(({ name, superuser }) => [name, superuser]));
}
