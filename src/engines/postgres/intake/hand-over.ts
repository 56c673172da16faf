import type { Session } from '../../../engine/session/model.ts';
import { connect } from '../connect.ts';
import { adminSession } from '../structure/make.ts';
import { id } from '../structure/making.ts';

const ROLES = `
SELECT r.rolname::text AS name FROM pg_catalog.pg_roles r
WHERE NOT r.rolsuper AND r.rolname !~ '^pg_' AND r.rolname <> $1
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles o ON o.oid = m.member
                  WHERE m.roleid = r.oid AND o.rolname = $1 AND m.admin_option)
  AND NOT pg_catalog.pg_has_role(r.oid, (SELECT o.oid FROM pg_catalog.pg_roles o WHERE o.rolname = $1), 'MEMBER')
ORDER BY 1`;

const WRAPPERS = `
SELECT w.fdwname::text AS name FROM pg_catalog.pg_foreign_data_wrapper w
WHERE NOT pg_catalog.has_foreign_data_wrapper_privilege($1, w.oid, 'USAGE') ORDER BY 1`;

/** Lets the owner work with what a superuser made; see the contract of `Intake`. */
export async function handOver(adminUrl: string, owner: string): Promise<void> {
  const admin = await connect(adminUrl, adminSession);
  try {
    await handOverWith(admin, owner);
    const { count } = await admin.query('SELECT FROM pg_catalog.pg_event_trigger WHERE oid >= 16384');
    if (count > 0) await quiet(admin);
  } finally {
    await admin.close();
  }
}

/** The same in a superuser's session. */
export async function handOverWith(admin: Session, owner: string): Promise<void> {
  const names = async (sql: string): Promise<readonly string[]> =>
    (await admin.query<{ name: string }>(sql, [owner])).rows.map(({ name }) => name);
  const options = admin.serverVersion >= 160_000 ? 'ADMIN TRUE, INHERIT TRUE, SET TRUE' : 'ADMIN OPTION';
  for (const role of await names(ROLES)) await admin.run(`GRANT ${id(role)} TO ${id(owner)} WITH ${options}`);
  for (const wrapper of await names(WRAPPERS))
    await admin.run(`GRANT USAGE ON FOREIGN DATA WRAPPER ${id(wrapper)} TO ${id(owner)}`);
}

/** From now on no event trigger fires for the superuser, who signs in and works in many places. */
export async function quiet(admin: Session): Promise<void> {
  const setting =
    admin.serverVersion >= 170_000 ? 'event_triggers = off' : 'session_replication_role = replica';
  await admin.run(`ALTER ROLE CURRENT_USER SET ${setting}; SET ${setting}`);
}
