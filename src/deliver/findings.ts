/** What is worth telling about executed statements: measured, not guessed from their text. */
import { formatCount, formatMs } from '../base/units.ts';
import type { Finding } from '../report/model.ts';
import type { CompatibilityRun, StatementRun, UnderLoad } from '../rehearse/model.ts';
import { firstLine } from './rehearsal-blocks.ts';

/** Modes that make every reader wait, and those that make every writer wait (PostgreSQL manual, 13.3 Explicit Locking). */
const blocksReaders: ReadonlySet<string> = new Set(['ACCESS EXCLUSIVE']);
const blocksWriters: ReadonlySet<string> = new Set(['ACCESS EXCLUSIVE', 'EXCLUSIVE', 'SHARE ROW EXCLUSIVE', 'SHARE']);

/** Full reads of tables that held rows, told by the relation each names; one that names none counts when a locked table held rows. */
export function filledScans(run: StatementRun, rowsOf: (relation: string) => number): readonly string[] {
  return run.scans.filter((scan) => {
    const named = /(?:built on |^)("?[^\s"]+"?\."?[^\s"]+"?)/.exec(scan)?.[1]?.replaceAll('"', '');
    return named === undefined ? run.locks.length > 0 && run.locks.every((lock) => rowsOf(lock.relation) > 0) : rowsOf(named) > 0;
  });
}

/** Whether the statement kept writers or readers of a filled table out for a time that grows with the table. */
export function growsWithRows(run: StatementRun, rowsOf: (relation: string) => number): boolean {
  if (run.rewrites.some((name) => rowsOf(name) > 0)) return true;
  return filledScans(run, rowsOf).length > 0 && run.locks.some((lock) => blocksWriters.has(lock.mode) && rowsOf(lock.relation) > 0);
}

/** Findings of a list of executed statements; `rowsOf` tells how many rows a table had. */
export function statementFindings(statements: readonly StatementRun[], rowsOf: (relation: string) => number): readonly Finding[] {
  return statements.flatMap((run) => {
    const found: Finding[] = [];
    const place = run.origin ? `${run.origin}: ${firstLine(run.sql)}` : firstLine(run.sql);
    const busy = run.locks.filter((lock) => rowsOf(lock.relation) > 0);
    for (const name of run.rewrites.filter((relation) => rowsOf(relation) > 0))
      found.push({
        rule: 'table-rewritten', severity: 'error', place,
        message: `${name} is written anew, all ${formatCount(rowsOf(name))} rows of the twin, in ${formatMs(run.ms)}; readers and writers wait.`,
        why: 'The time grows with the table, and the lock is held until the transaction ends.',
        instead: 'Add a new column, keep it in step, fill it in batches, then switch.',
      });
    const readers = busy.find((lock) => blocksReaders.has(lock.mode));
    const writers = busy.find((lock) => blocksWriters.has(lock.mode));
    const scans = filledScans(run, rowsOf);
    if (scans.length > 0 && run.rewrites.length === 0 && (readers ?? writers))
      found.push({
        rule: readers ? 'full-scan-blocks-everyone' : 'full-scan-blocks-writers', severity: 'error', place,
        message: `${scans.join(', ')} under ${(readers ?? writers)!.mode} on ${(readers ?? writers)!.relation}, ${formatMs(run.ms)} on the twin.`,
        why: 'The time grows with the table, and nobody passes the lock meanwhile.',
        instead: /^\s*(--.*\n|\s)*create\s+(unique\s+)?index/i.test(run.sql) ? 'CREATE INDEX CONCURRENTLY, outside a transaction.' : 'Add the constraint NOT VALID, then VALIDATE it in a transaction of its own.',
      });
    if (run.error) found.push({ rule: 'statement-failed', severity: 'error', place, message: run.error.message });
    return found;
  });
}

/** Findings of a run beside the load: stalls over the limit, failed and timed-out queries. */
export function loadFindings(underLoad: UnderLoad, blockedMs: number): readonly Finding[] {
  const stalled = underLoad.stalls
    .filter((stall) => stall.ms > blockedMs)
    .map((stall): Finding => ({
      rule: 'queries-stalled', severity: 'error', place: stall.query,
      message: `${stall.query} waited ${formatMs(stall.ms)}; the limit is ${formatMs(blockedMs)}.`,
      ...(stall.during ? { why: `Meanwhile ran: ${firstLine(stall.during)}` } : {}),
    }));
  const failures = underLoad.during.queries
    .filter((query) => query.failed > 0)
    .map((query): Finding => ({
      rule: 'queries-failed', severity: 'error', place: query.name,
      message: `${query.failed} of ${query.scheduled} calls of ${query.name} failed: ${Object.keys(query.errors).slice(0, 3).join('; ')}.`,
    }));
  return [...stalled, ...failures];
}

/** Findings of existing queries that no longer run. */
export function compatibilityFindings(runs: readonly CompatibilityRun[]): readonly Finding[] {
  return runs
    .filter((run) => !run.ok)
    .map((run) => ({
      rule: run.mode === 'prepared before' ? 'prepared-query-broken' : 'query-broken', severity: 'error' as const, place: `${run.query}, ${run.phase}`,
      message: `${run.query} fails (${run.mode}): ${run.error ?? 'unknown reason'}.`,
      ...(run.mode === 'prepared before'
        ? { why: 'The shape of its result changed under a prepared statement.', instead: 'Name the columns instead of SELECT *, or let the pool prepare anew before the change.' }
        : {}),
    }));
}
