/** What the server needs to know of a type to store statistics of its values. */
import type { Session } from '../../../engine/session/model.ts';

export interface TypeFacts {
  readonly type: number;
  /** The type below all domains. */
  readonly base: number;
  /** Operators of its usual order, which statistics are made with; 0 when it has none. */
  readonly equal: number;
  readonly less: number;
  /** Its text can be read without running anything that came with the snapshot: no checks of domains below it. */
  readonly safe: boolean;
  /** Of an array, or of the lexemes of a text for search. */
  readonly element?: { readonly base: number; readonly equal: number; readonly collation?: number };
  /** Type of the bounds of a range or of a set of ranges. */
  readonly range?: number;
}

interface TypeRow extends Record<string, unknown> {
  readonly type: number;
  readonly base: number;
  readonly equal: number | null;
  readonly less: number | null;
  readonly safe: boolean;
  readonly element: number | null;
  readonly element_equal: number | null;
  readonly range: number | null;
}

/** `tsvector`; its elements are texts compared with `=` under the default collation. */
const lexemes = { type: 3614, element: { base: 25, equal: 98, collation: 100 } } as const;

/**
 * The usual order of a type is that of its own operator class, else of one of a type it is the same bytes as (preferred ones first), else of the class for all of
 * its kind: what `GetDefaultOpClass` finds. Types that have only equality take it from hashing.
 */
const operators = (type: string, kind: string, array: string): string => `
  LEFT JOIN LATERAL (
    SELECT o.opcfamily, o.opcintype, m.amname FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod
    WHERE o.opcdefault AND m.amname IN ('btree', 'hash')
      AND (o.opcintype = ${type}
        OR o.opcintype = CASE WHEN ${array} THEN 2277 WHEN ${kind} = 'e' THEN 3500 WHEN ${kind} = 'r' THEN 3831 WHEN ${kind} = 'm' THEN 4537 WHEN ${kind} = 'c' THEN 2249 END
        OR EXISTS (SELECT FROM pg_catalog.pg_cast k WHERE k.castsource = ${type} AND k.casttarget = o.opcintype AND k.castmethod = 'b' AND k.castcontext = 'i'))
    ORDER BY m.amname, o.opcintype = ${type} DESC,
      (SELECT p.typispreferred FROM pg_catalog.pg_type p WHERE p.oid = o.opcintype) DESC, o.oid
    LIMIT 1) AS`;

const operator = (of: string, strategy: string): string => `
  (SELECT a.amopopr FROM pg_catalog.pg_amop a WHERE a.amopfamily = ${of}.opcfamily AND a.amoppurpose = 's'
    AND a.amoplefttype = ${of}.opcintype AND a.amoprighttype = ${of}.opcintype AND a.amopstrategy = ${strategy})`;

const equality = (of: string): string => operator(of, `CASE ${of}.amname WHEN 'btree' THEN 3 ELSE 1 END`);

const typesQuery = `
WITH RECURSIVE chain AS (
  SELECT t.oid AS type, t.oid AS base, t.typtype, t.typbasetype FROM pg_catalog.pg_type t WHERE t.oid = ANY ($1)
  UNION ALL
  SELECT c.type, t.oid, t.typtype, t.typbasetype FROM chain c JOIN pg_catalog.pg_type t ON t.oid = c.typbasetype WHERE c.typtype = 'd'),
bases AS (SELECT type, base FROM chain WHERE typtype <> 'd'),
parts AS (
  SELECT type, base AS part FROM bases
  UNION
  SELECT p.type, n.part FROM parts p JOIN pg_catalog.pg_type t ON t.oid = p.part
  CROSS JOIN LATERAL (
    SELECT t.typelem AS part WHERE t.typelem <> 0
    UNION ALL SELECT t.typbasetype WHERE t.typbasetype <> 0
    UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND t.typrelid <> 0 AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid OR r.rngmultitypid = t.oid) AS n)
SELECT b.type, b.base, ${equality('o')} AS equal, CASE o.amname WHEN 'btree' THEN ${operator('o', '1')} END AS less,
       NOT EXISTS (SELECT FROM parts p JOIN pg_catalog.pg_constraint k ON k.contypid = p.part WHERE p.type = b.type)
         AND NOT EXISTS (SELECT FROM parts p JOIN pg_catalog.pg_range r ON p.part IN (r.rngtypid, r.rngmultitypid)
           JOIN pg_catalog.pg_proc f ON f.oid = r.rngcanonical WHERE p.type = b.type AND f.prolang NOT IN (12, 13)) AS safe,
       CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN e.base END AS element, ${equality('eo')} AS element_equal,
       coalesce(r.rngtypid, mr.rngtypid) AS range
FROM bases b JOIN pg_catalog.pg_type t ON t.oid = b.base
${operators('t.oid', 't.typtype', "t.typcategory = 'A'")} o ON true
LEFT JOIN LATERAL (
  WITH RECURSIVE down AS (
    SELECT d.oid AS base, d.typtype, d.typbasetype FROM pg_catalog.pg_type d WHERE d.oid = t.typelem
    UNION ALL SELECT n.oid, n.typtype, n.typbasetype FROM down JOIN pg_catalog.pg_type n ON n.oid = down.typbasetype WHERE down.typtype = 'd')
  SELECT base, typtype FROM down WHERE typtype <> 'd') e ON t.typcategory = 'A'
${operators('e.base', 'e.typtype', 'false')} eo ON true
LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_catalog.pg_range mr ON mr.rngmultitypid = t.oid`;

/** Facts of these types by their oid. */
export async function typesOf(
  session: Session,
  types: readonly number[],
): Promise<ReadonlyMap<number, TypeFacts>> {
  const { rows } = await session.query<TypeRow>(typesQuery, [[...new Set(types)]]);
  return new Map(
    rows.map(({ type, base, equal, less, safe, element, element_equal, range }) => {
      const elementFacts =
        base === lexemes.type
          ? lexemes.element
          : element && element_equal
            ? { base: element, equal: element_equal }
            : undefined;
      return [
        type,
        {
          type,
          base,
          equal: equal ?? 0,
          less: less ?? 0,
          safe,
          ...(elementFacts ? { element: elementFacts } : {}),
          ...(range === null ? {} : { range }),
        },
      ];
    }),
  );
}
