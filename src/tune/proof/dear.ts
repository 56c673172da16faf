/** Indexes whose writes cost more than their reads save. */
import { formatMs } from '../../base/units.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Withheld, WriteCost } from './model.ts';
import type { ProveOptions } from './options.ts';
import type { IndexPiece } from './standing.ts';
import type { Trial } from './trial.ts';
import { gainOf, gainers } from './useful.ts';

/** A saving of the twin is carried to more rows at most so far. */
const furthest = 10;

/** Compares a day's writes with a day's reads, in production's counts; a query that meets its target only with the index keeps it. */
export function tooDear(
  options: ProveOptions,
  trial: Trial,
  costs: ReadonlyMap<string, WriteCost | string>,
): readonly Withheld[] {
  return trial.pieces.flatMap((piece): Withheld[] => {
    const cost = costs.get(piece.id);
    if (piece.kind !== 'index' || typeof cost !== 'object' || !cost.there) return [];
    const saved = gainOf(options, trial, piece) * growthOf(options, piece);
    if (cost.there.msPerDay <= saved || isNeeded(options, trial, piece)) return [];
    return [
      {
        what: piece.id,
        kind: 'index',
        why: 'writes',
        because: `Contradicted by measurement: writes would take ${formatMs(cost.there.msPerDay)} a day longer, and its queries save ${formatMs(saved)}.`,
        queries: gainers(options, trial, piece).map(({ name }) => name),
      },
    ];
  });
}

/** Rows in production ÷ rows here, at most {@link furthest}. */
export function growthOf({ volumes }: ProveOptions, { table }: Pick<IndexPiece, 'table'>): number {
  const volume = volumes.find((one) => keyOf(one.table) === keyOf(table));
  return volume && volume.rows > 0 ? Math.min(furthest, Math.max(1, volume.now / volume.rows)) : 1;
}

function isNeeded(options: ProveOptions, trial: Trial, piece: IndexPiece): boolean {
  return gainers(options, trial, piece).some(({ name, p95 }) => {
    const seen = trial.seen.get(name);
    return p95 !== undefined && seen && !('unable' in seen) && seen.before.ms > p95 && seen.after.ms <= p95;
  });
}
