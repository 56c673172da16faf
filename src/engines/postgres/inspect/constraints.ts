import type { Constraint, DeleteRule } from '../../../catalog/model.ts';
import { OWN_SCHEMA, comment, ordered, present } from './scope.ts';

/**
 * Constraints of tables. PostgreSQL 18 lists not-null constraints and knows unenforced ones. The helper rows that a
 * foreign key to a partitioned table leaves per partition are not constraints of their own.
 */
export function constraintsSql(serverVersion: number): string {
  return `
SELECT o.conrelid AS relation, o.conname::text AS name, o.contype::text AS kind,
       ARRAY(SELECT a.attname FROM unnest(o.conkey) WITH ORDINALITY k(number, place)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.number ORDER BY k.place)::text[] AS columns,
       pg_catalog.pg_get_constraintdef(o.oid) AS definition,
       o.convalidated AS validated, o.condeferrable AS deferrable, o.condeferred AS deferred,
       ${serverVersion >= 180_000 ? 'o.conenforced' : 'true'} AS enforced,
       fn.nspname::text AS foreign_schema, f.relname::text AS foreign_name,
       ARRAY(SELECT a.attname FROM unnest(o.confkey) WITH ORDINALITY k(number, place)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.number ORDER BY k.place)::text[] AS foreign_columns,
       o.confdeltype::text AS on_delete, o.confupdtype::text AS on_update,
       ${comment('pg_constraint', 'o.oid')} AS comment
FROM pg_catalog.pg_constraint o
JOIN pg_catalog.pg_class c ON c.oid = o.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class f ON f.oid = o.confrelid
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
WHERE o.contype IN ('p', 'u', 'f', 'c', 'x', 'n') AND ${OWN_SCHEMA}
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint parent WHERE parent.oid = o.conparentid AND parent.conrelid = o.conrelid)
${ordered('o.conname')}`;
}

/** A row of {@link constraintsSql}. */
export interface ConstraintRow extends Record<string, unknown> {
  readonly relation: number;
  readonly name: string;
  readonly kind: keyof typeof KINDS;
  readonly columns: readonly string[];
  readonly definition: string;
  readonly validated: boolean;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly enforced: boolean;
  readonly foreign_schema: string | null;
  readonly foreign_name: string | null;
  readonly foreign_columns: readonly string[];
  readonly on_delete: string;
  readonly on_update: string;
  readonly comment: string | null;
}

const KINDS = { p: 'primary', u: 'unique', f: 'foreign', c: 'check', x: 'exclude', n: 'not-null' } as const;
const RULES: Readonly<Record<string, DeleteRule>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};

/** Maps a row of {@link constraintsSql}. */
export function toConstraint(row: ConstraintRow): Constraint {
  return present<Constraint>({
    name: row.name,
    kind: KINDS[row.kind],
    columns: row.columns,
    definition: row.definition,
    validated: row.validated,
    deferrable: row.deferrable,
    deferred: row.deferred,
    enforced: row.enforced,
    references:
      row.foreign_schema === null || row.foreign_name === null
        ? null
        : {
            schema: row.foreign_schema,
            name: row.foreign_name,
            columns: row.foreign_columns,
            onDelete: RULES[row.on_delete] ?? 'no action',
            onUpdate: RULES[row.on_update] ?? 'no action',
          },
    comment: row.comment,
  });
}
