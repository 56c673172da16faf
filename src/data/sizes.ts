import { keyOf } from '../catalog/identity.ts';
import type { TableVolume } from '../twin/model.ts';

/** Rows of the largest table when nobody says otherwise. */
export const defaultSeedRows = 100;
/** Fewest rows of a table, where its keys have room for them. */
const fewest = 3;
/** Volumes differ by factors of thousands; the fourth root keeps their order and leaves something to see in every table. */
const damping = 0.25;

/** Rows per table, `schema.name`: the largest gets `rows`, the others in the order of their volumes. */
export function seedSizes(volumes: readonly TableVolume[], rows: number): ReadonlyMap<string, number> {
  const largest = Math.max(1, ...volumes.map(({ horizon }) => horizon));
  return new Map(
    volumes.map(({ table, horizon }) => [
      keyOf(table),
      Math.max(
        Math.min(fewest, rows, Math.max(1, horizon)),
        Math.min(horizon, Math.round(rows * (horizon / largest) ** damping)),
      ),
    ]),
  );
}
