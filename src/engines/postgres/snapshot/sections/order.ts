import type { MadeObject } from '../../../../engine/snapshot/model.ts';
import { OWN_SCHEMA, notOfExtension, present } from '../../inspect/scope.ts';
import type { Recording, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';

/** Objects by oid, which tells the order in which they were made. */
export const ORDER: Section = {
  name: 'order',
  stage: 'read the structure',
  why: 'The order in which objects were made: the planner takes the first of two plans of equal cost.',
  sql: () => `
SELECT o.kind, o.schema, o.name, o.of FROM (
  SELECT c.oid, 'relation' AS kind, n.nspname::text AS schema, c.relname::text AS name, NULL::text AS of
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'i', 'I', 'S') AND ${OWN_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}
  UNION ALL
  SELECT t.oid, 'type', n.nspname, t.typname, NULL
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
   WHERE (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')) AND ${OWN_SCHEMA} AND ${notOfExtension('pg_type', 't.oid')}
  UNION ALL
  SELECT p.oid, 'routine', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
   WHERE ${OWN_SCHEMA} AND ${notOfExtension('pg_proc', 'p.oid')}
  UNION ALL
  SELECT k.oid, 'constraint', n.nspname, k.conname, c.relname
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE ${OWN_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}
  UNION ALL
  SELECT s.oid, 'statistics', n.nspname, s.stxname, NULL
    FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace WHERE ${OWN_SCHEMA}
) o ORDER BY o.oid, o.kind`,
};

interface OrderRow {
  readonly kind: MadeObject['kind'];
  readonly schema: string;
  readonly name: string;
  readonly of: string | null;
}

/** Objects in the order in which they were made. */
export function toOrder(recording: Recording): readonly MadeObject[] {
  return rowsOf<OrderRow>(recording, ORDER).map((row) =>
    present<MadeObject>({ kind: row.kind, schema: row.schema, name: row.name, of: row.of }),
  );
}
