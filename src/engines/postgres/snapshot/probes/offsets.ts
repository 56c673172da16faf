import type { DateOffsets } from '../../../../engine/probes/model.ts';
import type { ListedProbe } from './model.ts';

/** Shares at which a distribution is told: 0, 5, 10 … 100 %. */
export const AT = `ARRAY[${Array.from({ length: 21 }, (_, i) => i / 20).join(', ')}]::float8[]`;

/** Bytes of children whose parents are looked up, where tables are large. */
const childBytes = 4 * 1024 * 1024;

/** One pair of columns as an aggregate; infinite times have no distance. */
const pair = (from: string, to: string): string =>
  `format('json_build_object(''from'', %L::text, ''to'', %L::text, ''rows'', count(*) FILTER (WHERE isfinite(${from}.%1$I) AND isfinite(${to}.%2$I)), '
           || '''at'', percentile_disc(${AT}) WITHIN GROUP (ORDER BY CASE WHEN isfinite(${from}.%1$I) AND isfinite(${to}.%2$I) '
           || 'THEN extract(epoch FROM ${to}.%2$I::timestamp - ${from}.%1$I::timestamp)::float8 END))', a.name, b.name)`;

/** Distances between the first five dates and times of a row, and between the first three of a row and of its parent. */
export const OFFSETS = `
SELECT 'offsets', t.schema, t.name, 'times of one row', json_build_object(), t.rows, t.share, t.refused,
       format('SELECT json_build_array(%s) FROM %s AS r%s', string_agg(${pair('r', 'r')}, ', ' ORDER BY a.place, b.place), t.source, t.sample)
FROM tables t
JOIN times a ON a.attrelid = t.oid AND a.place <= 5
JOIN times b ON b.attrelid = t.oid AND b.place <= 5 AND b.place > a.place
WHERE NOT t.relispartition
GROUP BY t.schema, t.name, t.rows, t.share, t.refused, t.source, t.sample
UNION ALL
SELECT 'offsets', c.schema, c.name, format('times of a row and its parent by %I', k.name), json_build_object('through', k.name), c.rows,
       CASE WHEN c.share < 1 OR p.share < 1 THEN least(1, ${childBytes} / greatest(c.bytes, 1)) ELSE 1 END, coalesce(c.refused, p.refused),
       format('SELECT json_build_array(%s) FROM %s AS c%s JOIN %s AS p ON %s', string_agg(${pair('p', 'c')}, ', ' ORDER BY a.place, b.place), c.source,
         CASE WHEN (c.share < 1 OR p.share < 1) AND c.bytes > ${childBytes}
              THEN format(' TABLESAMPLE SYSTEM (%s) REPEATABLE (1)', round(100.0 * ${childBytes} / c.bytes, 6)) ELSE '' END,
         p.source, (SELECT string_agg(format('c.%I = p.%I', k.columns[u], k.parent_columns[u]), ' AND ') FROM generate_subscripts(k.columns, 1) u))
FROM keys k
JOIN tables c ON c.oid = k.conrelid
JOIN tables p ON p.oid = k.confrelid
JOIN times a ON a.attrelid = p.oid AND a.place <= 3
JOIN times b ON b.attrelid = c.oid AND b.place <= 3
WHERE k.contype = 'f'
GROUP BY c.schema, c.name, c.rows, c.share, c.bytes, c.refused, c.source, p.share, p.refused, p.source, k.name, k.columns, k.parent_columns`;

interface Measured {
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  readonly at: readonly number[] | null;
}

/** Distances of all pairs that have any. */
export function toOffsets(probe: ListedProbe, answer: unknown): readonly DateOffsets[] {
  const through = probe.about['through'];
  return (answer as readonly Measured[]).flatMap(({ from, to, at }) =>
    at === null
      ? []
      : {
          table: { schema: probe.schema, name: probe.name },
          from,
          to,
          ...(typeof through === 'string' ? { through } : {}),
          percentiles: at,
        },
  );
}
