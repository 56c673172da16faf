/** Claims about the running application: how long it waits for the change, and whether its queries go on working. */
import { findTable } from '../../catalog/find.ts';
import { keyOf } from '../../catalog/identity.ts';
import { formatMs } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import type { Table } from '../../catalog/model.ts';
import type { Claim, Evidence } from '../../report/model.ts';
import { affectedTables } from '../../rehearse/watch.ts';
import type { UnderLoad } from '../../rehearse/model.ts';
import type { Compatibility, Limit } from '../../task/model.ts';
import type { TableVolume } from '../../twin/model.ts';
import { rowsByRelation } from './change-claims.ts';
import { claim, measured } from './claims.ts';
import { growsWithRows } from '../report/findings.ts';
import type { Outcome } from '../model.ts';
import { firstLine } from '../report/rehearsal-blocks.ts';

/** What tells which tables the workload reaches. */
type Reach = Pick<Outcome, 'engine' | 'before' | 'workload'>;
type Answer = readonly [Claim['verdict'], string];

/** Longest wait of any existing query, lock waits, rewrites. */
export function limitClaim(outcome: Outcome, limit: Limit): Claim {
  const { rehearsal } = outcome;
  const rewrites = rewritten(outcome);
  const load = rehearsal.underLoad;
  const worst = load?.stalls[0];
  const evidence: Evidence[] = [
    measured(rewrites.length > 0 ? `Rewritten: ${rewrites.join(', ')}` : 'No existing table was rewritten.'),
    ...(load && worst
      ? [
          measured(
            `Longest wait of an existing query: ${formatMs(worst.ms)} (${worst.query}${worst.during ? `, while ${firstLine(worst.during)}` : ''}), ${readerText(load)}; ${load.timedOut} timed out, ${load.failed} failed anew`,
          ),
        ]
      : []),
    ...(load?.assumed
      ? [
          {
            basis: 'assumed' as const,
            text: 'No workload was given: one read and one write by key per touched table stood in.',
          },
        ]
      : []),
    ...(load && load.raised.length > 0
      ? [
          {
            basis: 'assumed' as const,
            text: `Called more often than declared, so that they would meet the change: ${load.raised.join(', ')}.`,
          },
        ]
      : []),
  ];
  const answers = [
    rewriteAnswer(outcome, limit),
    lockAnswer(outcome, limit),
    blockedAnswer(outcome, limit),
  ].flatMap((answer) => (answer ? [answer] : []));
  const answer =
    answers.find(([verdict]) => verdict === 'missed') ??
    answers.find(([verdict]) => verdict === 'not-proven');
  if (answer) return claim(limit.id, 'limit', limit.says, answer[0], answer[1], evidence);
  if (answers.length === 0)
    return claim(
      limit.id,
      'limit',
      limit.says,
      'not-proven',
      'It limits nothing that is measured.',
      evidence,
    );
  return claim(
    limit.id,
    'limit',
    limit.says,
    'proven',
    answers.map(([, because]) => because).join(' '),
    evidence,
  );
}

function readerText(load: UnderLoad): string {
  return load.readerMs > 0 && load.readerTables.length > 0
    ? `with a reader of ${load.readerTables.join(', ')} present for ${formatMs(load.readerMs)}`
    : 'with no long reader present';
}

function rewritten({ before, rehearsal }: Outcome): readonly string[] {
  const existing = new Set(before.tables.map(keyOf));
  return [
    ...new Set(rehearsal.statements.flatMap((run) => run.rewrites.filter((name) => existing.has(name)))),
  ];
}

function rewriteAnswer(outcome: Outcome, { rewrite }: Limit): Answer | undefined {
  if (rewrite !== 'never') return undefined;
  const rewrites = rewritten(outcome);
  if (rewrites.length > 0) return ['missed', `${rewrites.join(', ')} is written anew.`];
  return outcome.rehearsal.upFailed
    ? ['not-proven', 'The change failed in quiet, so not all of its statements were seen.']
    : ['proven', 'No existing table is rewritten.'];
}

/** Each step gives up its wait in time, and no try beside the load took longer. */
function lockAnswer({ planned, rehearsal }: Outcome, { lockWaitMs }: Limit): Answer | undefined {
  if (lockWaitMs === undefined) return undefined;
  const steps = planned.change.phases.flatMap((phase) => phase.steps);
  const patient = steps.find((step) => step.lockTimeoutMs <= 0 || step.lockTimeoutMs > lockWaitMs);
  if (patient)
    return [
      'missed',
      `${firstLine(patient.sql)} may wait ${patient.lockTimeoutMs > 0 ? formatMs(patient.lockTimeoutMs) : 'without end'} for a lock; the limit is ${formatMs(lockWaitMs)}.`,
    ];
  if (!rehearsal.loadedStatements)
    return ['not-proven', 'The change did not run beside a load, so no wait for a lock was seen.'];
  const longest = Math.max(0, ...steps.map((step) => step.lockTimeoutMs));
  return ['proven', `No step waits longer than ${formatMs(longest)} for a lock.`];
}

function blockedAnswer(outcome: Outcome, { blockedMs }: Limit): Answer | undefined {
  if (blockedMs === undefined) return undefined;
  const { rehearsal, volumes, before } = outcome;
  const load = rehearsal.underLoad;
  if (rehearsal.upFailed)
    return ['not-proven', 'The change failed in quiet, so it never ran beside the load.'];
  if (rehearsal.loadFailed)
    return ['missed', `Beside the application the change failed: ${rehearsal.loadFailed.message}`];
  const worst = load?.stalls[0];
  if (worst && worst.ms > blockedMs)
    return ['missed', `${worst.query} waited ${formatMs(worst.ms)}; the limit is ${formatMs(blockedMs)}.`];
  if (load && (load.timedOut > 0 || load.failed > 0))
    return ['missed', `${load.timedOut} queries timed out and ${load.failed} failed anew.`];
  const locked = affectedTables(before, rehearsal.statements).map(keyOf);
  if (locked.length === 0) return ['proven', 'No existing table is locked against others.'];
  if (!load) return ['not-proven', 'No query ran beside the change, so no wait was measured.'];
  const longest = worst ? `Nothing waited longer than ${formatMs(worst.ms)}` : 'Nothing waited';
  if (load.assumed) return ['not-proven', `${longest}, but under an assumed load.`];
  const unseen = unmetTables(outcome, load, locked);
  const whole = spanOf(rehearsal.loadedStatements);
  if (unseen.length > 0 && whole > blockedMs)
    return [
      'not-proven',
      `${longest}, but no query of the workload was under way on ${unseen.join(', ')} while the change ran, so nobody could wait there.`,
    ];
  if (load.readerMs <= 0 || locked.some((name) => !load.readerTables.includes(name)))
    return ['not-proven', `${longest}, but no long reader held ${locked.join(', ')}.`];
  const rowsOf = rowsByRelation(before, volumes);
  const growing = rehearsal.statements.filter((run) => growsWithRows(run, rowsOf, outcome.engine.grammar));
  const existing = new Set(before.tables.map(keyOf));
  const small = growing
    .flatMap((run) => [...run.locks.map((lock) => lock.relation), ...run.rewrites])
    .filter((name) => existing.has(name) && !fullSize(volumes, name));
  if (small.length > 0)
    return [
      'not-proven',
      `${longest}, but the time grows with ${[...new Set(small)].join(', ')}, which the twin holds in part or with an assumed volume.`,
    ];
  if (unseen.length > 0)
    return [
      'proven',
      `No call was under way on ${unseen.join(', ')}, but the whole change took ${formatMs(whole)} beside the load, and nobody waits longer than that; the limit is ${formatMs(blockedMs)}.`,
    ];
  return [
    'proven',
    `No existing query waited longer than ${formatMs(worst?.ms ?? 0)}; the limit is ${formatMs(blockedMs)}.`,
  ];
}

/** Time from the first statement's begin to the last one's end beside the load, tries included: no lock was waited for or held longer. */
export function spanOf(statements: Outcome['rehearsal']['loadedStatements']): number {
  const times = (statements ?? []).flatMap((run) => [{ at: run.at, ms: run.ms }, ...(run.tries ?? [])]);
  if (times.length === 0) return Number.POSITIVE_INFINITY;
  return Math.max(...times.map(({ at, ms }) => at + ms)) - Math.min(...times.map(({ at }) => at));
}

/** Tables that are locked while no call of the workload that uses them was under way. */
export function unmetTables(outcome: Reach, load: UnderLoad, locked: readonly string[]): readonly string[] {
  // A query that only fails waits for nobody.
  const answered = new Set(
    load.during.queries.filter((query) => query.completed > 0).map((query) => query.name),
  );
  const met = new Set(load.stalls.map((stall) => stall.query).filter((name) => answered.has(name)));
  const used = new Set(
    (outcome.workload?.queries ?? [])
      .filter((query) => met.has(query.name))
      .flatMap((query) => tablesOf(outcome, query.sql)),
  );
  return locked.filter((name) => !used.has(name));
}

/** Existing tables that a query names, `schema.name`; those below its views are not seen. */
function tablesOf({ engine, before }: Reach, sql: string): readonly string[] {
  try {
    return engine.grammar.shape(sql).tables.flatMap(({ table }) => {
      const found = findTable(before, table);
      return found ? [keyOf(found)] : [];
    });
  } catch {
    return [];
  }
}

/** The table stands on the twin with all rows it has in production today, as declared or measured. */
function fullSize(volumes: readonly TableVolume[], name: string): boolean {
  const volume = volumes.find((candidate) => keyOf(candidate.table) === name);
  return volume !== undefined && volume.basis !== 'assumed' && volume.rows >= volume.now;
}

/** Existing queries in every phase and protocol mode; those that did not run, and changed tables that none of them uses, prove nothing. */
export function compatibilityClaim(outcome: Outcome, compat: Compatibility): Claim {
  const { rehearsal, workload } = outcome;
  const { id, says } = compat;
  if (!workload)
    return claim(
      id,
      'compatibility',
      says,
      'not-proven',
      'No workload of the running application was given.',
    );
  const runs = rehearsal.compatibility;
  const broken = runs.filter((run) => !run.ok);
  const names = [...new Set(runs.map((run) => run.query))];
  const phases = new Set(runs.map((run) => run.phase)).size;
  const evidence = [
    measured(
      `${plural(names.length, 'query', 'queries')} × ${plural(phases, 'phase')} × 3 protocol modes: ${runs.length - broken.length} of ${runs.length} runs succeeded`,
    ),
  ];
  const verdict = (value: Claim['verdict'], because: string): Claim =>
    claim(id, 'compatibility', says, value, because, evidence);
  if (broken.length > 0)
    return verdict(
      'missed',
      `${broken[0]!.query} fails in ${broken[0]!.phase} (${broken[0]!.mode}): ${broken[0]!.error ?? ''}`,
    );
  if (rehearsal.upFailed) return verdict('not-proven', 'The change failed, so not every phase was tried.');
  if (runs.length === 0) return verdict('not-proven', 'No existing query could be run.');
  const reasons = new Map((rehearsal.underLoad?.excluded ?? []).map((query) => [query.name, query.reason]));
  const partly = workload.queries.filter(
    (query) => runs.filter((run) => run.query === query.name).length < phases * 3,
  );
  if (partly.length > 0)
    return verdict(
      'not-proven',
      `Left out, at least in part, since they did not run before the change either: ${partly.map((query) => `${query.name}${reasons.has(query.name) ? ` (${reasons.get(query.name)!})` : ''}`).join('; ')}.`,
    );
  const used = new Set(workload.queries.flatMap((query) => tablesOf(outcome, query.sql)));
  const unused = changedShapes(outcome).filter((name) => !used.has(name));
  if (unused.length > 0)
    return verdict(
      'not-proven',
      `Every query of the workload runs, but none uses ${unused.join(', ')}, which the change alters.`,
    );
  const hidden = guardedAnew(outcome).filter((name) => used.has(name));
  if (hidden.length > 0)
    return verdict(
      'not-proven',
      `Every query of the workload runs, but row security changes for ${hidden.join(', ')}: a query whose rows are hidden does not fail, it finds fewer. Which rows the running application still sees depends on its role and on what its sessions set.`,
    );
  return verdict(
    'proven',
    'Every query of the workload ran in every phase, also in sessions prepared before the change.',
  );
}

/** Existing tables that the change puts under row security, or whose policies it changes there. */
function guardedAnew({ before, planned }: Outcome): readonly string[] {
  const guard = (table: Table | undefined): string =>
    JSON.stringify(table && table.rowSecurity !== 'off' ? [table.rowSecurity, table.policies] : []);
  return before.tables
    .filter((table) => {
      const now = findTable(planned.after, table);
      return now !== undefined && now.rowSecurity !== 'off' && guard(table) !== guard(now);
    })
    .map(keyOf);
}

/** Existing tables whose columns, constraints or triggers the change alters or drops. */
function changedShapes({ before, planned }: Outcome): readonly string[] {
  const shape = (table: Table | undefined): string =>
    JSON.stringify(table && [table.columns, table.constraints, table.triggers, table.policies]);
  return before.tables.filter((table) => shape(table) !== shape(findTable(planned.after, table))).map(keyOf);
}
