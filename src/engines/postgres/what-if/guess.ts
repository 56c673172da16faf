/** How large indexes that were made empty would be, and what the planner shall think of them. */
import type { Name } from '../../../catalog/model.ts';
import type { IndexGuess } from '../../../engine/hollow/model.ts';
import { reshape, type Shape } from '../pages/reshape.ts';
import { conditionsOf } from './conditions.ts';
import { elementsOfIndexes } from './elements.ts';
import { endsLike } from './ends.ts';
import { expressionsOf, writeExpressions } from './expressions.ts';
import { readFacts } from './facts.ts';
import { gatherExpressions } from './gather.ts';
import type { Room } from './room.ts';
import { sizeOf } from './size.ts';
import type { ColumnFacts, IndexSize } from './size/model.ts';

interface Part extends Record<string, unknown>, Name {
  /** Place of its index in the list, from 1. */
  readonly n: number;
  readonly oid: number;
}

const partsQuery = `
  SELECT w.n::int AS n, c.oid, s.nspname AS schema, c.relname AS name
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(schema, name, n)
    JOIN pg_namespace o ON o.nspname = w.schema
    JOIN pg_class top ON top.relnamespace = o.oid AND top.relname = w.name
    CROSS JOIN LATERAL (SELECT top.oid AS relid UNION SELECT relid FROM pg_partition_tree(top.oid)) AS p
    JOIN pg_class c ON c.oid = p.relid AND c.relkind = 'i'
    JOIN pg_namespace s ON s.oid = c.relnamespace
   ORDER BY w.n, c.oid`;

const figuresQuery = `
  UPDATE pg_catalog.pg_class c SET relpages = f.pages, reltuples = f.rows
    FROM unnest($1::oid[], $2::int[], $3::float4[]) AS f(oid, pages, rows) WHERE c.oid = f.oid`;

/** Gives empty indexes the size and the figures that a build over the table's rows would; returns what was guessed and files to {@link discard} later. */
export async function enlarge(
  room: Room,
  indexes: readonly Name[],
): Promise<{ readonly guesses: readonly IndexGuess[]; readonly leftovers: readonly string[] }> {
  const { session } = room;
  await room.asOwner();
  const { rows: parts } = await session.query<Part>(partsQuery, [
    indexes.map(({ schema }) => schema),
    indexes.map(({ name }) => name),
  ]);
  const oids = parts.map(({ oid }) => oid);
  const gathered = await gatherExpressions(room, oids);
  const elements = await elementsOfIndexes(room, oids);
  const read = await readFacts(session, oids);
  const expressions = await expressionsOf(room, read);
  const conditions = await conditionsOf(room, read);
  const sizes = read.map((facts, i): IndexSize => {
    const told = {
      ...conditions[i]!,
      columns: together([
        expressions[i]!.columns,
        conditions[i]!.columns,
        new Map([...(elements.get(facts.oid) ?? [])].map(([place, own]) => [place, { elements: own }])),
      ]),
    };
    const known = facts.with(told);
    const size = sizeOf(known.facts);
    return {
      ...size,
      assumed: [
        ...new Set([
          ...(gathered.get(facts.oid) ?? []),
          ...expressions[i]!.assumed,
          ...conditions[i]!.assumed,
          ...known.assumed,
          ...size.assumed,
        ]),
      ],
    };
  });
  await room.asOwner();
  await writeExpressions(room, read, expressions);
  await session.query(figuresQuery, [
    oids,
    sizes.map(({ pages }) => signed(pages)),
    sizes.map(({ rows }) => rows),
  ]);
  const ends = await endsLike(session, oids);
  const shapes = parts.map(({ schema, name, oid }, i): Shape => {
    const { pages, level, meta } = sizes[i]!;
    const leaf = ends.get(oid);
    return {
      schema,
      name,
      pages,
      ...(level === undefined ? {} : { level }),
      ...(meta ? { meta } : {}),
      ...(leaf ? { leaf } : {}),
    };
  });
  const { leftovers } = await reshape(session, shapes);
  return {
    leftovers,
    guesses: indexes.map((name, i) =>
      inAll(
        name,
        sizes.filter((_, p) => parts[p]!.n === i + 1),
      ),
    ),
  };
}

/** What is known of columns by place, the later ones over the earlier. */
function together(
  known: readonly ReadonlyMap<number, Partial<ColumnFacts>>[],
): ReadonlyMap<number, Partial<ColumnFacts>> {
  const all = new Map<number, Partial<ColumnFacts>>();
  for (const one of known) for (const [place, facts] of one) all.set(place, { ...all.get(place), ...facts });
  return all;
}

/** Catalogs hold numbers of pages in a signed column. */
function signed(pages: number): number {
  return pages | 0;
}

/** An index of a partitioned table is as large as its parts together, and as high as the highest. */
function inAll(name: Name, sizes: readonly IndexSize[]): IndexGuess {
  const levels = sizes.flatMap(({ level }) => (level === undefined ? [] : [level]));
  return {
    name,
    pages: sizes.reduce((sum, { pages }) => sum + pages, 0),
    rows: sizes.reduce((sum, { rows }) => sum + rows, 0),
    ...(levels.length > 0 ? { level: Math.max(...levels) } : {}),
    assumed: [...new Set(sizes.flatMap(({ assumed }) => assumed))],
  };
}
