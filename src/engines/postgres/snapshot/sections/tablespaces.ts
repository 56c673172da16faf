import type { Name } from '../../../../catalog/model.ts';
import { OWN_SCHEMA } from '../../inspect/scope.ts';
import type { Recording, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';

/** Tablespaces of this database that have page costs of their own. */
export const TABLESPACES: Section = {
  name: 'tablespaces',
  stage: 'read sizes and statistics',
  why: 'Tablespaces with costs of their own, which the planner takes instead of random_page_cost and seq_page_cost.',
  sql: () => `
SELECT t.spcname::text AS name, t.spcoptions AS options, json_agg(json_build_object('schema', n.nspname, 'name', c.relname, 'index', c.relkind = 'i') ORDER BY n.nspname, c.relname) AS relations
FROM pg_catalog.pg_tablespace t
JOIN pg_catalog.pg_database d ON d.datname = current_database()
JOIN pg_catalog.pg_class c ON coalesce(nullif(c.reltablespace, 0), d.dattablespace) = t.oid AND c.relkind IN ('r', 'm', 'i')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE t.spcoptions IS NOT NULL AND ${OWN_SCHEMA}
GROUP BY t.spcname, t.spcoptions
ORDER BY t.spcname COLLATE "C"`,
};

/** A tablespace, its options (`random_page_cost=1.1`) and the tables and indexes that lie in it. */
export interface TablespaceRow {
  readonly name: string;
  readonly options: readonly string[];
  readonly relations: readonly (Name & { readonly index: boolean })[];
}

/** Tablespaces with costs of their own. */
export function costlyTablespaces(recording: Recording): readonly TablespaceRow[] {
  return rowsOf<TablespaceRow>(recording, TABLESPACES);
}
