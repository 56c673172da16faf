/** What effort and risk are estimated from. */
import { keyOf } from '../../catalog/identity.ts';
import type { ChangeFile } from '../../change/model.ts';
import type { EstimateFacts } from '../../document/estimate.ts';
import { assumptionsOf } from '../../task/task.ts';
import { titleOf } from '../asking/ask.ts';
import { allClaims } from '../claims/all-claims.ts';
import type { Contribution } from '../deliverables/model.ts';
import type { Outcome } from '../model.ts';

/** Figures of the rehearsal and the verdicts so far. */
export function estimateFacts(
  outcome: Outcome,
  earlier: readonly Contribution[],
  files: readonly ChangeFile[],
): EstimateFacts {
  const { rehearsal, planned, task } = outcome;
  const steps = planned.change.phases.flatMap((phase) => phase.steps);
  const claims = allClaims(outcome, earlier).filter((claim) => claim.kind !== 'checklist');
  const of = (verdict: 'missed' | 'not-proven'): readonly string[] =>
    claims.filter((claim) => claim.verdict === verdict).map((claim) => claim.id);
  const limits = task.requirements.limits.flatMap((limit) => limit.blockedMs ?? []);
  const stall =
    rehearsal.underLoad && !rehearsal.underLoad.assumed ? rehearsal.underLoad.stalls[0] : undefined;
  return {
    title: titleOf(task),
    files: files.filter(({ path }) => path.startsWith('up/')).length,
    steps: steps.length,
    ...(rehearsal.roundTrip ? { upMs: rehearsal.roundTrip.upMs, downMs: rehearsal.roundTrip.downMs } : {}),
    growing: growing(outcome),
    ...(rehearsal.underLoad && !rehearsal.underLoad.assumed ? { worstStallMs: stall?.ms ?? 0 } : {}),
    ...(limits.length > 0 ? { blockedMs: Math.min(...limits) } : {}),
    rewrites: new Set(rehearsal.statements.flatMap((run) => run.rewrites)).size,
    destructive: steps.flatMap((step) => step.destructive ?? []),
    preconditions: claims.filter((claim) => /^D\d+$/.test(claim.id)).length,
    roundTrip: (claims.find((claim) => claim.id === 'round-trip')?.verdict ?? 'not-proven') as
      | 'proven'
      | 'missed'
      | 'not-proven',
    open: of('not-proven'),
    missed: of('missed'),
    assumptions: assumptionsOf(task).length,
  };
}

/** Statements that read or wrote every row of a table of today. */
function growing({ rehearsal, before, volumes }: Outcome): EstimateFacts['growing'] {
  const existing = new Set(before.tables.map(keyOf));
  return rehearsal.statements.flatMap((run) => {
    const relation = [...run.rewrites, ...run.locks.map((lock) => lock.relation)].find(
      (name) =>
        existing.has(name) && (run.rewrites.includes(name) || run.scans.some((scan) => scan.includes(name))),
    );
    const volume = volumes.find((one) => keyOf(one.table) === relation);
    return volume && run.step !== undefined
      ? [{ step: run.step, ms: run.ms, rows: volume.rows, productionRows: volume.now }]
      : [];
  });
}
