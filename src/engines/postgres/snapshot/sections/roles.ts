import type { RoleFact } from '../../../../engine/snapshot/model.ts';
import type { Recording, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';

/** Roles and memberships; passwords are in another catalog that is not read. */
export const ROLES: Section = {
  name: 'roles',
  stage: 'look at the server',
  why: 'Roles and what they are members of, for owners, grants and row security. Passwords are not read.',
  sql: () => `
SELECT r.rolname::text AS name, r.rolsuper AS superuser, r.rolinherit AS inherit, r.rolcanlogin AS login, r.rolbypassrls AS bypass_row_security,
       (SELECT coalesce(json_agg(DISTINCT g.rolname::text), '[]'::json) FROM pg_catalog.pg_auth_members m
          JOIN pg_catalog.pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid) AS member_of
FROM pg_catalog.pg_roles r
WHERE r.rolname !~ '^pg_'
ORDER BY r.rolname COLLATE "C"`,
};

interface RoleRow {
  readonly name: string;
  readonly superuser: boolean;
  readonly inherit: boolean;
  readonly login: boolean;
  readonly bypass_row_security: boolean;
  readonly member_of: readonly string[];
}

/** Facts of all roles but the server's own. */
export function toRoles(recording: Recording): readonly RoleFact[] {
  return rowsOf<RoleRow>(recording, ROLES).map((row) => ({
    name: row.name,
    superuser: row.superuser,
    inherit: row.inherit,
    login: row.login,
    bypassRowSecurity: row.bypass_row_security,
    memberOf: row.member_of,
  }));
}
