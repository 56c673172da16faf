import { keyOf, printName } from '../../../catalog/identity.ts';
import type { Catalog, Name } from '../../../catalog/model.ts';
import type { MadeObject } from '../../../engine/snapshot/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import { tablePath } from './making.ts';
import { rankOf } from './rank.ts';
import type { LeftOut } from './runner.ts';

const OIDS = `
SELECT n.nspname::text AS schema, c.relname::text AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'm', 'i', 'I') AND c.oid >= 16384 ORDER BY c.oid`;

/** Where tables, or the indexes of one, did not come into the order of the original: of two plans of equal cost the planner takes the first. */
export async function orderLost(
  session: Session,
  catalog: Catalog,
  order: readonly MadeObject[],
): Promise<readonly LeftOut[]> {
  if (order.length === 0) return [];
  const { rows } = await session.query<{ schema: string; name: string }>(OIDS);
  const here = new Map(rows.map((row, place) => [keyOf(row), place]));
  const rank = rankOf(order)('relation');
  const sorted = (objects: readonly Name[]): boolean => {
    const places = rank(objects).flatMap((object) => here.get(keyOf(object)) ?? []);
    return places.every((place, at) => at === 0 || places[at - 1]! < place);
  };
  const why =
    'made in another order than the original: of two plans of equal cost the planner may take the other one';
  return [
    ...(sorted(catalog.tables) ? [] : [{ path: 'tables order', why }]),
    ...[...catalog.tables, ...catalog.views]
      .filter(({ indexes }) => !sorted(indexes))
      .map((owner) => ({
        path: `${'constraints' in owner ? tablePath(owner) : `view ${printName(owner)}`} indexes order`,
        why,
      })),
  ];
}
