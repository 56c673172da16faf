import type { FanOut } from '../../../../engine/probes/model.ts';
import type { ListedProbe } from './model.ts';

/** Bytes of parents of which the children are looked up one by one, where tables are large. */
const parentBytes = 4 * 1024 * 1024;

/** Bytes of a table of children that is not read as a whole for want of an index. */
const unindexedBytes = 1024 * 1024 * 1024;

const large = `(p.share < 1 OR c.share < 1)`;
const share = `CASE WHEN ${large} THEN least(1, ${parentBytes} / greatest(p.bytes, 1)) ELSE 1 END`;

/**
 * Children per parent of each reference: counted for a sample of parents, since a sample of children would find the rich parents and miss those without
 * any. Counts above 100 are put together when their first two digits are the same.
 */
export const FAN_OUT = `
SELECT 'fan-out', c.schema, c.name, format('children of %I.%I by %I', p.schema, p.name, k.name),
       json_build_object('constraint', k.name), p.rows, ${share},
       coalesce(c.refused, p.refused, CASE WHEN c.bytes > ${unindexedBytes} AND NOT EXISTS (
         SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL AND i.indkey[0] = ANY (k.conkey))
         THEN format('no index of %I.%I begins with the reference, and it is large', c.schema, c.name) END),
       format('SELECT json_agg(json_build_array(h.children, h.parents) ORDER BY h.children) FROM (SELECT round(avg(k.n))::int8 AS children, count(*) AS parents '
           || 'FROM (SELECT count(c.%I) AS n FROM %s AS p%s LEFT JOIN %s AS c ON %s GROUP BY %s) k '
           || 'GROUP BY CASE WHEN k.n <= 100 THEN k.n ELSE round(k.n::numeric, (1 - floor(log(k.n::numeric)))::int) END) h',
         k.columns[1], p.source,
         CASE WHEN ${large} AND p.bytes > ${parentBytes} THEN format(' TABLESAMPLE SYSTEM (%s) REPEATABLE (1)', round(100.0 * ${parentBytes} / p.bytes, 6)) ELSE '' END,
         c.source,
         (SELECT string_agg(format('c.%I = p.%I', k.columns[u], k.parent_columns[u]), ' AND ') FROM generate_subscripts(k.columns, 1) u),
         (SELECT string_agg(format('p.%I', u), ', ') FROM unnest(k.parent_columns) u))
FROM keys k JOIN tables c ON c.oid = k.conrelid JOIN tables p ON p.oid = k.confrelid
WHERE k.contype = 'f'`;

type Counts = readonly (readonly [children: number, parents: number])[];

/** The histogram, its parents carried to all parents that there are. */
export function toFanOut(probe: ListedProbe, answer: unknown): FanOut {
  const counts = (answer ?? []) as Counts;
  const seen = counts.reduce((sum, [, parents]) => sum + parents, 0);
  // A table that was never analysed tells no rows: its share of pages has to do.
  const factor =
    probe.share < 1 && seen > 0 ? (probe.rows > 0 ? Math.max(1, probe.rows / seen) : 1 / probe.share) : 1;
  return {
    table: { schema: probe.schema, name: probe.name },
    constraint: String(probe.about['constraint']),
    histogram: counts.map(([children, parents]) => ({ children, parents: Math.round(parents * factor) })),
  };
}
