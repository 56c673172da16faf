/** How phases and steps are called in the history. */
import { hash } from '../base/hash.ts';
import type { Unit } from '../apply/units.ts';
import type { Phase, Step } from '../change/model.ts';

/** `01-expand`, as its file is called. */
export function phaseKey({ number, name }: Pick<Phase, 'number' | 'name'>): string {
  return `${String(number).padStart(2, '0')}-${name}`;
}

/** A step is known by its text and by what it shares a transaction with at all. */
export function stepHash(step: Step): string {
  return hash([step.sql, step.transaction === 'none' ? 'none' : 'transaction']);
}

/** `changes/20261120T0915-users/up/01-expand.sql, step c1`. */
export function unitName(change: string, unit: Unit): string {
  const [{ origin, step }] = unit.steps as [Unit['steps'][number]];
  return `${change}/${origin}, step ${step.id}`;
}
