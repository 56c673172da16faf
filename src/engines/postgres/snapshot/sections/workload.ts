import type { CapturedStatement, CapturedWorkload } from '../../../../engine/snapshot/model.ts';
import { present } from '../../inspect/scope.ts';
import type { Recording, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';
import { iso } from './source.ts';

const stage = 'read activity and workload';
const HERE = `s.dbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())`;

/** Statements that are planned, behind comments and brackets; others hold constants as they were typed, and even passwords. */
const PLANNED = `s.query ~* '^([\\s(;]|--[^\\n]*\\n|/\\*([^*]|\\*+[^*/])*\\*+/)*(select|insert|update|delete|merge|with|values|table)\\y'`;

/** The busiest statements. */
export const STATEMENTS: Section = {
  name: 'statements',
  stage,
  when: 'statements_usable',
  optional: true,
  why: 'The statements that took the most time, with $1, $2 … for their values. Only those that are planned: other commands may hold passwords.',
  sql: ({ version, statements }) => `
SELECT s.queryid::text AS id, r.rolname::text AS role, s.query AS sql, s.calls, s.total_exec_time AS total_ms, s.mean_exec_time AS mean_ms,
       s.min_exec_time AS min_ms, s.max_exec_time AS max_ms, s.stddev_exec_time AS deviation_ms, s.rows, s.shared_blks_hit AS hit,
       s.shared_blks_read AS read, s.shared_blks_dirtied AS dirtied, s.shared_blks_written AS written, s.temp_blks_read AS temp_read,
       s.temp_blks_written AS temp_written, s.wal_bytes, ${version >= 140_000 ? 'NOT s.toplevel' : 'false'} AS nested
FROM :"statements_schema".pg_stat_statements s LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.userid
WHERE ${HERE} AND s.queryid IS NOT NULL AND s.query NOT LIKE 'SELECT /* dbd%' AND ${PLANNED}
ORDER BY s.total_exec_time DESC, s.queryid
LIMIT ${statements}`,
};

/** All that was counted, so that the share of what was taken can be told. */
export const STATEMENTS_IN_ALL: Section = {
  name: 'statements-in-all',
  stage,
  when: 'statements_usable',
  optional: true,
  why: 'All statements together, how many of them this role may not read, since when they were counted, and how many the server dropped for want of space.',
  sql: ({ version }) => `
SELECT count(*) AS statements, coalesce(sum(s.calls), 0) AS calls, coalesce(sum(s.total_exec_time), 0) AS total_ms,
       count(*) FILTER (WHERE s.queryid IS NULL) AS hidden, coalesce(sum(s.calls) FILTER (WHERE s.queryid IS NULL), 0) AS hidden_calls${
         version >= 140_000
           ? `,
       (SELECT ${iso('i.stats_reset')} FROM :"statements_schema".pg_stat_statements_info i) AS since,
       (SELECT i.dealloc FROM :"statements_schema".pg_stat_statements_info i) AS dropped`
           : ''
       }
FROM :"statements_schema".pg_stat_statements s WHERE ${HERE} AND s.query NOT LIKE 'SELECT /* dbd%'`,
};

interface StatementRow {
  readonly id: string;
  readonly role: string | null;
  readonly sql: string;
  readonly calls: number;
  readonly total_ms: number;
  readonly mean_ms: number;
  readonly min_ms: number;
  readonly max_ms: number;
  readonly deviation_ms: number;
  readonly rows: number;
  readonly hit: number;
  readonly read: number;
  readonly dirtied: number;
  readonly written: number;
  readonly temp_read: number;
  readonly temp_written: number;
  readonly wal_bytes: number | null;
  readonly nested: boolean;
}

interface InAllRow {
  readonly statements: number;
  readonly calls: number;
  readonly total_ms: number;
  readonly hidden: number;
  readonly hidden_calls: number;
  readonly since?: string | null;
  readonly dropped?: number | null;
}

/** Statements and what they are a part of. */
export function toWorkload(recording: Recording): CapturedWorkload {
  const inAll = allStatements(recording);
  return present<CapturedWorkload>({
    source: inAll ? 'pg_stat_statements' : 'none: pg_stat_statements could not be read',
    since: inAll?.since ?? null,
    dropped: inAll?.dropped ?? null,
    counted: inAll ? { statements: inAll.statements, calls: inAll.calls, totalMs: inAll.total_ms } : null,
    statements: rowsOf<StatementRow>(recording, STATEMENTS).map((row) =>
      present<CapturedStatement>({
        id: row.id,
        role: row.role,
        sql: row.sql,
        calls: row.calls,
        totalMs: row.total_ms,
        meanMs: row.mean_ms,
        minMs: row.min_ms,
        maxMs: row.max_ms,
        deviationMs: row.deviation_ms,
        rows: row.rows,
        hit: row.hit,
        read: row.read,
        dirtied: row.dirtied,
        written: row.written,
        tempRead: row.temp_read,
        tempWritten: row.temp_written,
        walBytes: row.wal_bytes,
        cut: row.sql === '',
        nested: row.nested ? true : null,
        samples: [],
      }),
    ),
  });
}

/** Everything that was counted, when it could be seen. */
export function allStatements(recording: Recording): InAllRow | undefined {
  return rowsOf<InAllRow>(recording, STATEMENTS_IN_ALL)[0];
}
