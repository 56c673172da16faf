import type { Session } from '../../../engine/model.ts';
import { list } from './look.ts';

/** What the catalogs say of a table and of all that is read with it. */
export interface RelationFacts {
  /** The one that was asked for. */
  readonly oid: number;
  /** That one or a partition or child of it. */
  readonly member: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly builtin: boolean;
  /** Table access method other than the server's own. */
  readonly method: string | null;
  readonly secured: boolean;
  /** Expressions that planning may compute in part: of indexes, CHECKs, partition keys and statistics. */
  readonly folded: readonly string[];
  /** Generated columns that are computed when they are read. */
  readonly computed: readonly string[];
  /** Functions and operators of operator classes that users made. */
  readonly parts: readonly number[];
}

/** Operator classes of a relation's indexes and partition key that did not come with the server. */
const classes = `(
  SELECT k.opcfamily AS family, k.opcintype AS type FROM pg_index i, unnest(i.indclass) AS u (o) JOIN pg_opclass k ON k.oid = u.o
    WHERE i.indrelid = c.oid AND k.oid >= 16384
  UNION SELECT k.opcfamily, k.opcintype FROM pg_partitioned_table p, unnest(p.partclass) AS u (o) JOIN pg_opclass k ON k.oid = u.o
    WHERE p.partrelid = c.oid AND k.oid >= 16384) AS k`;

/** Relations by object id, each with its partitions and children. */
export async function lookRelations(session: Session, oids: readonly number[]) {
  const { rows } = await session.query<Record<string, unknown>>(
    `WITH RECURSIVE members AS (
        SELECT o AS oid, o AS member FROM unnest($1::oid[]) AS o
        UNION SELECT m.oid, i.inhrelid FROM members m JOIN pg_inherits i ON i.inhparent = m.member)
      SELECT m.oid, m.member, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.oid < 16384 AS builtin, c.relrowsecurity AS secured,
        (SELECT a.amname FROM pg_am a WHERE a.oid = c.relam AND c.relkind IN ('r', 'm', 'p') AND a.oid <> 2) AS method,
        ARRAY(SELECT e FROM (
            SELECT unnest(ARRAY[i.indexprs::text, i.indpred::text]) FROM pg_index i WHERE i.indrelid = c.oid
            UNION ALL SELECT k.conbin::text FROM pg_constraint k WHERE k.conrelid = c.oid
            UNION ALL SELECT p.partexprs::text FROM pg_partitioned_table p WHERE p.partrelid = c.oid
            UNION ALL SELECT s.stxexprs::text FROM pg_statistic_ext s WHERE s.stxrelid = c.oid
          ) AS texts (e) WHERE e IS NOT NULL) AS folded,
        ARRAY(SELECT d.adbin::text FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
          WHERE d.adrelid = c.oid AND a.attgenerated = 'v') AS computed,
        ARRAY(SELECT f FROM (
            SELECT p.amproc::oid FROM ${classes} JOIN pg_amproc p ON p.amprocfamily = k.family AND k.type IN (p.amproclefttype, p.amprocrighttype)
            UNION SELECT x.oprcode::oid FROM ${classes} JOIN pg_amop o ON o.amopfamily = k.family AND k.type IN (o.amoplefttype, o.amoprighttype)
              JOIN pg_operator x ON x.oid = o.amopopr
            UNION SELECT h.amhandler::oid FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am h ON h.oid = x.relam WHERE i.indrelid = c.oid AND h.oid >= 16384
          ) AS parts (f) WHERE f <> 0) AS parts
      FROM members m JOIN pg_class c ON c.oid = m.member JOIN pg_namespace n ON n.oid = c.relnamespace`,
    [list(oids)],
  );
  return rows as unknown as readonly RelationFacts[];
}
