/** What the parts of the trial of roles share. */
import { DbdError } from '../../../base/error.ts';
import type { PlannedRole, SecurityPlan } from '../../../design/security/model.ts';
import type { WriteOptions } from '../../../design/security/write.ts';
import type { SandboxRole } from '../../../sandbox/model.ts';
import type { Stage } from '../../deliverables/model.ts';

/** One thing that a role tried; several statements of the same kind stand in one row. */
export interface RoleCheck {
  readonly role: string;
  readonly kind: PlannedRole['kind'] | 'stranger' | 'administrator';
  readonly action: string;
  readonly expected: 'runs' | 'refused';
  /** `runs`, `refused`, or what went differently. */
  readonly observed: string;
  readonly ok: boolean;
  /** It could not be tried, so it shows nothing. */
  readonly open?: true;
  /** Ids of claims and access patterns. */
  readonly about: readonly string[];
}

/** The planned roles with those that stand for them, and what their files are written from. */
export interface RoleCast {
  readonly stage: Stage;
  readonly plan: SecurityPlan;
  readonly roles: ReadonlyMap<string, SandboxRole>;
  readonly writing: WriteOptions;
}

/** How the report calls a role that nobody gave anything. */
export const stranger = 'a role without rights';

/** What a failure says; anything but a refusal of the database goes on. */
export function saying(error: unknown): string {
  if (error instanceof DbdError) return error.message;
  throw error;
}

/** Whether tenants share tables, so that row security asks which tenant a session works for. */
export function sharesTenants({ task, planned }: Stage): boolean {
  return task.requirements.tenancy?.model === 'shared' && (planned.design.tenancy?.tables.length ?? 0) > 0;
}
