import type { Grant, Name, Table } from '../../../catalog/model.ts';
import { OPTIONS, OWN_SCHEMA, comment, grants, notOfExtension, ordered, present } from './scope.ts';

/** Ordinary, partitioned and foreign tables, with what makes one a partition or a child. */
export const TABLES = `
SELECT c.oid AS oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
       pg_catalog.pg_get_userbyid(c.relowner)::text AS owner, c.relpersistence = 'u' AS unlogged,
       CASE WHEN c.relforcerowsecurity AND c.relrowsecurity THEN 'forced' WHEN c.relrowsecurity THEN 'on' ELSE 'off' END AS row_security,
       ${comment('pg_class', 'c.oid')} AS comment, ${grants('c.relacl', 'r', 'c.relowner')} AS grants,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_key,
       CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS bound,
       (SELECT coalesce(json_agg(json_build_object('schema', pn.nspname, 'name', p.relname) ORDER BY i.inhseqno), '[]'::json)
          FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
          JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
         WHERE i.inhrelid = c.oid) AS parents,
       ${OPTIONS} AS options,
       CASE c.relreplident WHEN 'd' THEN 'default' WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full'
         ELSE 'index ' || coalesce((SELECT ic.relname FROM pg_catalog.pg_index ix JOIN pg_catalog.pg_class ic ON ic.oid = ix.indexrelid
           WHERE ix.indrelid = c.oid AND ix.indisreplident), '?') END AS replica_identity,
       CASE WHEN am.amname <> 'heap' THEN am.amname::text END AS method,
       CASE WHEN c.relkind = 'f' THEN (SELECT ARRAY['server ' || s.srvname] || ARRAY(SELECT o FROM unnest(f.ftoptions) o ${ordered('o')})
         FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid)::text[] END AS "foreign"
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
WHERE c.relkind IN ('r', 'p', 'f') AND ${OWN_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}
${ordered('n.nspname', 'c.relname')}`;

/** A row of {@link TABLES}. */
export interface TableRow extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'r' | 'p' | 'f';
  readonly owner: string;
  readonly unlogged: boolean;
  readonly row_security: Table['rowSecurity'];
  readonly comment: string | null;
  readonly grants: readonly Grant[];
  readonly partition_key: string | null;
  readonly bound: string | null;
  readonly parents: readonly Name[];
  readonly options: readonly string[];
  readonly replica_identity: string;
  readonly method: string | null;
  readonly foreign: readonly string[] | null;
}

const KINDS = { r: 'table', p: 'partitioned', f: 'foreign' } as const;

/** Maps a row of {@link TABLES}, given the parts that were read by other queries. */
export function toTable(
  row: TableRow,
  parts: Pick<Table, 'columns' | 'constraints' | 'indexes' | 'triggers' | 'policies'>,
): Table {
  const parent = row.parents[0];
  return present<Table>({
    schema: row.schema,
    name: row.name,
    kind: KINDS[row.kind],
    owner: row.owner,
    unlogged: row.unlogged,
    ...parts,
    rowSecurity: row.row_security,
    grants: row.grants,
    comment: row.comment,
    partitionKey: row.partition_key,
    partitionOf: row.bound !== null && parent ? { ...parent, bound: row.bound } : null,
    inherits: row.bound === null ? row.parents : [],
    options: row.options,
    replicaIdentity: row.replica_identity,
    method: row.method,
    foreign: row.foreign,
  });
}
