/** What the runbook tells, from the rehearsal. */
import { keyOf } from '../../catalog/identity.ts';
import type { ChangeFile } from '../../change/model.ts';
import type { RunbookFacts, TriedStatement, TriedStop, TriedWatch } from '../../document/runbook.ts';
import { titleOf } from '../asking/ask.ts';
import type { Contribution } from '../deliverables/model.ts';
import type { Outcome } from '../model.ts';

/** Files of other deliverables that are run before the change, with the reason. */
const before: Readonly<Record<string, string>> = {
  'roles.sql': 'Roles and rights, as an administrator, once',
};

export interface Trials {
  readonly files: readonly ChangeFile[];
  readonly stops: readonly TriedStop[];
  readonly watches: readonly TriedWatch[];
  readonly where: string;
  readonly earlier: readonly Contribution[];
}

/** Joins the statements of the quiet run with the waits of the run beside the application. */
export function runbookFacts(outcome: Outcome, trials: Trials): RunbookFacts {
  const { rehearsal, planned, engine, task } = outcome;
  const limits = task.requirements.limits.flatMap((limit) => limit.blockedMs ?? []);
  const steps = planned.change.phases.flatMap((phase) => phase.steps);
  return {
    title: titleOf(task),
    change: planned.change,
    files: trials.files,
    stops: trials.stops,
    watches: trials.watches,
    where: trials.where,
    stop: engine.guidance.stop,
    run: (path) => engine.guidance.run(path),
    statements: statementsOf(outcome),
    ...(limits.length > 0 ? { blockedMs: Math.min(...limits) } : {}),
    ...(rehearsal.upFailed ? { upFailed: rehearsal.upFailed.message } : {}),
    ...(rehearsal.downFailed ? { downFailed: rehearsal.downFailed.message } : {}),
    probes: steps.some((step) => step.probe !== undefined),
    also: trials.earlier
      .flatMap((made) => made.files ?? [])
      .flatMap(({ path }) => (before[path] === undefined ? [] : [{ path, why: before[path] }])),
  };
}

function statementsOf({ rehearsal, before: catalog }: Outcome): readonly TriedStatement[] {
  const existing = new Set(catalog.tables.map(keyOf));
  const stalls = rehearsal.underLoad?.statementStalls ?? [];
  return rehearsal.statements.flatMap((run) => {
    if (run.step === undefined) return [];
    const stall = stalls.filter((one) => one.during === run.sql).map((one) => one.ms);
    return [
      {
        step: run.step,
        ms: run.ms,
        walBytes: run.walBytes,
        locks: run.locks
          .filter((lock) => existing.has(lock.relation))
          .map((lock) => `${lock.mode} on ${lock.relation}`),
        ...(stall.length > 0 ? { stallMs: Math.max(...stall) } : {}),
      },
    ];
  });
}
