/** Claims about the change as a whole: its round trip, its limits, its compatibility, its preconditions, and the task's checklist. */
import { formatCount, formatMs } from '../base/units.ts';
import { plural } from '../base/text.ts';
import type { Catalog } from '../catalog/model.ts';
import type { Claim, Evidence } from '../report/model.ts';
import type { ChangeRehearsal } from '../rehearse/rehearse.ts';
import type { Acceptance, Compatibility, Limit } from '../task/model.ts';
import type { TableVolume } from '../twin/model.ts';
import { claim, measured } from './claims.ts';
import { growsWithRows } from './findings.ts';
import type { Outcome } from './model.ts';
import { firstLine } from './rehearsal-blocks.ts';

/** The change runs, goes back, and runs again: catalogs and surviving rows equal. */
export function roundTripClaim(rehearsal: ChangeRehearsal): Claim {
  const says =
    'The change runs, can be taken back, and runs again; rows of surviving columns stay as they were';
  const id = 'round-trip';
  const failed = rehearsal.upFailed ?? rehearsal.downFailed ?? rehearsal.secondUpFailed;
  if (failed) {
    const where = rehearsal.upFailed ? 'up' : rehearsal.downFailed ? 'down' : 'the second up';
    return claim(id, 'change', says, 'missed', `${where} failed: ${failed.message}`, [
      measured(failed.marked || failed.message, failed.statement),
    ]);
  }
  const trip = rehearsal.roundTrip;
  if (!trip) return claim(id, 'change', says, 'not-proven', 'No way back is known, so it was not run.');
  const evidence = [
    measured(
      `up ${formatMs(trip.upMs)}, down ${formatMs(trip.downMs)}, ${plural(trip.afterDown.length, 'difference')} after down${trip.afterSecondUp ? `, ${plural(trip.afterSecondUp.length, 'difference')} after the second up` : ''}`,
    ),
    measured(
      `${formatCount(trip.rows.reduce((sum, check) => sum + check.before, 0))} rows of ${plural(trip.rows.length, 'table')} compared by fingerprint`,
    ),
  ];
  const differences = [...trip.afterDown, ...(trip.afterSecondUp ?? [])];
  if (differences.length > 0)
    return claim(
      id,
      'change',
      says,
      'missed',
      `The structure differs: ${differences
        .slice(0, 5)
        .map((item) => item.path)
        .join('; ')}.`,
      evidence,
    );
  const changed = trip.rows.filter((check) => !check.equal && check.lost.length === 0);
  if (changed.length > 0)
    return claim(
      id,
      'change',
      says,
      'missed',
      `Rows differ after down: ${changed.map((check) => check.table).join(', ')}.`,
      evidence,
    );
  const lost = trip.rows.filter((check) => check.lost.length > 0);
  if (lost.length > 0)
    return claim(
      id,
      'change',
      says,
      'missed',
      `Values are lost for good: ${lost.map((check) => `${check.table} (${check.lost.join(', ')})`).join('; ')}.`,
      evidence,
    );
  if (!trip.afterSecondUp)
    return claim(
      id,
      'change',
      says,
      'not-proven',
      'Up and down leave no trace; a second up was not run.',
      evidence,
    );
  return claim(
    id,
    'change',
    says,
    'proven',
    'up → down → up: equal catalogs, equal rows; what new tables held is lost by down.',
    evidence,
  );
}

/** Longest wait of any existing query, lock waits, rewrites. */
export function limitClaim(outcome: Outcome, limit: Limit): Claim {
  const { rehearsal, volumes, before } = outcome;
  const filled = new Set(before.tables.map((table) => `${table.schema}.${table.name}`));
  const rewrites = rehearsal.statements.flatMap((run) => run.rewrites.filter((name) => filled.has(name)));
  const load = rehearsal.underLoad;
  const worst = load?.stalls[0];
  const evidence: Evidence[] = [
    measured(rewrites.length > 0 ? `Rewritten: ${rewrites.join(', ')}` : 'No existing table was rewritten.'),
    ...(load && worst
      ? [
          measured(
            `Longest wait of an existing query: ${formatMs(worst.ms)} (${worst.query}${worst.during ? `, while ${firstLine(worst.during)}` : ''}), with a reader of ${formatMs(load.readerMs)} present; ${load.timedOut} timed out, ${load.failed} failed anew`,
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
  ];
  const verdict = (value: Claim['verdict'], because: string): Claim =>
    claim(limit.id, 'limit', limit.says, value, because, evidence);
  if (rehearsal.upFailed)
    return verdict('not-proven', 'The change failed in quiet, so it never ran beside the load.');
  if (limit.rewrite === 'never' && rewrites.length > 0)
    return verdict('missed', `${rewrites.join(', ')} is written anew.`);
  if (rehearsal.loadFailed)
    return verdict('missed', `Beside the application the change failed: ${rehearsal.loadFailed.message}`);
  if (limit.blockedMs === undefined) return verdict('proven', 'No existing table is rewritten.');
  if (!load || !worst)
    return verdict('not-proven', 'No query ran beside the change, so no wait was measured.');
  if (worst.ms > limit.blockedMs)
    return verdict(
      'missed',
      `${worst.query} waited ${formatMs(worst.ms)}; the limit is ${formatMs(limit.blockedMs)}.`,
    );
  if (load.timedOut > 0 || load.failed > 0)
    return verdict('missed', `${load.timedOut} queries timed out and ${load.failed} failed anew.`);
  if (load.assumed)
    return verdict(
      'not-proven',
      `Nothing waited longer than ${formatMs(worst.ms)}, but under an assumed load.`,
    );
  const rowsOf = rowsByRelation(before, volumes);
  const growing = rehearsal.statements.filter((run) => growsWithRows(run, rowsOf, outcome.engine.grammar));
  const small = growing
    .flatMap((run) => [...run.locks.map((lock) => lock.relation), ...run.rewrites])
    .filter((name) => filled.has(name) && !fullSize(volumes, name));
  if (small.length > 0)
    return verdict(
      'not-proven',
      `Nothing waited longer than ${formatMs(worst.ms)}, but the time grows with ${[...new Set(small)].join(', ')}, which the twin holds in part or with an assumed volume.`,
    );
  return verdict(
    'proven',
    `No existing query waited longer than ${formatMs(worst.ms)}; the limit is ${formatMs(limit.blockedMs)}.`,
  );
}

/** The table stands on the twin with all rows it has in production today, as declared. */
function fullSize(volumes: readonly TableVolume[], name: string): boolean {
  const volume = volumes.find((candidate) => `${candidate.table.schema}.${candidate.table.name}` === name);
  return volume !== undefined && volume.basis === 'declared' && volume.rows >= volume.now;
}

/** Existing queries in every phase and protocol mode. */
export function compatibilityClaim(outcome: Outcome, compat: Compatibility): Claim {
  const { rehearsal, workload } = outcome;
  if (!workload)
    return claim(
      compat.id,
      'compatibility',
      compat.says,
      'not-proven',
      'No workload of the running application was given.',
    );
  const runs = rehearsal.compatibility;
  const broken = runs.filter((run) => !run.ok);
  const excluded = rehearsal.underLoad?.excluded ?? [];
  const queries = new Set(runs.map((run) => run.query)).size;
  const evidence = [
    measured(
      `${plural(queries, 'query', 'queries')} × ${plural(new Set(runs.map((run) => run.phase)).size, 'phase')} × 3 protocol modes: ${runs.length - broken.length} of ${runs.length} runs succeeded`,
    ),
  ];
  if (broken.length > 0)
    return claim(
      compat.id,
      'compatibility',
      compat.says,
      'missed',
      `${broken[0]!.query} fails in ${broken[0]!.phase} (${broken[0]!.mode}): ${broken[0]!.error ?? ''}`,
      evidence,
    );
  if (runs.length === 0)
    return claim(
      compat.id,
      'compatibility',
      compat.says,
      'not-proven',
      'No existing query could be run.',
      evidence,
    );
  if (excluded.length > 0)
    return claim(
      compat.id,
      'compatibility',
      compat.says,
      'not-proven',
      `Left out: ${excluded.map((query) => `${query.name} (${query.reason})`).join('; ')}.`,
      evidence,
    );
  return claim(
    compat.id,
    'compatibility',
    compat.says,
    'proven',
    'Every existing query ran in every phase, also in sessions prepared before the change.',
    evidence,
  );
}

/** Accepted when all it cites is proven. */
export function acceptanceClaim(acceptance: Acceptance, claims: ReadonlyMap<string, Claim>): Claim {
  const cited = acceptance.by.map((id) => claims.get(id)).filter((found) => found !== undefined);
  const evidence = cited.map((found): Evidence => ({
    basis: 'derived',
    text: `${found.id}: ${found.verdict}`,
  }));
  const missed = cited.filter((found) => found.verdict === 'missed');
  const open = cited.filter((found) => found.verdict === 'not-proven');
  if (missed.length > 0)
    return claim(
      acceptance.id,
      'acceptance',
      acceptance.says,
      'missed',
      `${missed.map((found) => found.id).join(', ')} missed.`,
      evidence,
    );
  if (open.length > 0 || cited.length < acceptance.by.length || cited.length === 0)
    return claim(
      acceptance.id,
      'acceptance',
      acceptance.says,
      'not-proven',
      open.length > 0 ? `${open.map((found) => found.id).join(', ')} not proven.` : 'It cites no claim.',
      evidence,
    );
  return claim(
    acceptance.id,
    'acceptance',
    acceptance.says,
    'proven',
    `${acceptance.by.join(', ')} proven.`,
    evidence,
  );
}

/** Steps that can fail on rows only production has; generated rows prove nothing about them. */
export function preconditionClaims(outcome: Outcome): readonly Claim[] {
  const steps = outcome.planned.change.phases
    .flatMap((phase) => phase.steps)
    .filter((step) => step.probe !== undefined);
  return steps.map((step, index) =>
    claim(
      `D${index + 1}`,
      'change',
      `Your existing rows allow: ${firstLine(step.sql)}`,
      'not-proven',
      'Generated rows cannot show it: run the probe on your data, it must return no row.',
      [{ basis: 'assumed', text: 'The probe is in probes.sql.', shown: step.probe! }],
    ),
  );
}

/** The checklist of every database task, each line with what stands behind it. */
export function checklist(outcome: Outcome, claims: readonly Claim[]): readonly Claim[] {
  const of = (...kinds: readonly Claim['kind'][]): readonly Claim[] =>
    claims.filter((candidate) => kinds.includes(candidate.kind));
  const all = (list: readonly Claim[]): Claim['verdict'] =>
    list.some((item) => item.verdict === 'missed')
      ? 'missed'
      : list.some((item) => item.verdict === 'not-proven')
        ? 'not-proven'
        : 'proven';
  const line = (id: string, says: string, verdict: Claim['verdict'], because: string): Claim =>
    claim(id, 'checklist', says, verdict, because);
  const grouped = (id: string, says: string, list: readonly Claim[], none: string): Claim =>
    list.length === 0
      ? line(id, says, 'not-proven', none)
      : line(id, says, all(list), list.map((item) => `${item.id} ${item.verdict}`).join(', '));
  const trip = claims.find((candidate) => candidate.id === 'round-trip');
  const { kept, rejected } = outcome.tuned;
  return [
    of('entity', 'relation').length > 0
      ? grouped('schema', 'Schema designed and implemented', of('entity', 'relation'), '')
      : line(
          'schema',
          'Schema designed and implemented',
          trip?.verdict ?? 'not-proven',
          'The task gives SQL; the witness read the end state after it ran.',
        ),
    line('migrations', 'Migrations tested', trip?.verdict ?? 'not-proven', trip?.because ?? ''),
    outcome.tuned.queries.length === 0
      ? line('indexes', 'Indexes for the access patterns', 'not-proven', 'The task names no access pattern.')
      : line(
          'indexes',
          'Indexes for the access patterns',
          'proven',
          `${plural(kept.length, 'index', 'indexes')} kept, ${rejected.length} rejected, each built and measured.`,
        ),
    grouped('validation', 'Validation constraints', of('rule'), 'The task names no rule.'),
    line(
      'seeds',
      'Seed data',
      'not-proven',
      'This version writes no seed files; the twin was filled with generated rows.',
    ),
    grouped('benchmark', 'Query performance benchmarked', of('access'), 'The task names no access pattern.'),
    line(
      'backup',
      'Backup and restore',
      'not-proven',
      'No drill was run: a sandbox proves nothing about your backup.',
    ),
    grouped('security', 'Security measures', of('privacy'), 'The task names no privacy claim.'),
  ];
}

/** Relations of the current structure, for the findings. */
export function rowsByRelation(
  catalog: Catalog,
  volumes: readonly TableVolume[],
): (relation: string) => number {
  const existing = new Set(catalog.tables.map((table) => `${table.schema}.${table.name}`));
  const rows = new Map(volumes.map((volume) => [`${volume.table.schema}.${volume.table.name}`, volume.rows]));
  return (relation) => (existing.has(relation) ? (rows.get(relation) ?? 0) : 0);
}
