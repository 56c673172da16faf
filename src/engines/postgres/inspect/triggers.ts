import type { Trigger } from '../../../catalog/model.ts';
import { OWN_SCHEMA, comment, ordered, present } from './scope.ts';

/** Triggers of tables and views that somebody wrote; those behind foreign keys are part of the constraint. */
export const TRIGGERS = `
SELECT t.tgrelid AS relation, t.tgname::text AS name, pg_catalog.pg_get_triggerdef(t.oid) AS definition,
       CASE t.tgenabled WHEN 'O' THEN 'enabled' WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled,
       quote_ident(pn.nspname) || '.' || quote_ident(p.proname) AS routine,
       ${comment('pg_trigger', 't.oid')} AS comment
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace
WHERE NOT t.tgisinternal AND ${OWN_SCHEMA}
${ordered('t.tgname')}`;

/** A row of {@link TRIGGERS}. */
export interface TriggerRow extends Record<string, unknown> {
  readonly relation: number;
  readonly name: string;
  readonly definition: string;
  readonly enabled: string;
  readonly routine: string;
  readonly comment: string | null;
}

/** Maps a row of {@link TRIGGERS}. */
export function toTrigger(row: TriggerRow): Trigger {
  const { name, definition, enabled, routine } = row;
  return present<Trigger>({ name, definition, enabled, routine, comment: row.comment });
}
