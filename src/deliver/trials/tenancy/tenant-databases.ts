import { SqlError } from '../../../base/error.ts';
import { ownEntities } from '../../../design/tenancy/separate.ts';
import type { SandboxDatabase, SandboxRole } from '../../../sandbox/model.ts';
import type { Stage } from '../../deliverables/model.ts';
import { endings, tenantCheck, type TenantCheck } from './tenant-scene.ts';

/** Two databases with the same structure, each given to one role, which tries the other's. */
export async function tryDatabases(
  { engine, task, planned }: Stage,
  databases: readonly [SandboxDatabase, SandboxDatabase],
  roles: readonly [SandboxRole, SandboxRole],
): Promise<readonly TenantCheck[]> {
  const { quote } = engine;
  const tables = ownEntities(task).flatMap(({ id }) => planned.design.tables.get(id) ?? []);
  const checks: TenantCheck[] = [];
  for (const [i, database] of databases.entries()) {
    const admin = await engine.connect(database.adminUrl, { application: 'dbd tenants' });
    const role = quote.identifier(roles[i]!.name);
    const name = quote.identifier(database.name);
    try {
      await admin.run(
        `REVOKE ALL ON DATABASE ${name} FROM PUBLIC; GRANT CONNECT ON DATABASE ${name} TO ${role}`,
      );
      for (const schema of new Set(tables.map((table) => quote.identifier(table.schema))))
        await admin.run(
          `GRANT USAGE ON SCHEMA ${schema} TO ${role}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role}`,
        );
    } finally {
      await admin.close();
    }
  }
  for (const [i, role] of roles.entries()) {
    const session = await engine.connect(role.url(databases[i]!), { application: 'dbd tenant' });
    const who = `tenant ${i + 1}`;
    try {
      const own = tables.map((table) => quote.name(table));
      checks.push(
        tenantCheck(
          `${who} reads its ${tables.length} tables`,
          'runs',
          await endings(session, own, (name) => `SELECT count(*) FROM ${name}`),
        ),
        tenantCheck(
          `${who} writes them`,
          'runs',
          await endings(session, own, (name) => `DELETE FROM ${name} WHERE false`),
        ),
        tenantCheck(
          `${who} changes its structure`,
          'refused',
          await endings(session, own, (name) => `ALTER TABLE ${name} ADD COLUMN dbd_trial int`),
        ),
        tenantCheck(
          `${who} connects to the other's database`,
          'refused',
          await engine.connect(role.url(databases[1 - i]!), { application: 'dbd tenant' }).then(
            async (other) => {
              await other.close();
              return 'let in';
            },
            (error: unknown) => {
              if (error instanceof SqlError) throw error;
              return 'refused';
            },
          ),
        ),
      );
    } finally {
      await session.close();
    }
  }
  return checks;
}
