/** Roles belong to the server, not to the database: how far a plan goes with them. */
import type { Engine, Planned, PlannedStatement } from '../../engine/model.ts';
import type { Side } from './model.ts';

/**
 * `plan`: roles are part of the structure. `make`: missing ones are made, none is dropped. `assume`: those that are named are
 * there already.
 */
export type RoleMode = 'plan' | 'make' | 'assume';

/** The statements of a plan that its mode lets through. */
export function withRoles(planned: Planned, mode: RoleMode, direction: 'there' | 'back'): Planned {
  if (mode === 'plan') return planned;
  const kept = planned.statements.filter(
    (statement) =>
      !isRole(statement) || (mode === 'make' && direction === 'there' && statement.does !== 'drop'),
  );
  return { ...planned, statements: kept };
}

/** Makes the roles that a plan takes for granted, on the sandbox's own server; tells whether there were any. */
export async function assumedRoles(engine: Engine, side: Side, planned: Planned): Promise<boolean> {
  const missing = planned.statements.filter((one) => isRole(one) && one.does === 'make');
  if (missing.length === 0) return false;
  const session = await engine.connect(side.database.adminUrl, { application: 'dbd plan' });
  try {
    for (const { sql } of missing) await session.query(sql);
    return true;
  } finally {
    await session.close();
  }
}

function isRole({ path }: PlannedStatement): boolean {
  return path.startsWith('role ');
}
