import type { Grant, Routine } from '../../../catalog/model.ts';
import { OWN_SCHEMA, comment, grants, notOfExtension, ordered, present } from './scope.ts';

/** Functions, procedures and aggregates. An aggregate has no printed definition of its own: its parts are joined. */
export const ROUTINES = `
SELECT n.nspname::text AS schema, p.proname::text AS name, p.prokind::text AS kind,
       pg_catalog.pg_get_function_identity_arguments(p.oid) AS arguments,
       CASE WHEN p.prokind = 'a' THEN concat_ws(', ', 'sfunc = ' || a.aggtransfn::regprocedure, 'stype = ' || pg_catalog.format_type(a.aggtranstype, NULL),
              'finalfunc = ' || nullif(a.aggfinalfn::oid, 0)::regprocedure, 'combinefunc = ' || nullif(a.aggcombinefn::oid, 0)::regprocedure,
              'msfunc = ' || nullif(a.aggmtransfn::oid, 0)::regprocedure, 'minvfunc = ' || nullif(a.aggminvtransfn::oid, 0)::regprocedure,
              'sortop = ' || nullif(a.aggsortop, 0)::regoperator, 'initcond = ' || quote_literal(a.agginitval),
              'mstype = ' || pg_catalog.format_type(nullif(a.aggmtranstype, 0), NULL), 'mfinalfunc = ' || nullif(a.aggmfinalfn::oid, 0)::regprocedure,
              'minitcond = ' || quote_literal(a.aggminitval), 'sspace = ' || nullif(a.aggtransspace, 0), 'msspace = ' || nullif(a.aggmtransspace, 0),
              'serialfunc = ' || nullif(a.aggserialfn::oid, 0)::regprocedure, 'deserialfunc = ' || nullif(a.aggdeserialfn::oid, 0)::regprocedure,
              CASE WHEN a.aggfinalextra THEN 'finalfunc_extra = true' END, CASE WHEN a.aggmfinalextra THEN 'mfinalfunc_extra = true' END,
              CASE WHEN a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN 'finalfunc_modify = ' || a.aggfinalmodify::text END,
              CASE WHEN a.aggmfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN 'mfinalfunc_modify = ' || a.aggmfinalmodify::text END,
              'kind = ' || a.aggkind::text, 'parallel = ' || p.proparallel::text)
            ELSE pg_catalog.pg_get_functiondef(p.oid) END AS definition,
       pg_catalog.pg_get_userbyid(p.proowner)::text AS owner,
       ${comment('pg_proc', 'p.oid')} AS comment, ${grants('p.proacl', 'f', 'p.proowner')} AS grants
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = p.oid
WHERE ${OWN_SCHEMA} AND ${notOfExtension('pg_proc', 'p.oid')}
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i WHERE i.classid = 'pg_catalog.pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')
${ordered('n.nspname', 'p.proname', 'pg_catalog.pg_get_function_identity_arguments(p.oid)')}`;

/** A row of {@link ROUTINES}. */
export interface RoutineRow extends Record<string, unknown> {
  readonly schema: string;
  readonly name: string;
  readonly kind: keyof typeof KINDS;
  readonly arguments: string;
  readonly definition: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly grants: readonly Grant[];
}

const KINDS = { f: 'function', p: 'procedure', a: 'aggregate', w: 'window' } as const;

/** Maps a row of {@link ROUTINES}. */
export function toRoutine(row: RoutineRow): Routine {
  const { schema, name, definition, owner } = row;
  return present<Routine>({
    schema,
    name,
    kind: KINDS[row.kind],
    arguments: row.arguments,
    definition,
    owner,
    grants: row.grants,
    comment: row.comment,
  });
}
