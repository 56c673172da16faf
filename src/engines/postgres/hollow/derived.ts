/** First pages of indexes that nobody could look into, worked out from statistics and from the length of the index. */
import type { Session } from '../../../engine/session/model.ts';
import type { RelationFigures, Snapshot } from '../../../engine/snapshot/model.ts';
import { levelOf } from '../pages/level.ts';
import { pageBytes } from '../pages/page.ts';
import type { Shape } from '../pages/reshape.ts';
import { readFacts } from '../what-if/facts.ts';
import { sizeOf } from '../what-if/size.ts';
import type { IndexSize } from '../what-if/size/model.ts';
import { brinFiguresOf } from './brin-figures.ts';
import { lengthOf } from './figures.ts';
import { keyOf } from './indexes.ts';
import { pivotBytes } from './pivot.ts';

/** Bytes of an entry on an inner page at least: its header and one word. */
const leastPivot = 16;

const oidsQuery = `
SELECT w.n::int AS n, c.oid FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(schema, name, n)
JOIN pg_catalog.pg_namespace s ON s.nspname = w.schema
JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid AND c.relname = w.name AND c.relkind = 'i'`;

/** What a snapshot does not tell of an index's first pages; tables have their length and columns their statistics already. */
export async function derivedPages(
  session: Session,
  snapshot: Snapshot,
  indexes: readonly RelationFigures[],
): Promise<ReadonlyMap<RelationFigures, Pick<Shape, 'level' | 'meta'>>> {
  const brins = brinFiguresOf(snapshot);
  const widest = pivotBytes(snapshot);
  const derived = new Map<RelationFigures, Pick<Shape, 'level' | 'meta'>>();
  const open: RelationFigures[] = [];
  for (const index of indexes) {
    const pages = pagesOf(index);
    if (index.index?.method === 'brin') derived.set(index, { meta: brins(index) });
    else if (index.index?.method === 'gin' && pages > 2) open.push(index);
    else if (index.index?.method === 'btree') {
      const level = levelOf(pages, leastPivot);
      if (level === levelOf(pages, widest(index))) derived.set(index, { level });
      else open.push(index);
    }
  }
  for (const [index, size] of await sizesOf(session, snapshot, open))
    derived.set(
      index,
      index.index?.method === 'gin'
        ? { meta: scaled(size, index) }
        : { level: levelOf(pagesOf(index), size.pivotBytes ?? widest(index)) },
    );
  return derived;
}

/** Pages of its file. */
export function pagesOf(relation: RelationFigures): number {
  return Math.ceil(lengthOf(relation) / pageBytes);
}

async function sizesOf(
  session: Session,
  { relations }: Snapshot,
  indexes: readonly RelationFigures[],
): Promise<ReadonlyMap<RelationFigures, IndexSize>> {
  if (indexes.length === 0) return new Map();
  const { rows } = await session.query<{ n: number; oid: number }>(oidsQuery, [
    indexes.map(({ schema }) => schema),
    indexes.map(({ name }) => name),
  ]);
  const byOid = new Map(rows.map(({ n, oid }) => [oid, indexes[n - 1]!]));
  const tables = new Map(relations.map((one) => [keyOf(one), one]));
  const read = await readFacts(session, [...byOid.keys()]);
  return new Map(
    read.map((facts) => {
      const index = byOid.get(facts.oid)!;
      const table = index.table && tables.get(keyOf(index.table));
      const share = table && table.rows > 0 && index.rows >= 0 ? Math.min(1, index.rows / table.rows) : 1;
      return [index, sizeOf(facts.with({ share, columns: new Map() }).facts)];
    }),
  );
}

/** Pages of rows that wait to be merged before somebody does it (`gin_pending_list_limit`, 4 MB). */
const mostPending = 512;

/**
 * Figures of a modelled GIN index as its last build or vacuum counted them. The tree does not grow until waiting rows are merged into it, so what the file has grown by since
 * is taken for their list.
 */
function scaled({ meta = {}, pages: modelled }: IndexSize, index: RelationFigures): Shape['meta'] {
  const { entryPages = 1, dataPages = 0, entries = 0 } = meta;
  const length = pagesOf(index);
  const totalPages = index.pages > 1 && index.pages <= length ? index.pages : length;
  const factor = totalPages / Math.max(1, modelled);
  return {
    pendingPages: Math.min(mostPending, length - totalPages),
    totalPages,
    entryPages: Math.max(1, Math.min(totalPages - 1, Math.round(entryPages * factor))),
    dataPages: Math.round(dataPages * factor),
    entries,
  };
}
