/** Maintenance windows and live limits: what is not begun, and what stops. */
import type { Unit } from '../apply/units.ts';
import type { Session } from '../engine/model.ts';
import type { Run } from './model.ts';

export interface Limits {
  /** Throws `runner.window` or `runner.limit` when a unit must not begin. */
  before(change: string, unit: Unit): Promise<void>;
}

/** The limits of a run. */
export function limitsOf(_run: Run, _looker: Session): Limits {
  return { before: async () => undefined };
}
