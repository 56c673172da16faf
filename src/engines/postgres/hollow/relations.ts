/** Pages and rows of tables and indexes, as the last ANALYZE or VACUUM of production left them, and files of production's length. */
import type { NotExact } from '../../../engine/hollow/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { RelationFigures, Snapshot } from '../../../engine/snapshot/model.ts';
import { brinFiguresOf } from './brin-figures.ts';
import type { PlantedEnds } from './ends.ts';
import { lengthOf } from './figures.ts';
import { keyOf } from './indexes.ts';
import { rowsOfTheFuture } from '../pages/heap.ts';
import { pivotBytes } from './pivot.ts';
import { levelOf } from '../pages/level.ts';
import { pageBytes } from '../pages/page.ts';
import type { Shape } from '../pages/reshape.ts';

interface Updated extends Record<string, unknown> {
  readonly n: number;
}

const updateQuery = (frozen: boolean): string => `
UPDATE pg_catalog.pg_class c SET relpages = w.pages, reltuples = w.rows, relallvisible = w.visible${frozen ? ', relallfrozen = w.frozen' : ''}
FROM pg_catalog.jsonb_to_recordset($1::jsonb) AS w(n int, schema text, name text, pages int, rows float4, visible int, frozen int)
JOIN pg_catalog.pg_namespace s ON s.nspname = w.schema
WHERE c.relnamespace = s.oid AND c.relname = w.name AND c.relkind IN ('r', 'p', 'm', 'f', 'i', 'I')
RETURNING w.n::int AS n`;

/** Writes the figures of all relations that are there, and returns these. */
export async function writeRelations(
  session: Session,
  relations: readonly RelationFigures[],
): Promise<readonly RelationFigures[]> {
  const records = relations.map(({ schema, name, pages, rows, allVisible, allFrozen }, n) => ({
    n,
    schema,
    name,
    pages: signed(pages),
    rows,
    visible: signed(allVisible),
    frozen: signed(allFrozen ?? 0),
  }));
  const { rows } = await session.query<Updated>(updateQuery(session.serverVersion >= 180_000), [
    JSON.stringify(records),
  ]);
  return rows
    .map(({ n }) => n)
    .toSorted((a, b) => a - b)
    .map((n) => relations[n]!);
}

/** Pages are counted in 32 bits without a sign, and stored in a column with one. */
function signed(pages: number): number {
  return pages | 0;
}

/** What their files have to look like; what is guessed in it is told. */
export function shapesOf(
  snapshot: Snapshot,
  relations: readonly RelationFigures[],
  ends: PlantedEnds,
): { readonly shapes: readonly Shape[]; readonly notExact: readonly NotExact[] } {
  const notExact: NotExact[] = [];
  const brins = brinFiguresOf(snapshot);
  const pivots = pivotBytes(snapshot);
  // Two rows, at which the least and the greatest entry of every tree point.
  const firstPage = rowsOfTheFuture(2);
  const shapes = relations.flatMap((relation): readonly Shape[] => {
    const { schema, name, kind, index, bytes, toastBytes } = relation;
    if (kind === 'partitioned' || kind === 'foreign' || kind === 'partitioned index') return [];
    const title = `${index ? 'index' : 'table'} ${schema}.${name}`;
    const pages = Math.ceil(lengthOf(relation) / pageBytes);
    if (bytes === undefined)
      notExact.push({
        what: title,
        why: 'The length of its file was not seen; it is as long as when it was last analysed or vacuumed.',
      });
    const shape = {
      schema,
      name,
      pages,
      ...(ends.tables.has(keyOf(relation)) ? { firstPage } : {}),
      ...(ends.leaves.has(keyOf(relation)) ? { leaf: ends.leaves.get(keyOf(relation))! } : {}),
      ...(toastBytes === undefined ? {} : { toastPages: Math.ceil(toastBytes / pageBytes) }),
    };
    if (index?.method === 'btree') {
      if (index.levelBasis === 'measured' && index.level !== undefined)
        return [{ ...shape, level: index.level }];
      if (pages > 2)
        notExact.push({
          what: title,
          why: 'Its height was not seen; it is derived from its pages and the width of its keys.',
        });
      return [{ ...shape, level: levelOf(pages, pivots(relation)) }];
    }
    if (index?.meta) return [{ ...shape, meta: index.meta }];
    if (index?.method === 'gin' && pages > 2)
      notExact.push({
        what: title,
        why: 'The counts in its first page were not seen; the planner takes its own guess for an index of this length.',
      });
    const brin = index?.method === 'brin' ? brins(relation) : undefined;
    if (brin && pages > 2)
      notExact.push({
        what: title,
        why: 'The size of its map was not seen; it is derived from the length of its table.',
      });
    return [{ ...shape, ...(brin ? { meta: brin } : {}) }];
  });
  return { shapes, notExact };
}
