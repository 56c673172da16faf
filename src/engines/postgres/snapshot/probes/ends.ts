import type { IndexEnds } from '../../../../engine/probes/model.ts';
import type { ListedProbe } from './model.ts';

/** Least and greatest value of numbers and times that a b-tree begins with, which it gives without the table being read. */
export const ENDS = `
SELECT 'ends', t.schema, t.name, format('ends of %s', string_agg(quote_ident(e.name), ', ' ORDER BY e.number)), json_build_object(), t.rows, 1, t.refused,
       format('SELECT json_build_array(%s)', string_agg(
         format('json_build_object(''column'', %L::text, ''least'', (SELECT min(t.%I)::text FROM %s AS t), ''greatest'', (SELECT max(t.%I)::text FROM %s AS t))',
           e.name, e.name, t.source, e.name, t.source), ', ' ORDER BY e.number))
FROM tables t
JOIN (SELECT DISTINCT i.indrelid, a.attnum AS number, a.attname AS name
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
        JOIN pg_catalog.pg_am m ON m.oid = x.relam
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
       WHERE m.amname = 'btree' AND i.indisvalid AND i.indpred IS NULL AND y.typcategory IN ('N', 'D', 'T')) e ON e.indrelid = t.oid
WHERE t.relkind <> 'p'
GROUP BY t.schema, t.name, t.rows, t.refused`;

interface Ends {
  readonly column: string;
  readonly least: string | null;
  readonly greatest: string | null;
}

/** Ends of all columns of a table that have values. */
export function toEnds(probe: ListedProbe, answer: unknown): readonly IndexEnds[] {
  return (answer as readonly Ends[]).flatMap(({ column, least, greatest }) =>
    least === null || greatest === null
      ? []
      : { table: { schema: probe.schema, name: probe.name }, column, least, greatest },
  );
}
