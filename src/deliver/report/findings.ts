/** What is worth telling about executed statements: measured, not guessed from their text. */
import { formatCount, formatMs } from '../../base/units.ts';
import type { Grammar, Statement } from '../../engine/model.ts';
import type { Finding } from '../../report/model.ts';
import { brokenRuns } from '../../rehearse/compatibility.ts';
import type { CompatibilityRun, StatementRun, UnderLoad } from '../../rehearse/model.ts';
import type { Workload } from '../../workload/model.ts';
import { noSpans, withSpan, type Spans } from '../rehearsal/spans.ts';
import { firstLine } from './rehearsal-blocks.ts';

/** Modes that make every reader wait, and those that make every writer wait (PostgreSQL manual, 13.3 Explicit Locking). */
const blocksReaders: ReadonlySet<string> = new Set(['ACCESS EXCLUSIVE']);
const blocksWriters: ReadonlySet<string> = new Set([
  'ACCESS EXCLUSIVE',
  'EXCLUSIVE',
  'SHARE ROW EXCLUSIVE',
  'SHARE',
]);

/** Rows that a table held when a statement ran; 0 for tables that were empty or not there. */
export type RowsOf = (relation: string, run: StatementRun) => number;

/** Full reads of tables that held rows; a read that names no relation is one of the table that the statement is about. */
export function filledScans(run: StatementRun, rowsOf: RowsOf, grammar: Grammar): readonly string[] {
  return run.scans.filter((scan) => {
    const named = /(?:built on |^)("?[^\s"]+"?\."?[^\s"]+"?)/.exec(scan)?.[1]?.replaceAll('"', '');
    return rowsOf(named ?? subjectOf(run, grammar), run) > 0;
  });
}

/** The first table that a statement is about, as `schema.name`. */
function subjectOf(run: StatementRun, grammar: Grammar): string {
  const statement = statementsOf(run.sql, grammar)[0];
  const name = statement && grammar.touches(statement)[0];
  return name ? `${name.schema || 'public'}.${name.name}` : '';
}

/** Parsed statements; none where the text is not SQL that the grammar knows. */
export function statementsOf(sql: string, grammar: Grammar): readonly Statement[] {
  try {
    return grammar.split(sql);
  } catch {
    return [];
  }
}

/** Whether the statement kept writers or readers of a filled table out for a time that grows with the table. */
export function growsWithRows(run: StatementRun, rowsOf: RowsOf, grammar: Grammar): boolean {
  if (run.rewrites.some((name) => rowsOf(name, run) > 0)) return true;
  if (rewritesInOtherZones(run) && run.locks.some((lock) => rowsOf(lock.relation, run) > 0)) return true;
  return (
    filledScans(run, rowsOf, grammar).length > 0 &&
    run.locks.some((lock) => blocksWriters.has(lock.mode) && rowsOf(lock.relation, run) > 0)
  );
}

/** Whether a change between times with and without a zone was spared the rewrite only because the sandbox's zone is UTC (PostgreSQL, ATColumnChangeRequiresRewrite). */
function rewritesInOtherZones(run: StatementRun): boolean {
  return (
    run.rewrites.length === 0 &&
    !run.error &&
    /\balter\s+(?:column\s+)?(?:"[^"]+"|\w+)\s+(?:set\s+data\s+)?type\s+timestamp(?:tz)?\b/i.test(run.sql) &&
    run.locks.some((lock) => blocksReaders.has(lock.mode))
  );
}

/** Findings of a list of executed statements. */
export function statementFindings(
  statements: readonly StatementRun[],
  rowsOf: RowsOf,
  grammar: Grammar,
  spans: Spans = noSpans,
): readonly Finding[] {
  return statements.flatMap((run) => {
    const found: Finding[] = [];
    const place = run.origin ? `${run.origin}: ${firstLine(run.sql)}` : firstLine(run.sql);
    for (const name of run.rewrites.filter((relation) => rowsOf(relation, run) > 0))
      found.push({
        rule: 'table-rewritten',
        severity: 'error',
        place,
        message: `${name} is written anew, all ${formatCount(rowsOf(name, run))} rows of the twin, in ${formatMs(run.ms)}; readers and writers wait.`,
        why: 'The time grows with the table, and the lock is held until the transaction ends.',
        instead: 'Add a new column, keep it in step, fill it in batches, then switch.',
      });
    const touched = run.locks.find((lock) => blocksReaders.has(lock.mode) && rowsOf(lock.relation, run) > 0);
    if (touched && rewritesInOtherZones(run))
      found.push({
        rule: 'rewrite-depends-on-time-zone',
        severity: 'error',
        place,
        message: `${touched.relation} was not written anew here, because the sandbox's time zone is UTC; in a session of any other zone it is, while readers and writers wait.`,
        why: 'Between timestamp and timestamptz the stored values stay only where the zone is UTC.',
        instead:
          'Run it in a session with TimeZone = UTC, if that is what the values mean; else add a new column and switch.',
      });
    const scans = filledScans(run, rowsOf, grammar);
    if (scans.length > 0 && run.rewrites.length === 0)
      found.push(...scanFinding(run, scans, place, rowsOf, grammar));
    if (run.error && !run.refused)
      found.push({
        rule: 'statement-failed',
        severity: 'error',
        place,
        message: run.error.message,
        ...(run.error.detail ? { why: run.error.detail } : {}),
      });
    if (run.refused)
      found.push({
        rule: 'statement-refused',
        severity: 'error',
        place,
        message: run.error?.message ?? 'It needs rights that no migration gets.',
      });
    return found.map((finding) => withSpan(finding, spans.of(run)));
  });
}

function scanFinding(
  run: StatementRun,
  scans: readonly string[],
  place: string,
  rowsOf: RowsOf,
  grammar: Grammar,
): readonly Finding[] {
  const subject = subjectOf(run, grammar);
  const held = run.locks
    .filter((lock) => rowsOf(lock.relation, run) > 0)
    .toSorted((a, b) => Number(b.relation === subject) - Number(a.relation === subject));
  const lock =
    held.find((one) => blocksReaders.has(one.mode)) ?? held.find((one) => blocksWriters.has(one.mode));
  if (!lock) return [];
  return [
    {
      rule: blocksReaders.has(lock.mode) ? 'full-scan-blocks-everyone' : 'full-scan-blocks-writers',
      severity: 'error',
      place,
      message: `${scans.join(', ')} under ${lock.mode} on ${lock.relation}, ${formatMs(run.ms)} on the twin.`,
      why: 'The time grows with the table, and nobody passes the lock meanwhile.',
      instead: insteadOfScan(run.sql),
    },
  ];
}

/** What builds or checks the same without the lock; NOT VALID exists for CHECK, FOREIGN KEY and NOT NULL only. */
export function insteadOfScan(text: string): string {
  const sql = text.replace(/--[^\n]*\n|\/\*[\s\S]*?\*\//g, ' ').trim();
  const constraint = /^ALTER\s+TABLE\b/i.test(sql);
  if (constraint && /\b(?:UNIQUE|PRIMARY\s+KEY)\b/i.test(sql))
    return 'CREATE UNIQUE INDEX CONCURRENTLY, outside a transaction, then ADD CONSTRAINT … USING INDEX.';
  if (constraint && /\bEXCLUDE\b/i.test(sql))
    return 'An exclusion constraint cannot be built beside writers; add it while nobody writes to the table.';
  return !constraint && /\bindex\b/i.test(sql)
    ? 'CREATE INDEX CONCURRENTLY, outside a transaction.'
    : 'Add the constraint NOT VALID, then VALIDATE it in a transaction of its own.';
}

/** Findings of a run beside the load: stalls over the limit, failed and timed-out queries. */
export function loadFindings(
  underLoad: UnderLoad,
  blockedMs: number,
  workload?: Workload,
  spans: Spans = noSpans,
): readonly Finding[] {
  const called = (name: string): string => {
    const counted = workload?.queries.find((query) => query.name === name)?.counted;
    return counted === undefined
      ? ''
      : ` Production calls it ${counted >= 0.1 ? `${Number(counted.toPrecision(3))} times a second` : `${Number((counted * 3600).toPrecision(3))} times an hour`}.`;
  };
  const stalled = underLoad.stalls
    .filter((stall) => stall.ms > blockedMs)
    .map((stall): Finding =>
      withSpan(
        {
          rule: 'queries-stalled',
          severity: 'error',
          place: stall.query,
          message: `${stall.query} waited ${formatMs(stall.ms)}; the limit is ${formatMs(blockedMs)}.${called(stall.query)}`,
          ...(stall.during ? { why: `Meanwhile ran: ${firstLine(stall.during)}` } : {}),
        },
        stall.during === undefined ? undefined : spans.ofText(stall.during),
      ),
    );
  const failures = underLoad.during.queries
    .filter((query) => query.failed > 0)
    .map((query): Finding => ({
      rule: 'queries-failed',
      severity: 'error',
      place: query.name,
      message: `${query.failed} of ${query.scheduled} calls of ${query.name} failed: ${Object.keys(query.errors).slice(0, 3).join('; ')}.`,
    }));
  return [...stalled, ...failures];
}

/** Findings of existing queries that no longer run. */
export function compatibilityFindings(runs: readonly CompatibilityRun[]): readonly Finding[] {
  const broken = brokenRuns(runs);
  // What fails without the pooler is no fault of it.
  const own = broken.filter(
    (run) =>
      !broken.some(
        (other) =>
          run.mode === `pooled ${other.mode}` && run.query === other.query && run.phase === other.phase,
      ),
  );
  return own.map((run) => ({
    rule:
      run.version === 'new'
        ? 'new-query-fails'
        : run.mode.endsWith('prepared before')
          ? 'prepared-query-broken'
          : 'query-broken',
    severity: 'error' as const,
    place: `${run.query}, ${run.phase}`,
    message: `${run.query} fails (${run.mode}): ${run.error ?? 'unknown reason'}.`,
    ...(run.mode.endsWith('prepared before')
      ? {
          why: 'The shape of its result changed under a prepared statement.',
          instead: 'Name the columns instead of SELECT *, or let the pool prepare anew before the change.',
        }
      : {}),
  }));
}
