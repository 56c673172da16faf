import type { Name } from '../../../../catalog/model.ts';
import { full, text } from '../../structure/making.ts';
import type { Altered, Piece } from '../model.ts';

/** Statements that add labels; a label that goes, or another order, needs a new type. */
export function enumChange(name: Name, before: readonly string[], after: readonly string[]): Altered {
  const kept = after.filter((label) => before.includes(label));
  if (kept.length !== before.length || kept.some((label, at) => label !== before[at])) return 'replace';
  const there = [...before];
  const pieces: Piece[] = [];
  after.forEach((label, at) => {
    if (there.includes(label)) return;
    const previous = after[at - 1];
    const next = there[0];
    const place =
      previous === undefined
        ? next === undefined
          ? ''
          : ` BEFORE ${text(next)}`
        : previous === there.at(-1)
          ? ''
          : ` AFTER ${text(previous)}`;
    there.splice(previous === undefined ? 0 : there.indexOf(previous) + 1, 0, label);
    pieces.push({
      sql: `ALTER TYPE ${full(name)} ADD VALUE ${text(label)}${place}`,
      because: 'new label',
      alone: 'own transaction',
    });
  });
  return pieces;
}
