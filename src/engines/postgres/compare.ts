import pg from 'pg';
import { fail } from '../../base/error.ts';
import type { Comparison } from '../../engine/model.ts';
import { inColumnOrder } from './compare-order.ts';
import { connectError, statementError } from './sql-error.ts';

/** Milliseconds one query of the extraction may take. */
const extractTimeoutMs = 60_000;

/**
 * Statements that turn the first database into the second, in executable order, without session settings and without
 * owners where they equal the first database's. A starting point: what it claims is judged by the catalogs it leads to.
 */
export async function compare(fromUrl: string, toUrl: string): Promise<Comparison> {
  // Loading the planner takes longer than starting the whole command line, so only comparisons pay for it.
  const { encodeId, extract, plan } = await import('@supabase/pg-delta');
  const [from, to] = [openPool(fromUrl), openPool(toUrl)];
  try {
    const read = (pool: pg.Pool, url: string) =>
      extract(pool, { statementTimeoutMs: extractTimeoutMs }).catch((error: unknown) => {
        throw statementError(error, 'reading the catalog', url);
      });
    const [one, other, here, there] = await Promise.all([
      read(from, fromUrl),
      read(to, toUrl),
      factsOf(from, fromUrl),
      factsOf(to, toUrl),
    ]);
    const { actions } = planned(() =>
      plan(one.factBase, other.factBase, {
        scope: 'database',
        defaultOwner: here.owner,
        assumedRoles: [...here.roles, ...there.roles],
      }),
    );
    const made = new Set(actions.flatMap((action) => action.produces.map(encodeId)));
    // Whoever makes an object has all rights on it.
    const idle = ({ sql, consumes }: (typeof actions)[number]): boolean =>
      /^GRANT .* TO "/.test(sql) &&
      consumes.some((id) => made.has(encodeId(id))) &&
      consumes.some((id) => id.kind === 'role' && (id.name === here.owner || id.name === there.owner));
    return {
      statements: withPartitions(
        inColumnOrder(
          actions
            .filter((action) => !idle(action))
            .map(({ sql, produces, consumes }) => ({
              sql: sql.replace(/;+\s*$/, ''),
              produces: produces.map(encodeId),
              consumes: consumes.map(encodeId),
            })),
          there.columns,
        ),
      ),
      unsupported: [
        ...new Set(
          [...one.diagnostics, ...other.diagnostics]
            .filter(({ code }) => told.has(code))
            .map(({ message }) => message),
        ),
      ],
    };
  } finally {
    await Promise.all([from.end(), to.end()]);
  }
}

/** The planner makes the index of a partitioned table alone and leaves out those of its partitions; without ONLY they come with it. */
function withPartitions(statements: readonly string[]): readonly string[] {
  if (statements.some((sql) => /^ALTER INDEX .* ATTACH PARTITION /.test(sql))) return statements;
  return statements.map((sql) => sql.replace(/^(CREATE (?:UNIQUE )?INDEX .*?) ON ONLY /, '$1 ON '));
}

/** Diagnostics that name what is not compared; the others concern how the planner orders its work. */
const told = new Set(['unmodeled_kind', 'unresolved_security_label']);

function planned<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    return fail('change.refused', `The way from one structure to the other could not be planned: ${said}.`, {
      cause,
    });
  }
}

function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    application_name: 'dbd compare',
    connectionTimeoutMillis: 10_000,
  });
  // A connection that breaks while idle is reported by the next query, not as an unhandled event.
  pool.on('error', () => undefined);
  return pool;
}

const FACTS = `
SELECT (SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = current_database()) AS owner,
       ARRAY(SELECT rolname::text FROM pg_roles) AS roles,
       (SELECT json_object_agg(name, columns) FROM (
          SELECT '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"' AS name, json_agg(a.attname ORDER BY a.attnum) AS columns
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
          WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND a.attnum > 0 AND NOT a.attisdropped
          GROUP BY 1) t) AS columns`;

interface Facts {
  /** Owner of the database. */
  readonly owner: string;
  readonly roles: readonly string[];
  /** Column names in order by `"schema"."table"`. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
}

async function factsOf(pool: pg.Pool, url: string): Promise<Facts> {
  type Row = Omit<Facts, 'columns'> & {
    readonly columns: Readonly<Record<string, readonly string[]>> | null;
  };
  try {
    const { owner, roles, columns } = (await pool.query<Row>(FACTS)).rows[0]!;
    return { owner, roles, columns: new Map(Object.entries(columns ?? {})) };
  } catch (error) {
    throw connectError(error, url);
  }
}
