import type { KeyPairs } from '../../../../engine/probes/model.ts';
import type { ListedProbe } from './model.ts';

/** Columns that are references and stand together in a key, and references of several columns. */
export const PAIRS = `
SELECT 'pairs', t.schema, t.name, format('how %s go together', array_to_string(s.columns, ', ')),
       json_build_object('columns', s.columns), t.rows, t.share, t.refused,
       format('SELECT json_build_object(''read'', coalesce(sum(k.n), 0), ''rows'', coalesce(sum(k.n) FILTER (WHERE k.whole), 0), '
           || '''distinct'', count(*) FILTER (WHERE k.whole), ''once'', count(*) FILTER (WHERE k.whole AND k.n = 1)) '
           || 'FROM (SELECT count(*) AS n, (%s) IS NOT NULL AS whole FROM %s AS t%s GROUP BY %s) k',
         (SELECT string_agg(format('t.%I', u), ', ') FROM unnest(s.columns) u), t.source, t.sample,
         (SELECT string_agg(format('t.%I', u), ', ') FROM unnest(s.columns) u))
FROM (
  SELECT DISTINCT k.conrelid, CASE WHEN k.contype = 'f' THEN k.columns ELSE m.columns END AS columns
    FROM keys k
    CROSS JOIN LATERAL (
      SELECT array_agg(u.name ORDER BY u.place) AS columns FROM unnest(k.columns) WITH ORDINALITY u(name, place)
       WHERE EXISTS (SELECT FROM keys f WHERE f.contype = 'f' AND f.conrelid = k.conrelid AND u.name = ANY (f.columns))) m
   WHERE cardinality(CASE WHEN k.contype = 'f' THEN k.columns ELSE m.columns END) >= 2) s
JOIN tables t ON t.oid = s.conrelid`;

interface Counted {
  readonly read: number;
  readonly rows: number;
  readonly distinct: number;
  readonly once: number;
}

/** Distinct pairs of the whole table; those of a sample are carried over as ANALYZE does (Haas and Stokes' estimator Duj1). */
export function toPairs(probe: ListedProbe, answer: unknown): KeyPairs {
  const { read, rows, distinct, once } = answer as Counted;
  const all = probe.rows > 0 ? probe.rows : read / probe.share;
  const whole = probe.share < 1 && read > 0 ? Math.max(rows, Math.round((rows * all) / read)) : rows;
  const carried =
    whole > rows ? Math.round((rows * distinct) / (rows - once + (once * rows) / whole)) : distinct;
  return {
    table: { schema: probe.schema, name: probe.name },
    columns: probe.about['columns'] as readonly string[],
    rows: whole,
    distinct: Math.min(whole, Math.max(distinct, carried)),
  };
}
