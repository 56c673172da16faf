/** What the runbook tells, from the rehearsal. */
import { unitsOf } from '../../apply/units.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { ChangeFile } from '../../change/model.ts';
import type {
  RegularWork,
  RunbookFacts,
  TriedStatement,
  TriedStop,
  TriedWatch,
} from '../../document/runbook.ts';
import { titleOf } from '../asking/ask.ts';
import type { Contribution } from '../deliverables/model.ts';
import type { Outcome } from '../model.ts';

/** Files of other deliverables that are run beside the change, with the reason. */
const beside: Readonly<Record<string, Omit<RunbookFacts['also'][number], 'path'>>> = {
  'roles.sql': { why: 'Roles, as an administrator, once', when: 'before' },
  'grants.sql': {
    why: 'Rights of the roles, as the owner or an administrator: until then nobody else may use what is new',
    when: 'after',
  },
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
    transactions: unitsOf(planned.change, 'up').length,
    watches: trials.watches,
    where: trials.where,
    stop: engine.guidance.stop,
    run: (path) => engine.guidance.run(path),
    statements: statementsOf(outcome),
    ...(rehearsal.underLoad && rehearsal.loadedStatements ? {} : { unloaded: true as const }),
    ...(limits.length > 0 ? { blockedMs: Math.min(...limits) } : {}),
    ...(rehearsal.upFailed ? { upFailed: rehearsal.upFailed.message } : {}),
    ...(rehearsal.downFailed ? { downFailed: rehearsal.downFailed.message } : {}),
    probes: steps.some((step) => step.probe !== undefined),
    also: trials.earlier
      .flatMap((made) => made.files ?? [])
      .flatMap(({ path }) => (beside[path] === undefined ? [] : [{ path, ...beside[path] }])),
    regular: regularWork(outcome),
  };
}

/** What keeps tables as the task wants them, and has to be called. */
function regularWork({ planned, engine, task }: Outcome): readonly RegularWork[] {
  const { design } = planned;
  const bound = task.requirements.tenancy?.model === 'shared';
  const who = bound
    ? ' It is about the rows of all tenants: row security may bind neither who runs it nor the owner of the tables, as whom their triggers write.'
    : '';
  const done = { delete: 'Deletes', archive: 'Archives', anonymise: 'Anonymises' };
  return [
    ...design.parted.map(({ table, routine, expired }): RegularWork => ({
      what: `Partitions of ${table.name}`,
      often: 'once a day',
      sql: `SELECT * FROM ${engine.quote.name(routine)}()`,
      note: `It makes the next partitions${expired ? ' and takes expired ones away' : ''}: without it, rows are refused one day. Run it as the owner of the table.`,
    })),
    ...[...design.purges].map(([claim, { table, does, sql }]): RegularWork => ({
      what: `${done[does]} what is too old in ${table.name} (${claim})`,
      often: 'once a day, again and again until it affects no row',
      sql,
      note: `Each run is a transaction of its own, so that nobody waits long.${who}`,
    })),
    ...design.derived.flatMap(({ table, refresh }): readonly RegularWork[] =>
      refresh === undefined
        ? []
        : [
            {
              what: `Refresh of ${table.name}`,
              often: 'as often as its figures must be fresh',
              sql: refresh,
              note: `Until it runs, ${table.name} is as it was, and what is to be counted waits in a table of its own. Run it as the owner of the table.${who}`,
            },
          ],
    ),
    ...design.features.flatMap((feature): readonly RegularWork[] =>
      feature.kind === 'outbox'
        ? [
            {
              what: `Messages about ${feature.topic}`,
              often: 'all the time, by any number of consumers',
              sql: feature.take,
              note: '$1 is how many messages one call takes. Without a consumer the table grows with every change.',
            },
          ]
        : [],
    ),
  ];
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
