/** Who still uses what a change is about to take away. */
import type { OldShape, Session, Usage, UsedStatement } from '../../../engine/model.ts';
import { lex } from '../grammar/lex.ts';
import { quote } from '../quote.ts';

/** Looks once at running statements, at counters of tables, and at the statements the server has counted. */
export async function usage(session: Session, shapes: readonly OldShape[]): Promise<Usage> {
  const unseen: { readonly what: string; readonly grant: string }[] = [];
  const sees = await session.query<{ sees: boolean; me: number }>(
    `SELECT pg_has_role('pg_read_all_stats', 'USAGE') AS sees`,
  );
  if (!sees.rows[0]!.sees)
    unseen.push({
      what: 'statements of other roles',
      grant: 'GRANT pg_read_all_stats TO the role that looks',
    });
  const running = await session.query<{ role: string; application: string; sql: string; since: string }>(
    `SELECT coalesce(usename, '') AS role, application_name AS application, query AS sql,
       to_char(query_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS since
     FROM pg_catalog.pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name NOT LIKE 'dbd%'
       AND query <> ''`,
  );
  const counted = await countedStatements(session, shapes);
  if (!counted)
    unseen.push({
      what: 'statements that ran between two looks',
      grant: 'CREATE EXTENSION pg_stat_statements (and shared_preload_libraries)',
    });
  const whole = shapes.filter(({ column }) => column === undefined);
  return {
    statements: counted?.statements ?? [],
    sessions: running.rows
      .filter(({ sql }) => shapes.some((shape) => names(sql, shape)))
      .map((row) => ({ ...row, sql: row.sql.slice(0, 200) })),
    tables: await tableUses(session, whole),
    ...(counted?.since === undefined ? {} : { countsSince: counted.since }),
    unseen,
  };
}

/** Tables that go as a whole: any scan or write counts. */
async function tableUses(session: Session, shapes: readonly OldShape[]): Promise<Usage['tables']> {
  const found = [];
  for (const { table } of shapes) {
    const { rows } = await session.query<{ uses: number }>(
      `SELECT (coalesce(seq_scan, 0) + coalesce(idx_scan, 0) + n_tup_ins + n_tup_upd + n_tup_del)::float8 AS uses
       FROM pg_catalog.pg_stat_all_tables WHERE relid = to_regclass($1)`,
      [quote.full(table)],
    );
    if (rows[0]) found.push({ table: `${table.schema}.${table.name}`, uses: rows[0].uses });
  }
  return found;
}

async function countedStatements(
  session: Session,
  shapes: readonly OldShape[],
): Promise<{ readonly statements: readonly UsedStatement[]; readonly since?: string } | undefined> {
  const { rows: extension } = await session.query<{ schema: string; info: boolean }>(
    `SELECT n.nspname AS schema, to_regclass(quote_ident(n.nspname) || '.pg_stat_statements_info') IS NOT NULL AS info
     FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'`,
  );
  const [place] = extension;
  if (!place) return undefined;
  const view = quote.full({ schema: place.schema, name: 'pg_stat_statements' });
  const words = [...new Set(shapes.map(({ table, column }) => column ?? table.name))];
  try {
    const { rows } = await session.query<{ id: string; role: string; calls: number; sql: string }>(
      `SELECT s.queryid::text AS id, pg_get_userbyid(s.userid) AS role, sum(s.calls)::float8 AS calls, min(s.query) AS sql
       FROM ${view} s
       WHERE s.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
         AND EXISTS (SELECT 1 FROM unnest($1::text[]) w WHERE strpos(lower(s.query), lower(w)) > 0 OR strpos(s.query, '*') > 0)
       GROUP BY 1, 2`,
      [`{${words.map((word) => `"${word.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`],
    );
    const since = place.info
      ? await session.query<{ since: string }>(
          `SELECT to_char(stats_reset AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS since
           FROM ${quote.full({ schema: place.schema, name: 'pg_stat_statements_info' })}`,
        )
      : undefined;
    return {
      statements: rows
        .filter(({ sql }) => shapes.some((shape) => names(sql, shape)))
        .map((row) => ({ ...row, sql: row.sql.slice(0, 200) })),
      ...(since?.rows[0] ? { since: since.rows[0].since } : {}),
    };
  } catch {
    // The library is not loaded, or the view is closed to this role: both mean that nothing was counted for us.
    return undefined;
  }
}

/** Whether a statement of an application names the shape; a star names every column. Statements that define things do not count. */
function names(sql: string, { table, column }: OldShape): boolean {
  const pieces = lex(sql);
  const first = pieces[0]?.text.toLowerCase() ?? '';
  if (!/^(?:select|insert|update|delete|merge|with|copy|table|declare|prepare|execute|call)$/.test(first))
    return false;
  const words = new Set(
    pieces.flatMap(({ kind, text }) =>
      kind === 'word'
        ? [text.toLowerCase()]
        : kind === 'quoted'
          ? [text.slice(1, -1).replaceAll('""', '"')]
          : [],
    ),
  );
  if (!words.has(table.name)) return false;
  if (column === undefined || words.has(column)) return true;
  const starred = pieces.some(
    ({ text }, i) =>
      text === '*' &&
      !['(', ')'].includes(pieces[i - 1]?.text ?? '') &&
      !/^\d/.test(pieces[i + 1]?.text ?? ''),
  );
  // An INSERT without a list of columns fills them by their places.
  const places =
    first === 'insert' && pieces[pieces.findIndex(({ text }) => text === table.name) + 1]?.text !== '(';
  return starred || places;
}
