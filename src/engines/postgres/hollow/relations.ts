/** Pages and rows of tables and indexes, as the last ANALYZE or VACUUM of production left them, and files of production's length. */
import type { NotExact } from '../../../engine/hollow/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { RelationFigures, Snapshot } from '../../../engine/snapshot/model.ts';
import { rowsOfTheFuture } from '../pages/heap.ts';
import { pageBytes } from '../pages/page.ts';
import { discard, reshape, type Shape } from '../pages/reshape.ts';
import { derivedPages, pagesOf } from './derived.ts';
import type { PlantedEnds } from './ends.ts';
import { indexesOf, keyOf } from './indexes.ts';

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

const hasFile = ({ kind }: RelationFigures): boolean =>
  kind !== 'partitioned' && kind !== 'foreign' && kind !== 'partitioned index';

/** What their files have to look like, first those of tables; what is guessed in it is told. */
export async function reshapeAll(
  session: Session,
  snapshot: Snapshot,
  relations: readonly RelationFigures[],
  ends: PlantedEnds,
): Promise<{ readonly apparentBytes: number; readonly notExact: readonly NotExact[] }> {
  const withFiles = relations.filter(hasFile);
  // Two rows, at which the least and the greatest entry of every tree point.
  const firstPage = rowsOfTheFuture(2);
  const tables = await reshape(
    session,
    withFiles
      .filter(({ index }) => !index)
      .map((table) => ({
        ...shapeOf(table),
        ...(ends.tables.has(keyOf(table)) ? { firstPage } : {}),
      })),
  );
  const indexes = withFiles.filter(({ index }) => index);
  const unseen = indexes.filter((one) => !seen(one));
  const invalid = new Set([...indexesOf(snapshot.catalog).values()].filter(({ valid }) => !valid).map(keyOf));
  const derived = await derivedPages(session, snapshot, unseen);
  const reshaped = await reshape(
    session,
    indexes.map((one) => {
      const leaf = ends.leaves.get(keyOf(one));
      const { level, meta } = one.index!;
      return {
        ...shapeOf(one),
        ...(leaf ? { leaf } : {}),
        ...(seen(one)
          ? { ...(level === undefined ? {} : { level }), ...(meta ? { meta } : {}) }
          : derived.get(one)),
      };
    }),
  );
  await discard(session, [...tables.leftovers, ...reshaped.leftovers]);
  return {
    apparentBytes: tables.apparentBytes + reshaped.apparentBytes,
    notExact: [
      ...withFiles
        .filter(({ bytes }) => bytes === undefined)
        .map((one) => ({
          what: titleOf(one),
          why: 'The length of its file was not seen; it is as long as when it was last analysed or vacuumed.',
        })),
      ...unseen
        // The planner does not look at an index that is not valid.
        .filter((one) => one.index!.method in derivedFrom && pagesOf(one) > 2 && !invalid.has(keyOf(one)))
        .map((one) => ({ what: titleOf(one), why: derivedFrom[one.index!.method]! })),
    ],
  };
}

/** What is worked out where the first page of an index was not seen. */
const derivedFrom: Readonly<Record<string, string>> = {
  btree: 'Its height was not seen; it is derived from its pages and the width of its keys.',
  gin: 'The counts in its first page were not seen; they are derived from statistics of the elements, and rows that wait to be merged from the growth of its file.',
  brin: 'The size of its map was not seen; it is derived from the length of its table.',
};

/** Whether its first page was read, where the planner reads one. */
function seen({ index }: RelationFigures): boolean {
  if (index?.method === 'btree') return index.levelBasis === 'measured' && index.level !== undefined;
  return (index?.method !== 'gin' && index?.method !== 'brin') || index.meta !== undefined;
}

function shapeOf(relation: RelationFigures): Shape {
  const { schema, name, toastBytes } = relation;
  return {
    schema,
    name,
    pages: pagesOf(relation),
    ...(toastBytes === undefined ? {} : { toastPages: Math.ceil(toastBytes / pageBytes) }),
  };
}

function titleOf({ schema, name, index }: RelationFigures): string {
  return `${index ? 'index' : 'table'} ${schema}.${name}`;
}
