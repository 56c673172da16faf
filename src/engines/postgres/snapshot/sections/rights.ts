import type { Name } from '../../../../catalog/model.ts';
import { OWN_SCHEMA, ordered } from '../../inspect/scope.ts';
import type { Recording, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';

/** What of the statistics this role cannot see: columns it may not read, tables whose row security holds for it, expressions of indexes. */
export const RIGHTS: Section = {
  name: 'rights',
  stage: 'read sizes and statistics',
  why: "Tables and indexes whose statistics this role cannot see, so that the snapshot says what is missing: the server shows a column's statistics to those who may read it.",
  sql: () => `
SELECT q.schema, q.name, q.index, q.owner, q.columns, q.visible, q.row_security, q.ranges FROM (
  SELECT n.nspname::text AS schema, c.relname::text AS name, c.relkind = 'i' AS index, pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
         c.relrowsecurity AND row_security_active(c.oid) AS row_security, a.*
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid
    CROSS JOIN LATERAL (
      SELECT count(*) AS columns, count(*) FILTER (WHERE has_column_privilege(c.oid, a.attnum, 'SELECT')) AS visible,
             count(*) FILTER (WHERE t.typtype IN ('r', 'm')) AS ranges
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
       WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) a
   WHERE (c.relkind IN ('r', 'p', 'm', 'f') OR c.relkind = 'i' AND x.indexprs IS NOT NULL) AND ${OWN_SCHEMA}) q
WHERE q.visible < q.columns OR q.row_security OR q.ranges > 0
${ordered('q.schema', 'q.name')}`,
};

/** A table or an index with something that is hidden, or with ranges. */
export interface RightsRow extends Name {
  readonly index: boolean;
  readonly owner: string;
  readonly columns: number;
  readonly visible: number;
  readonly row_security: boolean;
  readonly ranges: number;
}

/** What the role may see of tables and of expressions in indexes. */
export function rightsOf(recording: Recording): readonly RightsRow[] {
  return rowsOf<RightsRow>(recording, RIGHTS);
}
