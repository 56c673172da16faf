import type { Name } from '../../../../catalog/model.ts';
import { OWN_SCHEMA, ordered } from '../../inspect/scope.ts';
import { rowsOf, type Recording, type Section } from '../model.ts';

/** Tables with columns that this role may not read, or whose row security holds for it: their statistics are hidden. */
export const RIGHTS: Section = {
  name: 'rights',
  stage: 'read sizes and statistics',
  why: "Tables whose statistics this role cannot see, so that the snapshot says what is missing: the server shows a column's statistics to who may read the column.",
  sql: () => `
SELECT q.schema, q.name, q.owner, q.columns, q.visible, q.row_security, q.ranges FROM (
  SELECT n.nspname::text AS schema, c.relname::text AS name, pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
         (SELECT count(*) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
         (SELECT count(*) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND has_column_privilege(c.oid, a.attnum, 'SELECT')) AS visible,
         c.relrowsecurity AND row_security_active(c.oid) AS row_security,
         (SELECT count(*) FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND t.typtype IN ('r', 'm')) AS ranges
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'm', 'f') AND ${OWN_SCHEMA}) q
WHERE q.visible < q.columns OR q.row_security OR q.ranges > 0
${ordered('q.schema', 'q.name')}`,
};

/** A table with something that is hidden, or with ranges. */
export interface RightsRow extends Name {
  readonly owner: string;
  readonly columns: number;
  readonly visible: number;
  readonly row_security: boolean;
  readonly ranges: number;
}

/** What the role may see of tables. */
export function rightsOf(recording: Recording): readonly RightsRow[] {
  return rowsOf<RightsRow>(recording, RIGHTS);
}
