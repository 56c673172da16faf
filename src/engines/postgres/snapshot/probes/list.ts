/** Which questions are asked of rows: a query over the catalogs that writes one bounded query per question. */
import type { ProbeKind } from '../../../../engine/probes/model.ts';
import { OWN_SCHEMA } from '../../inspect/scope.ts';
import type { Section } from '../model.ts';
import { ENDS } from './ends.ts';
import { FAN_OUT } from './fan-out.ts';
import { OFFSETS } from './offsets.ts';
import { PAIRS } from './pairs.ts';
import { PREFIXES } from './prefixes.ts';

/** Bytes of a table that a question reads; of larger ones a share of the pages is read. */
export const readBytes = 32 * 1024 * 1024;

/** All probes together take this many times the limit of one statement. */
export const wholeFactor = 10;

/**
 * Tables as questions read them: `source` names them (without children that only inherit), `sample` takes the share of their pages. Rows are told as
 * the planner does: as dense as the last ANALYZE found them, over the length of now.
 */
const TABLES = `
sized AS (
  SELECT c.oid, c.relkind, c.relispartition, n.nspname AS schema, c.relname AS name,
         format(CASE WHEN c.relkind = 'p' THEN '%I.%I' ELSE 'ONLY %I.%I' END, n.nspname, c.relname) AS source, c.reltuples, c.relpages,
         CASE WHEN NOT has_schema_privilege(n.oid, 'USAGE') THEN 'this role may not use its schema'
              WHEN NOT has_table_privilege(c.oid, 'SELECT') THEN 'this role may not read it'
              WHEN row_security_active(c.oid) THEN 'row security shows this role a part of it' END AS refused,
         CASE WHEN c.relkind = 'p' THEN (SELECT coalesce(sum(pg_catalog.pg_relation_size(t.relid)), 0) FROM pg_catalog.pg_partition_tree(c.oid) t WHERE t.isleaf)
              ELSE pg_catalog.pg_relation_size(c.oid) END AS bytes
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'm') AND ${OWN_SCHEMA}),
tables AS (
  SELECT s.*, greatest(CASE WHEN s.relkind <> 'p' AND s.relpages > 0 THEN s.reltuples * (s.bytes / current_setting('block_size')::numeric / s.relpages)
                            ELSE s.reltuples END, 0)::float8 AS rows,
         least(1, ${readBytes} / greatest(s.bytes, 1)) AS share,
         CASE WHEN s.bytes > ${readBytes} THEN format(' TABLESAMPLE SYSTEM (%s) REPEATABLE (1)', round(100.0 * ${readBytes} / s.bytes, 6)) ELSE '' END AS sample
    FROM sized s),
keys AS (
  SELECT k.oid, k.conname AS name, k.contype, k.conrelid, k.confrelid,
         ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place) AS columns,
         ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number ORDER BY u.place) AS parent_columns,
         k.conkey
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE k.contype IN ('p', 'u', 'f') AND k.conparentid = 0 AND NOT (c.relispartition AND k.contype <> 'f') AND ${OWN_SCHEMA}),
times AS (
  SELECT a.attrelid, a.attname AS name, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS place
    FROM pg_catalog.pg_attribute a
   WHERE a.attnum > 0 AND NOT a.attisdropped AND a.atttypid IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype))`;

const KINDS: Readonly<Record<ProbeKind, string>> = {
  'fan-out': FAN_OUT,
  pairs: PAIRS,
  offsets: OFFSETS,
  prefixes: PREFIXES,
  ends: ENDS,
};

/** A question's query as it is sent: one line of JSON with number, answer and time, and nothing once the time of all questions is over. */
const sent = (
  wholeMs: number,
): string => `format('SELECT /* dbd snapshot */ replace(json_build_object(''number'', %s, ''answer'', a.answer, '
    || '''ms'', round(extract(epoch FROM clock_timestamp() - statement_timestamp()) * 1000, 1))::text, chr(10), '' '') AS row '
    || 'FROM (SELECT (%s) AS answer OFFSET 0) a WHERE (SELECT clock_timestamp() < now() + interval ''${wholeMs} ms'')', n.number, n.query)`;

/** The section that writes the questions of these kinds; each row is one question with its query. */
export function probeList(kinds: readonly ProbeKind[], statementMs: number): Section {
  return {
    name: 'probes',
    stage: 'ask the probes',
    optional: true,
    why: `Questions that are asked of rows, only because they were wanted: ${kinds.join(', ')}. Each is written here as one query that counts; of tables above ${
      readBytes / 1024 / 1024
    } MB a share of the pages is read.`,
    sql: () => `
WITH ${TABLES.trim()}
SELECT n.number, n.kind, n.schema, n.name, n.what, n.about, n.rows, n.share, n.refused,
       'SAVEPOINT probe' || CASE WHEN n.kind = 'ends' THEN '; SET LOCAL enable_seqscan = off' ELSE '' END AS before,
       ${sent(Math.ceil(statementMs * wholeFactor))} AS query
FROM (
  SELECT row_number() OVER (ORDER BY q.kind, q.schema COLLATE "C", q.name COLLATE "C", q.what COLLATE "C") AS number, q.*
    FROM (${kinds.map((kind) => KINDS[kind].trim()).join('\nUNION ALL\n')}) q(kind, schema, name, what, about, rows, share, refused, query)) n
ORDER BY n.number`,
  };
}
