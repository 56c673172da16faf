/** What is executed together: the transactions of a change, upward or on the way back. */
import type { Change, Phase, Step } from '../change/model.ts';

export type Direction = 'up' | 'down';

/** One statement text with where it comes from. */
export interface UnitStep {
  readonly step: Step;
  /** `up/01-expand.sql`. */
  readonly origin: string;
  readonly phase: Phase;
  readonly sql: string;
}

/** Steps that share one transaction, or one step outside of any. */
export interface Unit {
  /** From 1; undefined outside transactions. */
  readonly transaction?: number;
  readonly steps: readonly UnitStep[];
  readonly lockTimeoutMs: number;
  /** Only a superuser may run it. */
  readonly superuser: boolean;
}

/** The units of a change in the order they are executed; steps without a way back are left out of `down`. */
export function unitsOf(change: Change, direction: Direction): readonly Unit[] {
  const phases = change.phases.toSorted((a, b) => a.number - b.number);
  const steps = phases.flatMap((phase) => phase.steps.map((step) => ({ phase, step })));
  const ordered = direction === 'up' ? steps : steps.toReversed();

  const units: { key: string | undefined; steps: UnitStep[]; lockTimeoutMs: number; superuser: boolean }[] =
    [];
  for (const { phase, step } of ordered) {
    const sql = direction === 'up' ? step.sql : step.undo;
    if (!sql) continue;
    const outside =
      direction === 'up' ? step.transaction === 'none' || step.batched === true : step.undoOutside === true;
    // On the way back a step that ran outside transactions, but whose undo need not, gets one of its own.
    const key = outside
      ? undefined
      : `${phase.number}:${step.transaction === 'none' ? step.id : step.transaction}${step.superuser ? ':superuser' : ''}`;
    const entry: UnitStep = { step, phase, sql, origin: originOf(phase, direction) };
    const last = units.at(-1);
    if (last && key !== undefined && last.key === key) {
      last.steps.push(entry);
      last.lockTimeoutMs = Math.min(last.lockTimeoutMs, step.lockTimeoutMs);
    } else
      units.push({
        key,
        steps: [entry],
        lockTimeoutMs: step.lockTimeoutMs,
        superuser: step.superuser === true,
      });
  }

  let transaction = 0;
  return units.map((unit) => ({
    ...(unit.key === undefined ? {} : { transaction: (transaction += 1) }),
    steps: unit.steps,
    lockTimeoutMs: unit.lockTimeoutMs,
    superuser: unit.superuser,
  }));
}

function originOf(phase: Phase, direction: Direction): string {
  return `${direction}/${String(phase.number).padStart(2, '0')}-${phase.name}.sql`;
}
