import type { Prefixes } from '../../../../engine/probes/model.ts';
import type { ListedProbe } from './model.ts';
import { AT } from './offsets.ts';

/** A beginning is told when at least so many of the values that were read have it: one that stands for few people is not. */
const leastRows = 5;

/**
 * How the values of text columns begin, and how long they are. The beginning has as many characters (at most four) as leave at most a hundred
 * different ones; the fifty most common of them are told.
 */
export const PREFIXES = `
SELECT 'prefixes', t.schema, t.name, format('beginnings and lengths of %I', a.attname), json_build_object('column', a.attname), t.rows, t.share, t.refused,
       format('WITH v AS MATERIALIZED (SELECT t.%I::text AS v FROM %s AS t%s WHERE t.%I IS NOT NULL LIMIT 30000), '
           || 'l AS (SELECT coalesce(max(d.n), 1) AS n FROM (SELECT g.n FROM generate_series(1, 4) g(n) CROSS JOIN v GROUP BY g.n HAVING count(DISTINCT left(v.v, g.n)) <= 100) d), '
           || 'p AS (SELECT left(v.v, l.n) AS prefix, count(*) AS rows FROM v CROSS JOIN l GROUP BY 1 HAVING count(*) >= ${leastRows} ORDER BY 2 DESC, 1 LIMIT 50) '
           || 'SELECT json_build_object(''length'', (SELECT l.n FROM l), ''rows'', (SELECT count(*) FROM v), '
           || '''common'', (SELECT coalesce(json_agg(json_build_array(p.prefix, p.rows)), ''[]'') FROM p), '
           || '''lengths'', (SELECT percentile_disc(${AT}) WITHIN GROUP (ORDER BY length(v.v)) FROM v))',
         a.attname, t.source, t.sample, a.attname)
FROM tables t
JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
WHERE y.typcategory = 'S' AND NOT t.relispartition`;

interface Counted {
  readonly length: number;
  readonly rows: number;
  readonly common: readonly (readonly [prefix: string, rows: number])[];
  readonly lengths: readonly number[] | null;
}

/** Beginnings of a column that has values. */
export function toPrefixes(probe: ListedProbe, answer: unknown): readonly Prefixes[] {
  const { length, rows, common, lengths } = answer as Counted;
  if (lengths === null) return [];
  return [
    {
      table: { schema: probe.schema, name: probe.name },
      column: String(probe.about['column']),
      length,
      common: common.map(([prefix, count]) => ({ prefix, share: count / rows })),
      lengths,
    },
  ];
}
