import type { Step } from './model.ts';

/** Whether every step knows its own way back. */
export function knowsWayBack(steps: readonly Step[]): boolean {
  return steps.every(({ undo }) => undo !== undefined);
}

/** Lets the last step take the whole change back, by statements found through comparing the structures. */
export function withReverse(steps: readonly Step[], reverse: readonly string[]): readonly Step[] {
  const whole = reverse.map((statement) => statement.trim().replace(/;$/, '')).join(';\n');
  return steps.map((step, index) => {
    const { undoOutside: _outside, ...rest } = step;
    if (index < steps.length - 1) return { ...rest, undo: step.undo === null ? null : '' };
    return { ...rest, undo: whole };
  });
}
