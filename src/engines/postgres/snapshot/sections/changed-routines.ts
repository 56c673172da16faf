import type { Recording, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';

/**
 * Routines of the server and of extensions that somebody changed afterwards, most often with ALTER FUNCTION … COST: their rows are younger than the extension's
 * hold on them, or than the end of initdb, when plpgsql came. Updates of the extension are no such change.
 */
export const CHANGED_ROUTINES: Section = {
  name: 'changed-routines',
  stage: 'read sizes and statistics',
  why: 'Functions of the server and of extensions that were altered by hand, for instance with another COST, which the planner goes by. Their numbers of transactions tell.',
  sql: () => `
SELECT n.nspname::text AS schema, p.proname::text AS name, pg_catalog.pg_get_function_identity_arguments(p.oid) AS arguments
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
WHERE CASE WHEN p.oid < 16384 THEN pg_catalog.age(p.xmin) < (SELECT pg_catalog.age(l.xmin) FROM pg_catalog.pg_extension l WHERE l.extname = 'plpgsql' AND l.oid < 16384)
           ELSE pg_catalog.age(p.xmin) < pg_catalog.age(d.xmin) AND p.xmin <> e.xmin END
ORDER BY 1, 2, 3`,
};

/** Such a routine. */
export interface ChangedRoutine {
  readonly schema: string;
  readonly name: string;
  readonly arguments: string;
}

/** Routines that were not made by this database and are not as they came. */
export function changedRoutines(recording: Recording): readonly ChangedRoutine[] {
  return rowsOf<ChangedRoutine>(recording, CHANGED_ROUTINES);
}
