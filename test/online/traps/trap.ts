/** A change stopped before its last phase, with what the application does meanwhile; `sabotage` takes one guard of the form away, as a control. */
import type { Change, Step } from '../../../src/change/model.ts';
import type { Session } from '../../../src/engine/model.ts';
import { postgres } from '../../../src/engines/postgres/index.ts';
import { planned } from '../../change/shop.ts';

export interface Trap {
  readonly current: string;
  readonly sql: string;
  /** Runs as a superuser after the backfill. */
  readonly sabotage?: string;
  /** Rewrites steps before they run. */
  readonly edit?: (step: Step) => string;
  /** Runs as the owner, or as a superuser in the role of replication, between backfill and switch. */
  readonly meanwhile: string;
  readonly as?: 'owner' | 'replica';
  /** Read at the end. */
  readonly read: string;
}

/** What is read when the change is done, or the error that stopped the application or the change. */
export async function spring(trap: Trap): Promise<{ readonly rows: unknown; readonly change: Change }> {
  const { change, session, adminUrl } = await planned(trap.sql, {}, trap.current);
  const admin = await postgres.connect(adminUrl);
  try {
    const run = async (name: string): Promise<void> => {
      for (const step of change.phases.find((phase) => phase.name === name)?.steps ?? [])
        await runStep(session, step, trap.edit?.(step) ?? step.sql);
    };
    await run('expand');
    await run('backfill');
    if (trap.sabotage) await admin.run(trap.sabotage);
    if (trap.as === 'replica') await admin.run(`SET session_replication_role = replica; ${trap.meanwhile}`);
    else await session.run(trap.meanwhile);
    await run('contract');
    return { rows: (await session.query(trap.read)).rows, change };
  } finally {
    await Promise.all([session.close(), admin.close()]);
  }
}

/** A step's statements, in one transaction where they share one. */
export async function runStep(session: Session, { transaction }: Step, sql: string): Promise<void> {
  if (transaction !== 'none') return session.run(`BEGIN; ${sql}; COMMIT`);
  for (const { sql: one } of postgres.grammar.split(sql)) await session.query(one);
}
