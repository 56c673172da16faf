/** Becomes each planned role on copies of the twin, by signing in, and tries what it must and must not do. */
import { applyChange } from '../../../apply/apply.ts';
import type { ReadingRow } from '../../../engine/rights/model.ts';
import type { SecurityPlan } from '../../../design/security/model.ts';
import { grantsSql, rolesDownSql, rolesSql, type WriteOptions } from '../../../design/security/write.ts';
import type { SandboxDatabase, SandboxRole } from '../../../sandbox/model.ts';
import type { Stage } from '../../deliverables/model.ts';
import { saying, sharesTenants, stranger, type RoleCast, type RoleCheck } from './role-cast.ts';
import { tryUsers } from './role-users.ts';

export interface RoleTrial {
  readonly checks: readonly RoleCheck[];
  /** Who reads each private column once roles.sql and grants.sql ran; empty without private columns. */
  readonly readers: readonly ReadingRow[];
}

export interface RoleTrialOptions {
  readonly stage: Stage;
  readonly plan: SecurityPlan;
  readonly lockWaitMs: number;
  /** SQL that the administrator runs after the rights were given, for controls that spoil them; roles by their name in the task. */
  readonly spoil?: (as: (role: string) => string) => string;
}

/** Runs `roles.sql` and `grants.sql` with role names of their own, and tries every role; the sandbox is left as it was. */
export async function tryRoles({ stage, plan, lockWaitMs, spoil }: RoleTrialOptions): Promise<RoleTrial> {
  const { sandbox, engine, task, before, planned } = stage;
  const roles = new Map<string, SandboxRole>();
  const copies: SandboxDatabase[] = [];
  const copy = async (from: SandboxDatabase): Promise<SandboxDatabase> => {
    const database = await sandbox.createDatabase({ from });
    copies.push(database);
    return database;
  };
  try {
    for (const name of [...plan.roles.map((role) => role.name), stranger])
      roles.set(name, await sandbox.createRole());
    const as = (role: string): string => roles.get(role)?.name ?? role;
    const writing: WriteOptions = {
      task,
      engine,
      plan,
      before,
      after: planned.after,
      lockWaitMs,
      as,
      sharedTenants: sharesTenants(stage),
    };
    const cast: RoleCast = { stage, plan, roles, writing };
    const migrations = await tryMigrators(cast, await copy(stage.current));
    const filled = await copy(stage.twin.sizes[0]!.database);
    const scripts = await administer(cast, filled, [
      { name: 'roles.sql', sql: rolesSql(writing) },
      { name: 'grants.sql', sql: grantsSql(writing) },
      { name: 'roles.sql once more', sql: rolesSql(writing) },
      { name: 'grants.sql once more', sql: grantsSql(writing) },
      ...(spoil ? [{ name: 'what spoils it', sql: spoil(as) }] : []),
    ]);
    const users = await tryUsers(cast, filled);
    const back = await administer(cast, filled, [{ name: 'roles-down.sql', sql: rolesDownSql(writing) }]);
    return { checks: [...scripts, ...migrations, ...users.checks, ...back], readers: users.readers };
  } finally {
    for (const database of copies) await sandbox.dropDatabase(database);
    for (const role of roles.values()) await sandbox.dropRole(role);
  }
}

/** Scripts that only an administrator runs. */
async function administer(
  { stage }: RoleCast,
  database: SandboxDatabase,
  scripts: readonly { readonly name: string; readonly sql: string }[],
): Promise<readonly RoleCheck[]> {
  const session = await stage.engine.connect(database.adminUrl, { application: 'dbd roles' });
  const checks: RoleCheck[] = [];
  try {
    for (const { name, sql } of scripts) {
      const failed = await session.run(sql).then(
        () => undefined,
        (error: unknown) => saying(error),
      );
      checks.push({
        role: 'administrator',
        kind: 'administrator',
        action: `run ${name}`,
        expected: 'runs',
        observed: failed ?? 'runs',
        ok: failed === undefined,
        about: [],
      });
    }
    return checks;
  } finally {
    await session.close();
  }
}

/** The change itself, up, down and up again, as each migration role on the bare structure. */
async function tryMigrators(cast: RoleCast, database: SandboxDatabase): Promise<readonly RoleCheck[]> {
  const { stage, plan, roles, writing } = cast;
  const { engine } = stage;
  const checks = [
    ...(await administer(cast, database, [{ name: 'roles.sql before the change', sql: rolesSql(writing) }])),
  ];
  for (const role of plan.roles.filter(({ kind }) => kind === 'migration')) {
    const session = await engine.connect(roles.get(role.name)!.url(database), { application: 'dbd roles' });
    try {
      for (const direction of ['up', 'down', 'up', 'down'] as const) {
        const failed = await applyChange({
          engine,
          session,
          change: stage.planned.change,
          direction,
          emit: () => undefined,
          signal: stage.signal,
        }).then(
          () => undefined,
          (error: unknown) => saying(error),
        );
        checks.push({
          role: role.name,
          kind: 'migration',
          action: `run the change ${direction}${checks.some((one) => one.action === `run the change ${direction}`) ? ' again' : ''}`,
          expected: 'runs',
          observed: failed ?? 'runs',
          ok: failed === undefined,
          about: [],
        });
        if (failed !== undefined) break;
      }
    } finally {
      await session.close();
    }
  }
  return checks;
}
