/** What the server says about its own catalogs: their columns, and what the numbers in them refer to. */
import type { Session } from '../../../engine/model.ts';

export interface Shape {
  readonly catalogs: ReadonlyMap<string, readonly ShapeColumn[]>;
  /** Columns that this role may not read, as `pg_subscription.subconninfo`. */
  readonly unread: readonly string[];
}

export interface ShapeColumn {
  readonly name: string;
  readonly type: string;
  /** Catalog whose rows it names by number. */
  readonly refers?: string;
  /** Column of the same row with the relation whose columns it names by number. */
  readonly columnsOf?: string;
}

const COLUMNS = `
SELECT c.relname::text AS catalog, a.attname::text AS name, a.atttypid::regtype::text AS type, has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable,
  (SELECT f.pktable::text FROM pg_get_catalog_foreign_keys() f WHERE f.fktable = c.oid AND f.fkcols = ARRAY[a.attname::text] LIMIT 1) AS refers,
  (SELECT f.fkcols[1] FROM pg_get_catalog_foreign_keys() f WHERE f.fktable = c.oid AND f.fkcols[2] = a.attname LIMIT 1) AS "columnsOf"
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND c.oid < 16384 AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY 1, a.attnum`;

type Row = {
  readonly catalog: string;
  readonly name: string;
  readonly type: string;
  readonly readable: boolean;
  readonly refers: string | null;
  readonly columnsOf: string | null;
};

const known = new Map<string, Shape>();

/** The shape of the server's catalogs as this role sees them; read once for each version and kind of role. */
export async function shapeOf(session: Session): Promise<Shape> {
  const { rows } = await session.query<{ may: string }>(
    `SELECT has_table_privilege('pg_authid', 'SELECT')::text || has_table_privilege('pg_user_mapping', 'SELECT') || has_column_privilege('pg_subscription', 'subconninfo', 'SELECT') AS may`,
  );
  const key = `${session.serverVersion} ${rows[0]!.may}`;
  const found = known.get(key) ?? (await read(session));
  known.set(key, found);
  return found;
}

async function read(session: Session): Promise<Shape> {
  const { rows } = await session.query<Row>(COLUMNS);
  const catalogs = new Map<string, ShapeColumn[]>();
  for (const { catalog, name, type, readable, refers, columnsOf } of rows) {
    const columns = catalogs.get(catalog) ?? [];
    catalogs.set(catalog, columns);
    if (readable)
      columns.push({
        name,
        type,
        ...(refers === null ? {} : { refers }),
        ...(columnsOf === null ? {} : { columnsOf }),
      });
  }
  return {
    catalogs,
    unread: rows.filter(({ readable }) => !readable).map(({ catalog, name }) => `${catalog}.${name}`),
  };
}
