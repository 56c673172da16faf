import type { Grant, Sequence } from '../../../catalog/model.ts';
import { OWN_SCHEMA, comment, grants, notOfExtension, ordered, present } from './scope.ts';

/** Sequences, those behind serial and identity columns included; their current values are data, not structure. */
export const SEQUENCES = `
SELECT n.nspname::text AS schema, c.relname::text AS name, pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
       pg_catalog.format_type(s.seqtypid, NULL) AS type, s.seqstart::text AS start, s.seqincrement::text AS increment,
       s.seqmin::text AS minimum, s.seqmax::text AS maximum, s.seqcache::text AS cache, s.seqcycle AS cycle,
       (SELECT quote_ident(tn.nspname) || '.' || quote_ident(t.relname) || '.' || quote_ident(a.attname)
          FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
          JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
          JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
         WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
           AND d.refclassid = 'pg_catalog.pg_class'::regclass) AS owned_by,
       ${comment('pg_class', 'c.oid')} AS comment, ${grants('c.relacl', 's', 'c.relowner')} AS grants
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE ${OWN_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}
${ordered('n.nspname', 'c.relname')}`;

/** A row of {@link SEQUENCES}. */
export interface SequenceRow extends Record<string, unknown> {
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cache: string;
  readonly cycle: boolean;
  readonly owned_by: string | null;
  readonly comment: string | null;
  readonly grants: readonly Grant[];
}

/** Maps a row of {@link SEQUENCES}. */
export function toSequence(row: SequenceRow): Sequence {
  const { schema, name, owner, type, start, increment, minimum, maximum, cache, cycle } = row;
  return present<Sequence>({
    schema,
    name,
    owner,
    type,
    start,
    increment,
    minimum,
    maximum,
    cache,
    cycle,
    ownedBy: row.owned_by,
    grants: row.grants,
    comment: row.comment,
  });
}
